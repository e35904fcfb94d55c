import type { Caller } from '../kernel/access/caller.ts';
import type { Day } from '../kernel/day.ts';
import type { Stores } from '../kernel/stores.ts';
import { audienceOf } from './audience.ts';
import type { Stage } from './core/rules.ts';
import { stageCountsOn } from './queries/stageCounts.ts';

/** Heads of each stage at the end of each of some days, oldest first, counted for the caller. Refuses `lifecycle.shop_forbidden`. */
export const stageCounts = (stores: Stores, caller: Caller, shop: string, days: readonly Day[]): Promise<Record<Stage, number[]>> =>
  stageCountsOn(stores.ch, caller.workspaceId, audienceOf(caller, { people: 'all', shop }), days);
