import { dataDay as dayOfSources } from '../../collect/index.ts';
import { type Day, dayIn } from '../../kernel/day.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { newestDay, zoneOf } from './queries/asOf.ts';

/** 数据截至 as collect tells it; the newest day of anything that happened where no source is known; else today in the workspace's zone. */
export async function dataDay(stores: Stores, workspaceId: WorkspaceId): Promise<Day> {
  const known = await dayOfSources(stores, workspaceId) ?? await newestDay(stores.ch, workspaceId);
  if (known) return known;
  const zone = await stores.pg.tx(workspaceId, (tx) => zoneOf(tx, workspaceId));
  return dayIn(zone, stores.clock.now());
}
