import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { Day } from '../../kernel/day.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { activity, purchaseLines, purchases } from '../../kernel/readings.ts';
import { many, run, sql, type Tx } from '../../kernel/sql.ts';
import type { Reading } from '../core/offers/quota.ts';
import { TRIAL_ACTS, type TrialAct } from '../core/offers/trials.ts';
import { among, rowsOf, type Whom } from '../queries/habits.ts';

const property = (name: string): string => `ifNull(getSubcolumn(properties, '${name}')::Nullable(String), '')`;
const NAMES = TRIAL_ACTS.map((act) => `trial.${act}`);
export const USAGE_EVENT = 'usage.reported';

export type ActRow = { customer: CustomerId; act: TrialAct; day: Day; product: string; endsOn: string };
/** What was told of trials, in the order it happened; of what was told at one instant (files hold days), a trial begins before it is used, ends or is paid. */
export const trialActs = (ch: ClickHouse, workspace: WorkspaceId, whom: Whom): Promise<ActRow[]> => ch.rows<ActRow>(`
  select customer, substring(event, 7) as act, toString(day) as day, ${property('product')} as product, ${property('ends_on')} as "endsOn"
    from ${among(whom, activity)('customer', 'subject', 'event', 'day', 'time', 'properties')}
   where event in {names:Array(String)} and ${rowsOf(whom)}
   order by customer, time, indexOf({names:Array(String)}, event)`, { workspace, names: NAMES, ...whom });

/** Whether anything was ever told of trials: most shops have none, and need not look through what their buyers did. */
export async function hasTrials(ch: ClickHouse, workspace: WorkspaceId): Promise<boolean> {
  return (await ch.rows('select 1 from events where workspace = {workspace:UUID} and event in {names:Array(String)} limit 1', { workspace, names: NAMES })).length > 0;
}

export type BoughtRow = { customer: CustomerId; day: Day; products: string[] };
/** What customers who were told of trials bought, day by day. */
export const boughtBy = (ch: ClickHouse, workspace: WorkspaceId, whom: Whom): Promise<BoughtRow[]> => ch.rows<BoughtRow>(`
  select customer, toString(on) as day, arrayFilter(one -> one != '', groupUniqArray(sku)) as products
    from (select customer, subject, day as on, '' as sku from ${among(whom, purchases)('customer', 'subject', 'day')}
          union all select customer, subject, day as on, sku from ${among(whom, purchaseLines)('customer', 'subject', 'day', 'sku')})
   where ${rowsOf(whom)}
   group by customer, on
   order by customer, on`, { workspace, ...whom });

/** Readings of quotas, the last of each day. */
export const quotaReadings = (ch: ClickHouse, workspace: WorkspaceId, whom: Whom, since: Day): Promise<(Reading & { customer: CustomerId })[]> => ch.rows<Reading & { customer: CustomerId }>(`
  select customer, toString(on) as day, share
    from (
      select customer, day as on, argMax(toFloat64OrNull(${property('used')}) / nullIf(toFloat64OrNull(${property('quota')}), 0), time) as share
        from ${among(whom, activity, '{since:Date32}')('customer', 'subject', 'event', 'day', 'time', 'properties')}
       where event = {usage:String} and day >= {since:Date32} and ${rowsOf(whom)}
       group by customer, on)
   where share >= 0
   order by customer, on`, { workspace, usage: USAGE_EVENT, since, ...whom });

/** Which products of a list each customer has bought. */
export const ownersOfAny = (ch: ClickHouse, workspace: WorkspaceId, whom: Whom, skus: readonly string[]): Promise<{ customer: CustomerId; owned: string[] }[]> => ch.rows<{ customer: CustomerId; owned: string[] }>(`
  select customer, groupUniqArray(sku) as owned
    from ${among(whom, purchaseLines)('customer', 'subject', 'sku')}
   where sku in {skus:Array(String)} and ${rowsOf(whom)}
   group by customer`, { workspace, skus, ...whom });

export type Fit = { sku: string; name: string; owners: string[] };
export const fitRows = (tx: Tx, workspaceId: WorkspaceId): Promise<Fit[]> => many(tx, sql<Fit>`select sku, name, owners from product_fit where workspace_id = ${workspaceId} order by sku`);

export const saveFit = (tx: Tx, workspaceId: WorkspaceId, { sku, name, owners }: Fit, by: string, at: Date): Promise<number> => run(tx, sql`
  insert into product_fit (workspace_id, sku, name, owners, changed_by, changed_at) values (${workspaceId}, ${sku}, ${name}, ${owners}, ${by}, ${at})
  on conflict (workspace_id, sku) do update set name = excluded.name, owners = excluded.owners, changed_by = excluded.changed_by, changed_at = excluded.changed_at`);

export const dropFit = (tx: Tx, workspaceId: WorkspaceId, sku: string): Promise<number> => run(tx, sql`delete from product_fit where workspace_id = ${workspaceId} and sku = ${sku}`);
