import { dataDay as dayOfSources, standings } from '../collect/index.ts';
import { type Day, dayIn, dayNumber } from '../kernel/day.ts';
import type { WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { newestDay, zoneOf } from './queries/asOf.ts';

/**
 * "Today" of every page (数据截至): the newest day of the sources that still come; the newest day of anything that happened
 * where no source is known; else today in the workspace's zone.
 */
export async function dataDay(stores: Stores, workspaceId: WorkspaceId): Promise<Day> {
  const known = (await dayOfSources(stores, workspaceId)) ?? (await newestDay(stores.ch, workspaceId));
  if (known) return known;
  const zone = await stores.pg.tx(workspaceId, (tx) => zoneOf(tx, workspaceId));
  return dayIn(zone, stores.clock.now());
}

/**
 * Sources that stopped coming (数据断流) with their last day: silence of customers known only from them is not theirs, so
 * their stages are held at that day. Empty when all have stopped, since then that day is everybody's.
 */
export async function stoppedSources(stores: Stores, workspaceId: WorkspaceId): Promise<Map<string, number>> {
  const all = await standings(stores, workspaceId);
  if (all.every(({ late }) => late)) return new Map();
  return new Map(all.flatMap(({ key, lastDay, late }) => (late && lastDay !== null ? [[key, dayNumber(lastDay)] as const] : [])));
}
