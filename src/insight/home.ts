import type { z } from 'zod';
import type { Caller } from '../kernel/access/caller.ts';
import { addDays } from '../kernel/day.ts';
import type { Stores } from '../kernel/stores.ts';
import { dataDay } from '../lifecycle/index.ts';
import { countedBefore } from './counted.ts';
import type { dimensionsShape, homeQuery, homeShape, Scope } from './contract.ts';
import type { MetricId } from './core/metrics.ts';
import { before } from './core/periods.ts';
import { figures } from './figures.ts';
import { listGoals } from './goals.ts';
import { dimensionsSeen } from './dimensions.ts';
import { loadSalesTotals, type SalesTotal } from './queries/totals.ts';
import { shopsFor } from './scope.ts';

/** What the workbench shows first, in this order. */
const FIRST: readonly MetricId[] = ['buyers', 'new_first', 'returning', 'repurchase_existing', 'aov', 'repurchase_period', 'retention', 'churn_existing'];

const tell = ({ orders, amount, refunded, net, nobody_net: nobodyNet }: SalesTotal) => ({ orders, amount, refunded, net, nobodyNet });

/** The last `days` days of data beside those before: money as 对账 counts it, the first figures, and the goals. */
export async function home(stores: Stores, caller: Caller, { shop, days }: z.output<typeof homeQuery>): Promise<z.input<typeof homeShape>> {
  const shops = shopsFor(caller, shop === undefined ? [] : [shop]);
  const asOf = await dataDay(stores, caller.workspaceId);
  const period = { from: addDays(asOf, 1 - days), to: asOf };
  const scope: Scope = { ...period, shops: [...shops], channels: [], withoutB2b: false, population: { kind: 'everybody' } };
  const counted = await countedBefore(stores, caller.workspaceId, asOf);
  const [[sales, earlier], { figures: first }, goals] = await Promise.all([
    loadSalesTotals(counted, caller.workspaceId, [period, before(period)], shops),
    figures(stores, caller, { metrics: FIRST.map((id) => ({ id })), scope, by: 'none', compare: 'previous' }, { known: asOf, ch: counted }),
    listGoals(stores, caller),
  ]);
  return { asOf, countedAt: counted.countedAt(), period, previous: before(period), sales: tell(sales as SalesTotal), salesBefore: tell(earlier as SalesTotal), figures: first, goals };
}

/** What a scope can be narrowed to, and the days there are. */
export async function dimensions(stores: Stores, caller: Caller): Promise<z.input<typeof dimensionsShape>> {
  const [{ rows: _, ...seen }, asOf] = await Promise.all([dimensionsSeen(stores, caller.workspaceId), dataDay(stores, caller.workspaceId)]);
  return { asOf, ...seen, shops: seen.shops.filter((shop) => caller.shops.length === 0 || caller.shops.includes(shop)) };
}
