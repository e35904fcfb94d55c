import { type Day, dayIn } from '../../kernel/day.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { newestDay, zoneOf } from './queries/asOf.ts';

/** 数据截至: the newest day of anything that happened; while there is nothing, today in the workspace's zone. */
export async function dataDay(stores: Stores, workspaceId: WorkspaceId): Promise<Day> {
  const newest = await newestDay(stores.ch, workspaceId);
  if (newest) return newest;
  const zone = await stores.pg.tx(workspaceId, (tx) => zoneOf(tx, workspaceId));
  return dayIn(zone, stores.clock.now());
}
