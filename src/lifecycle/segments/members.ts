import type { Caller } from '../../kernel/access/caller.ts';
import { compile, describe, type Tree } from '../../kernel/conditions/index.ts';
import type { Day } from '../../kernel/day.ts';
import type { CustomerId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { fieldCatalogue } from './catalogue.ts';
import type { SegmentId } from './queries/store.ts';
import { compiledFor } from './compiledFor.ts';
import { segmentTree } from './segments.ts';
import { momentFor, writtenOut } from './writtenOut.ts';
import { idsAfter, type Position, sizeOf, sortedPage, within } from './queries/members.ts';

const SAMPLE = 5;

/** Who would be in a filter, before it is saved: headcount with 可触达, the sentence, and the first few by value. */
export type Preview = { asOf: Day; count: number; reach: Readonly<Record<string, number>>; sentence: string; sample: CustomerId[] };

export async function previewTree(stores: Stores, caller: Caller, tree: Tree): Promise<Preview> {
  const [catalogue, asOf, whole] = await Promise.all([fieldCatalogue(stores, caller), momentFor(stores, caller.workspaceId, undefined), writtenOut(stores, caller.workspaceId, tree)]);
  const compiled = within(caller.shops, compile(whole, catalogue, asOf));
  const [size, sample] = await Promise.all([
    sizeOf(stores.ch, caller.workspaceId, compiled),
    sortedPage(stores.ch, caller.workspaceId, compiled, { sort: 'net_minor', descending: true, after: null, limit: SAMPLE - 1, among: null }),
  ]);
  return { asOf: asOf.day, ...size, sentence: describe(tree, caller.language, catalogue), sample: sample.map((one: Position) => one.customer) };
}

/** Who is in a saved filter today, counted for the caller. Refuses `segment.not_found`, and what `check` refuses where a field it names is gone. */
export async function segmentSize(stores: Stores, caller: Caller, id: SegmentId): Promise<Pick<Preview, 'asOf' | 'count' | 'reach'>> {
  const [tree, asOf] = await Promise.all([segmentTree(stores, caller, id), momentFor(stores, caller.workspaceId, undefined)]);
  return { asOf: asOf.day, ...await sizeOf(stores.ch, caller.workspaceId, await compiledFor(stores, caller, tree, asOf)) };
}

/** A page of ids, for whatever works through a filter: next is null on the last page. `asOf`: on that day, instead of the data's own. */
export async function memberIds(stores: Stores, caller: Caller, tree: Tree, { after, limit, asOf }: { after: CustomerId | null; limit: number; asOf?: Day }): Promise<{ ids: CustomerId[]; next: CustomerId | null }> {
  const compiled = await compiledFor(stores, caller, tree, asOf);
  const ids = await idsAfter(stores.ch, caller.workspaceId, compiled, after, limit + 1);
  const page = ids.slice(0, limit);
  return { ids: page, next: ids.length > limit ? page.at(-1) ?? null : null };
}
