import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { type Limit, placesIn } from '../core/pacing.ts';
import { dropAllowances, holdAllowances, useAllowances } from './queries/allowances.ts';

const KEEP_MS = 2 * 86_400_000;

/** A limit, what it is counted under, and who is concerned: places in a list of messages. */
export type Group = { limit: Limit; scope: string; places: number[] };

/**
 * For each of `count` messages: null where it may go now, counted against every limit it falls under, or when to come again. Limits are asked in their
 * order; what one holds back uses up none of the next. Windows of long ago are dropped when new ones begin.
 */
export async function allowWithin(stores: Pick<Stores, 'pg' | 'clock'>, workspaceId: WorkspaceId, groups: readonly Group[], count: number): Promise<(Date | null)[]> {
  const now = stores.clock.now(), later: (Date | null)[] = Array.from({ length: count }, () => null);
  if (groups.length === 0) return later;
  await stores.pg.tx(workspaceId, async (tx) => {
    const { held, begun } = await holdAllowances(tx, workspaceId, groups.map(({ scope, limit: { since } }) => ({ scope, since })));
    for (const { scope, limit, places } of groups) {
      const asking = places.filter((place) => later[place] === null);
      const used = held.find((one) => one.scope === scope)?.used ?? 0;
      placesIn(limit, { used, count: asking.length }).forEach((at, i) => { later[asking[i] ?? 0] = at; });
    }
    await useAllowances(tx, workspaceId, groups.map(({ scope, limit: { since }, places }) => ({ scope, since, count: places.filter((place) => later[place] === null).length })));
    if (begun > 0) await dropAllowances(tx, workspaceId, new Date(now.getTime() - KEEP_MS));
  });
  return later;
}
