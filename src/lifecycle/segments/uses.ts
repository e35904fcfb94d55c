import type { Caller } from '../../kernel/access/caller.ts';
import { notFound } from '../../kernel/errors.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import { lockNamed, type SegmentId } from './queries/store.ts';

/** What works with a segment: a journey, an experiment, a goal. Whoever saves such a thing holds the segments it names (`holdSegments`). */
export type Use = { kind: string; id: string; name: string };
export type UseSource = (tx: Tx, caller: Caller) => Promise<readonly (Use & { segment: SegmentId })[]>;

const sources = new Map<string, UseSource>();

/** Upper modules say what of theirs works with segments. */
export const registerSegmentUses = (kind: string, source: UseSource): void => void sources.set(kind, source);

/** All that is said to work with each segment. */
export async function usesOf(tx: Tx, caller: Caller): Promise<Map<SegmentId, Use[]>> {
  const all = (await Promise.all([...sources.values()].map((source) => source(tx, caller)))).flat();
  return new Map([...Map.groupBy(all, ({ segment }) => segment)].map(([segment, uses]) => [segment, uses.map(({ kind, id, name }) => ({ kind, id, name }))]));
}

/**
 * Keeps segments from being put away until the transaction that saves what names them has ended; it is then among their uses. `before`: what it named already, put away or
 * not. Refuses `segment.not_found`.
 */
export async function holdSegments(tx: Tx, workspaceId: WorkspaceId, named: readonly SegmentId[], before: readonly SegmentId[] = []): Promise<void> {
  const there = new Set(await lockNamed(tx, workspaceId, named)), gone = named.find((id) => !there.has(id) && !before.includes(id));
  if (gone !== undefined) throw notFound('segment', { id: gone });
}
