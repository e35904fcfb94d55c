import { dataDay as liveSourcesDay, standings } from '../collect/index.ts';
import { type Day, dayNumber } from '../kernel/day.ts';
import type { WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { dataDay as newestStoredDay } from './segments/index.ts';

/** "Today" of the lifecycle (数据截至): the newest day of the sources that still come, or of whatever is stored. */
export const dataDay = async (stores: Stores, workspaceId: WorkspaceId): Promise<Day> =>
  (await liveSourcesDay(stores, workspaceId)) ?? newestStoredDay(stores, workspaceId);

/**
 * Sources that stopped coming (数据断流) with their last day: silence of customers known only from them is not theirs, so
 * their stages are held at that day. Empty when all have stopped, since then that day is everybody's.
 */
export async function stoppedSources(stores: Stores, workspaceId: WorkspaceId): Promise<Map<string, number>> {
  const all = await standings(stores, workspaceId);
  if (all.every(({ late }) => late)) return new Map();
  return new Map(all.flatMap(({ key, lastDay, late }) => (late && lastDay !== null ? [[key, dayNumber(lastDay)] as const] : [])));
}
