import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import { type CustomerId, NOBODY_SQL, type WorkspaceId } from '../../../kernel/ids.ts';
import { sales } from '../../../kernel/readings.ts';
import type { Totals } from '../../core/money/ledger.ts';
import type { Rates } from '../../core/money/sharing.ts';
import { type Audience, audienceFilter, audienceParams } from '../../queries/audience.ts';
import { ledgerSql } from '../../queries/worth.ts';
import { COHORT, toldChannels } from './heads.ts';

export const DIMENSIONS = ['stage', 'cohort', 'channel'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

const ORDER_KINDS = ['product', 'fulfilment', 'service', 'incentive'] as const;
const TOTALS = ['sales', 'product', 'fulfilment', 'service', 'incentive', 'retention', 'acquisition'] as const;
const VALUE = 'sales - product - fulfilment - service - incentive - retention - acquisition';

/** Kinds of cost that any order bears a share of. */
const sharedKinds = ({ order }: Rates): readonly (typeof ORDER_KINDS)[number][] => ORDER_KINDS.filter((kind) => order.some((one) => one.kind === kind));

/** Rates as bound look-ups, by 'YYYY-MM'; those of orders by the number YYYYMM. A look-up is never empty: the engine refuses one of nothing. */
export function rateParams(rates: Rates): Record<string, unknown> {
  const table = <K>(name: string, none: K, rows: readonly { key: K; eachMinor: number }[]): Record<string, unknown> =>
    ({ [`${name}_keys`]: [none, ...rows.map(({ key }) => key)], [`${name}_each`]: [0, ...rows.map(({ eachMinor }) => eachMinor)] });
  const orders = sharedKinds(rates).map((kind) => table(kind, 0, rates.order.filter((one) => one.kind === kind).map(({ month, eachMinor }) => ({ key: Number(month.replace('-', '')), eachMinor }))));
  return {
    ...table('came', '-', rates.newcomer.filter(({ channel }) => channel !== '').map(({ month, channel, eachMinor }) => ({ key: `${month} ${channel}`, eachMinor }))),
    ...table('begun', '-', rates.newcomer.filter(({ channel }) => channel === '').map(({ month, eachMinor }) => ({ key: month, eachMinor }))),
    ...table('kept', '-', rates.customer.map(({ month, eachMinor }) => ({ key: month, eachMinor }))),
    ...(Object.assign({}, ...orders) as Record<string, unknown>),
  };
}
// A customer's orders of each month, by what each bears.
const lookedUp = (kind: string): string => `arraySum((month, orders) -> orders * transform(month, {${kind}_keys:Array(UInt32)}, {${kind}_each:Array(Int64)}, toInt64(0)), n.order_months, n.month_orders)`;
const looked = (key: string, name: string): string => `transform(${key}, {${name}_keys:Array(String)}, {${name}_each:Array(Int64)}, toInt64(0))`;
const lookedByMonth = (kind: string): string => `transform(toYYYYMM(day), {${kind}_keys:Array(UInt32)}, {${kind}_each:Array(Int64)}, toInt64(0))`;
/** What orders of a day bear of the bills of its month, all kinds together. */
export const shareOfDay = (rates: Rates): string => sharedKinds(rates).map(lookedByMonth).join(' + ') || '0';

/** Everybody of the audience with their ledger: what is on record of themselves, and their shares of the bills. One row a customer. */
const LEDGERS = (audience: Audience, rates: Rates): string => `
    select n.customer as customer, toString(n.stage) as stage, ${COHORT} as cohort, if(s.told != '', s.told, toString(n.channel)) as door, door as channel, n.sales as sales,
           ${ORDER_KINDS.map((kind) => `n.${kind}${sharedKinds(rates).includes(kind) ? ` + ${lookedUp(kind)}` : ''} as ${kind}`).join(', ')},
           n.retention + ${looked('cohort', 'kept')} as retention,
           n.acquisition + ${looked("concat(cohort, ' ', door)", 'came')} + ${looked('cohort', 'begun')} as acquisition
      from ${ledgerSql(audienceFilter(audience), ['stage', 'occasions', 'first_on', 'channel', 'order_months', 'month_orders'])} as n
      left join ${toldChannels()} as s on s.customer = n.customer`;

// What is expected still: filled by scoring, absent before its first run.
const EXPECTED = '(select customer, value as expected, 1 as scored from customer_score final where workspace = {workspace:UUID})';

export type LedgerRow = Totals & { key: string; customers: number; scored: number; expectedMinor: number };

/** Ledgers summed by one dimension. */
export const ledgersBy = (ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience, by: Dimension, rates: Rates): Promise<LedgerRow[]> =>
  ch.rows(`
    select e.${by} as key, count() as customers, ${TOTALS.map((kind) => `sum(e.${kind}) as ${kind}`).join(', ')}, sum(x.scored) as scored, sum(x.expected) as expectedMinor
      from (${LEDGERS(audience, rates)}) as e
      left join ${EXPECTED} as x on x.customer = e.customer
     group by key
     order by key`, { ...audienceParams(workspaceId, audience), ...rateParams(rates) });

export type CustomerLedgerRow = Totals & { customerId: CustomerId; name: string; stage: string; cohort: string; channel: string; valueMinor: number; expectedMinor: number | null };
export type CustomerPick = Partial<Record<Dimension, string>>;

/** Customers by their ledger, greatest value first, equal ones by id, after the last one seen. */
export const customerLedgers = (ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience, rates: Rates, { pick, after, limit }: { pick: CustomerPick; after: { valueMinor: number; customerId: string } | null; limit: number }): Promise<CustomerLedgerRow[]> => {
  const picked = Object.keys(pick).map((name) => `${name} = {pick_${name}:String}`);
  const conditions = [...picked, ...(after ? ['(valueMinor < {after_value:Int64} or (valueMinor = {after_value:Int64} and customer > {after_id:UUID}))'] : [])];
  return ch.rows(`
    select e.customer as customerId, s.name as name, e.stage as stage, e.cohort as cohort, e.channel as channel, ${TOTALS.map((kind) => `e.${kind} as ${kind}`).join(', ')},
           e.valueMinor as valueMinor, if(x.scored = 1, x.expected, null) as expectedMinor
      from (select *, ${VALUE} as valueMinor from (${LEDGERS(audience, rates)}) ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''} order by valueMinor desc, customer limit {limit:UInt32}) as e
      left join (select customer, name from customer_state final where workspace = {workspace:UUID}) as s on s.customer = e.customer
      left join ${EXPECTED} as x on x.customer = e.customer
     order by e.valueMinor desc, e.customer`, {
    ...audienceParams(workspaceId, audience), ...rateParams(rates), limit,
    ...Object.fromEntries(Object.entries(pick).map(([name, value]) => [`pick_${name}`, value])), ...(after && { after_value: after.valueMinor, after_id: after.customerId }),
  });
};

/** Everything that moved, whoever it belongs to: what the ledgers of all customers and what belongs to nobody sum to. */
export async function allMoney(ch: ClickHouse, workspaceId: WorkspaceId): Promise<Totals> {
  const [row] = await ch.rows<Totals>(`
    select (select sum(net) from ${sales('net')}) as sales, ${TOTALS.slice(1).map((kind) => `sumIf(amount, kind = '${kind}') ${kind === 'product' ? `+ ${GOODS} ` : ''}as ${kind}`).join(', ')}
      from costs final
     where workspace = {workspace:UUID}`, { workspace: workspaceId });
  return row ?? { sales: 0, product: 0, fulfilment: 0, service: 0, incentive: 0, retention: 0, acquisition: 0 };
}
// Goods of every purchase: those of customers as added up, and nobody's.
const TILL = `order_lines final where workspace = {workspace:UUID} and subject = ${NOBODY_SQL}`;
const GOODS = `(select sum(product) from stage_now final where workspace = {workspace:UUID})
                   + (select sum(cost) from ${TILL} and (source, shop, order_no) in (
                        select source, shop, document_no from ${sales('source', 'shop', 'document_no', 'purchase')} where purchase and (source, shop, document_no) in (select source, shop, order_no from ${TILL})))`;

/** The sums of named parts of the audience by value: best `shares` of buyers first (a tier each), those of equal value by id. */
export const valueTiers = (ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience, rates: Rates, shares: readonly number[]): Promise<{ tier: number; customers: number; valueMinor: number; salesMinor: number; scored: number; expectedMinor: number }[]> =>
  ch.rows(`
    select arrayFirstIndex(upTo -> rank <= upTo * people, {shares:Array(Float64)}) as tier, count() as customers, sum(valueMinor) as valueMinor, sum(sales) as salesMinor, sum(scored) as scored, sum(expected) as expectedMinor
      from (
        select e.valueMinor as valueMinor, e.sales as sales, x.scored as scored, x.expected as expected, row_number() over (order by e.valueMinor desc, e.customer) as rank, count() over () as people
          from (select *, ${VALUE} as valueMinor from (${LEDGERS(audience, rates)}) where cohort != '') as e
          left join ${EXPECTED} as x on x.customer = e.customer
      )
     group by tier
     order by tier`, { ...audienceParams(workspaceId, audience), ...rateParams(rates), shares });
