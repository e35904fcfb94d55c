import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import type { CustomerId, WorkspaceId } from '../../../kernel/ids.ts';
import { OF_ONE, purchaseLines, sales } from '../../../kernel/readings.ts';
import type { EntryKind } from '../../core/money/ledger.ts';
import type { Named } from '../../queries/habits.ts';
import { anyNamed, namedCosts } from '../../queries/worth.ts';
import { COHORT, toldChannels } from './heads.ts';

const MINE = 'subject in {subjects:Array(UUID)} and customer in {customers:Array(UUID)}';

export type SaleRow = { form: 'order' | 'refund' | 'adjustment'; documentNo: string; source: string; shop: string; day: string; amountMinor: number; refundedMinor: number; purchase: number };

/** Every movement of a customer's money: orders with what was given back of them, refunds no order holds. */
export const saleRows = (ch: ClickHouse, workspaceId: WorkspaceId, whom: Named): Promise<SaleRow[]> =>
  ch.rows(`
    select toString(kind) as form, document_no as documentNo, toString(source) as source, toString(shop) as shop, toString(day) as day, amount as amountMinor, refunded as refundedMinor, purchase
      from ${sales.mine('customer', 'subject', 'kind', 'document_no', 'source', 'shop', 'day', 'amount', 'refunded', 'purchase')}
     where ${MINE}
     order by day, source, documentNo ${OF_ONE}`, { workspace: workspaceId, ...whom });

export type GoodsRow = { orderNo: string; day: string; costMinor: number };

/** What the goods of each of a customer's purchases cost. */
export const goodsRows = (ch: ClickHouse, workspaceId: WorkspaceId, whom: Named): Promise<GoodsRow[]> =>
  ch.rows(`
    select order_no as orderNo, toString(day) as day, sum(cost) as costMinor
      from ${purchaseLines.mine('customer', 'subject', 'order_no', 'day', 'cost')}
     where ${MINE}
     group by orderNo, day
    having costMinor != 0
     order by day, orderNo ${OF_ONE}`, { workspace: workspaceId, ...whom });

export type NamedCostRow = { kind: Exclude<EntryKind, 'sales'>; costNo: string; source: string; day: string; channel: string; orderNo: string; amountMinor: number };

/** Costs on a customer's orders or on the customer. */
export const namedCostRows = async (ch: ClickHouse, workspaceId: WorkspaceId, whom: Named): Promise<NamedCostRow[]> =>
  !(await anyNamed(ch, workspaceId)) ? [] : ch.rows(`
    select toString(kind) as kind, cost_no as costNo, toString(source) as source, toString(day) as day, toString(channel) as channel, order_no as orderNo, amount as amountMinor
      from ${namedCosts.mine('kind', 'cost_no', 'source', 'day', 'channel', 'order_no', 'amount')}
     where customer in {customers:Array(UUID)}
     order by day, source, costNo ${OF_ONE}`, { workspace: workspaceId, ...whom });

/** What decides a customer's shares of bills, and what scoring expects of them still. */
export async function placeOf(ch: ClickHouse, workspaceId: WorkspaceId, whom: Named): Promise<{ firstMonth: string; channel: string }> {
  const [row] = await ch.rows<{ firstMonth: string; channel: string }>(`
    select n.cohort as firstMonth, if(s.told != '', s.told, n.seen) as channel
      from (select customer, toString(channel) as seen, ${COHORT} as cohort from stage_now final where workspace = {workspace:UUID} and customer in {customers:Array(UUID)}) as n
      left join ${toldChannels('customer in {customers:Array(UUID)}')} as s on s.customer = n.customer ${OF_ONE}`, { workspace: workspaceId, customers: whom.customers });
  return row ?? { firstMonth: '', channel: '' };
}

export type ExpectedRow = { asOf: string; valueMinor: number; lowMinor: number; highMinor: number };
export async function expectedOf(ch: ClickHouse, workspaceId: WorkspaceId, customer: CustomerId): Promise<ExpectedRow | null> {
  const [row] = await ch.rows<ExpectedRow>(`
    select toString(as_of) as asOf, value as valueMinor, value_low as lowMinor, value_high as highMinor
      from customer_score final
     where workspace = {workspace:UUID} and customer = {customer:UUID} ${OF_ONE}`, { workspace: workspaceId, customer });
  return row ?? null;
}
