import type { Caller } from '../../kernel/access/caller.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { SegmentId } from './queries/store.ts';

/** What works with a segment: a journey, an experiment, a goal. */
export type Use = { kind: string; id: string; name: string };
export type UseSource = (stores: Stores, caller: Caller) => Promise<readonly (Use & { segment: SegmentId })[]>;

const sources = new Map<string, UseSource>();

/** Upper modules say what of theirs works with segments. */
export const registerSegmentUses = (kind: string, source: UseSource): void => void sources.set(kind, source);

/** All that is said to work with each segment. */
export async function usesOf(stores: Stores, caller: Caller): Promise<Map<SegmentId, Use[]>> {
  const all = (await Promise.all([...sources.values()].map((source) => source(stores, caller)))).flat();
  return new Map([...Map.groupBy(all, ({ segment }) => segment)].map(([segment, uses]) => [segment, uses.map(({ kind, id, name }) => ({ kind, id, name }))]));
}
