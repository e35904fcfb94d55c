import type { Day } from '../kernel/day.ts';
import type { WorkspaceId } from '../kernel/ids.ts';
import { CATALOGUE_KEPT_MS, MANY_ROWS, renewed } from '../kernel/renewed.ts';
import type { Stores } from '../kernel/stores.ts';
import type { Reader } from './queries/scope.ts';
import { storedRows } from './queries/totals.ts';

/** However long nobody asked, nobody is told a report that was counted longer ago. */
const LATEST_MS = 3 * CATALOGUE_KEPT_MS;

/** Where a report reads its answers. `countedAt`: when the oldest of those it was given was counted; null where all were counted for it. */
export type Counted = Reader & { countedAt(): Date | null };

/**
 * Answers of reports over everybody. Over two million rows one stands for some minutes and is renewed behind whoever asks, by the statement and all that is bound to it, so that nobody
 * is told what another may see; below that each is counted as it is asked.
 */
export async function countedBefore(stores: Stores, workspaceId: WorkspaceId, day: Day): Promise<Counted> {
  const { ch, clock } = stores;
  if (await storedRows(ch, workspaceId) < MANY_ROWS) return { rows: ch.rows, countedAt: () => null };
  let first: Date | null = null;
  const rows = async <T>(query: string, params: Record<string, unknown> = {}): Promise<T[]> => {
    const read = async (): Promise<{ at: Date; answer: T[] }> => ({ at: clock.now(), answer: await ch.rows<T>(query, params) });
    const { at, answer } = await renewed(stores, { workspaceId, name: `${query} ${JSON.stringify(params)}`, day, keptMs: CATALOGUE_KEPT_MS, latestMs: LATEST_MS, isLarge: () => true }, read);
    if (first === null || at < first) first = at;
    return answer;
  };
  return { rows, countedAt: () => first };
}
