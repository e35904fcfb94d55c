import type { Caller } from '../../kernel/access/caller.ts';
import { EVERYBODY, faults } from '../../kernel/conditions/index.ts';
import type { Stores } from '../../kernel/stores.ts';
import { fieldCatalogue } from './catalogue.ts';
import { compiledFor } from './compiledFor.ts';
import { type HeldByReach, heldByReach } from './queries/membership.ts';
import type { Size } from './queries/members.ts';
import { statesOfSegments } from './queries/looks.ts';
import type { SegmentId } from './queries/store.ts';
import { type Watched, watchedSegments } from './watched.ts';

/** Segments whose kept membership may be told to the caller: looked at with their present filter, and asking for no field that is masked from the caller. */
export async function tellable(stores: Stores, caller: Caller): Promise<Watched[]> {
  const { workspaceId } = caller;
  const [{ watched }, states, catalogue] = await Promise.all([watchedSegments(stores, workspaceId), stores.pg.tx(workspaceId, (tx) => statesOfSegments(tx, workspaceId)), fieldCatalogue(stores, caller)]);
  const known = new Map(states.map(({ segment, basis, problem }) => [segment, problem === null ? basis : null]));
  return watched.filter(({ id, basis, tree }) => known.get(id) === basis && faults(tree, catalogue).length === 0);
}

function sumOf(rows: readonly HeldByReach[]): Size {
  const size = { count: 0, reach: {} as Record<string, number> };
  for (const { reach, people } of rows) {
    size.count += people;
    for (const channel of reach) size.reach[channel] = (size.reach[channel] ?? 0) + people;
  }
  return size;
}

/**
 * How many of the caller's customers are in each segment as last looked at, and how they may be reached: all segments in one pass. Left out are those whose membership is not kept
 * or not yet known, and those that ask for what the caller may not see: each of these is counted, or refused, by itself.
 */
export async function heldSizes(stores: Stores, caller: Caller): Promise<(Size & { id: SegmentId })[]> {
  const [told, everybody] = await Promise.all([tellable(stores, caller), compiledFor(stores, caller, EVERYBODY)]);
  const rows = Map.groupBy(await heldByReach(stores.ch, caller.workspaceId, everybody), ({ number }) => number);
  return told.map(({ id, number }) => ({ id, ...sumOf(rows.get(number) ?? []) }));
}
