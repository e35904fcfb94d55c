import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import { NOBODY_SQL, type WorkspaceId } from '../../../kernel/ids.ts';
import { purchases, sales } from '../../../kernel/readings.ts';
import type { Bill, Heads } from '../../core/money/sharing.ts';

/** The channel customers say they came by; whoever says nothing came by that of their first purchase (`stage_now.channel`). `who` narrows customers. */
export const toldChannels = (who = 'true'): string => `(select customer, texts['first_channel'] as told from customer_state final where workspace = {workspace:UUID} and told != '' and ${who})`;

/** Month of the first purchase of somebody in `stage_now`, '' before it. */
export const COHORT = "if(occasions = 0, '', substring(toString(first_on), 1, 7))";

/** How many first bought by each channel in each month. */
export const newcomers = (ch: ClickHouse, workspaceId: WorkspaceId): Promise<Heads['newcomers'][number][]> =>
  ch.rows(`
    select n.cohort as month, if(s.told != '', s.told, n.seen) as channel, count() as customers
      from (select customer, toString(channel) as seen, ${COHORT} as cohort from stage_now final where workspace = {workspace:UUID} and occasions > 0) as n
      left join ${toldChannels()} as s on s.customer = n.customer
     group by month, channel
     order by month, channel`, { workspace: workspaceId });

/** Purchases of each month, nobody's too. */
export const ordersByMonth = (ch: ClickHouse, workspaceId: WorkspaceId): Promise<Heads['orders'][number][]> =>
  ch.rows(`
    select substring(toString(day), 1, 7) as month, count() as orders
      from ${sales('day', 'purchase')}
     where purchase
     group by month
     order by month`, { workspace: workspaceId });

/** Costs that name neither an order nor a person. */
export const bills = (ch: ClickHouse, workspaceId: WorkspaceId): Promise<Bill[]> =>
  ch.rows(`
    select toString(source) as source, cost_no as costNo, toString(kind) as kind, toString(channel) as channel, substring(toString(day), 1, 7) as month, toString(day) as day, amount as amountMinor
      from costs final
     where workspace = {workspace:UUID} and order_no = '' and subject = ${NOBODY_SQL}
     order by day, source, cost_no`, { workspace: workspaceId });

export type Spent = { kind: Bill['kind']; channel: string; month: string; amountMinor: number; entries: number };

/** Every cost, named or not, by kind, channel and month. */
export const spent = (ch: ClickHouse, workspaceId: WorkspaceId): Promise<Spent[]> =>
  ch.rows(`
    select toString(kind) as kind, toString(channel) as channel, substring(toString(day), 1, 7) as month, sum(amount) as amountMinor, count() as entries
      from costs final
     where workspace = {workspace:UUID}
     group by kind, channel, month
     order by month, kind, channel`, { workspace: workspaceId });

/** Of those who had bought before `from`: how many there were, and how many bought again from then to `to`. */
export async function keptBetween(ch: ClickHouse, workspaceId: WorkspaceId, { from, to }: { from: string; to: string }): Promise<{ before: number; kept: number }> {
  const [row] = await ch.rows<{ before: number; kept: number }>(`
    select countIf(first < toDate({from:String})) as before, countIf(first < toDate({from:String}) and again > 0) as kept
      from (select customer, min(day) as first, countIf(day >= toDate({from:String}) and day <= toDate({to:String})) as again
              from ${purchases('customer', 'day')}
             group by customer)`, { workspace: workspaceId, from, to });
  return row ?? { before: 0, kept: 0 };
}

/** Day of the first purchase there is. */
export async function firstPurchaseDay(ch: ClickHouse, workspaceId: WorkspaceId): Promise<string | null> {
  const [row] = await ch.rows<{ day: string; rows: number }>(`select toString(min(first_on)) as day, count() as rows from stage_now final where workspace = {workspace:UUID} and occasions > 0`, { workspace: workspaceId });
  return row && row.rows > 0 ? row.day : null;
}
