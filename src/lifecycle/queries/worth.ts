import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import { type CustomerId, NOBODY_SQL, type WorkspaceId } from '../../kernel/ids.ts';
import { OF_ONE } from '../../kernel/readings.ts';
import type { ProfitLines } from '../core/worth.ts';
import { type Audience, audienceFilter, audienceParams } from './audience.ts';
import { filterOf, type Named } from './habits.ts';

const KINDS = ['product', 'fulfilment', 'service', 'incentive', 'acquisition', 'retention'] as const;
const SUMS = KINDS.map((kind) => `sumIf(minor, kind = '${kind}') as ${kind}`).join(', ');

const SOMEBODY = `customer != ${NOBODY_SQL}`;
const COSTS_NAMED = `(order_no != '' or subject != ${NOBODY_SQL})`;

/**
 * Costs that name an order or a person, with whose they are today (an order's are its buyer's): `columns` of `costs`, then
 * `customer`. The zero UUID where nobody is behind them.
 */
export const namedCosts = Object.assign((...columns: readonly string[]): string => costsWithOwners(columns, ''), {
  /** The same where only those of `{subjects:Array(UUID)}`, all of some customers' own, are wanted: nobody else is given their owner. */
  mine: (...columns: readonly string[]): string => costsWithOwners(columns, ' and subject in {subjects:Array(UUID)}', `(subject in {subjects:Array(UUID)} or order_no in (select order_no from orders where workspace = {workspace:UUID} and subject in {subjects:Array(UUID)}))`),
});
const costsWithOwners = (columns: readonly string[], owners: string, rows = '1'): string => `(
          select ${columns.map((column) => `k.${column} as ${column}, `).join('')}
                 if(w.customer = ${NOBODY_SQL}, k.whose, w.customer) as customer
            from (
              select ${columns.map((column) => `c.${column} as ${column}, `).join('')}if(o.subject = ${NOBODY_SQL}, c.subject, o.subject) as whose
                from (select ${[...new Set([...columns, 'subject', 'order_no'])].join(', ')} from costs final where workspace = {workspace:UUID} and ${COSTS_NAMED} and ${rows}) as c
                left join (select order_no, any(subject) as subject from orders final where workspace = {workspace:UUID} and order_no in (select order_no from costs where workspace = {workspace:UUID} and order_no != '' and ${rows}) group by order_no) as o on o.order_no = c.order_no
            ) as k
            left join (select subject, customer from subject_owner final where workspace = {workspace:UUID}${owners}) as w on w.subject = k.whose
        )`;

/** Named costs of some customers, one row each: on their orders (also on those given back: spent is spent) or on themselves. */
const COSTS = (filter: string, costs: typeof namedCosts.mine = namedCosts): string => `
      select customer, ${SUMS}
        from (select customer, toString(kind) as kind, sum(amount) as minor from ${costs('kind', 'amount')} where ${filter} group by customer, kind)
       group by customer`;

/**
 * What is on record of each customer's own doings, one row each: sales less refunds and the cost of the goods as added up when they were last assessed, and the
 * costs that name them. `who`: the condition on rows of `stage_now`; `columns` of it come along.
 */
export const ledgerSql = (who: string, columns: readonly string[] = []): string => `(
        select n.customer as customer, ${columns.map((column) => `n.${column} as ${column}, `).join('')}n.net as sales, ${KINDS.map((kind) => `k.${kind}${kind === 'product' ? ' + n.product' : ''} as ${kind}`).join(', ')}
          from (select customer, net, product${columns.map((column) => `, ${column}`).join('')} from stage_now final where ${who}) as n
          left join (${COSTS(SOMEBODY)}) as k on k.customer = n.customer
      )`;
const HERE = 'workspace = {workspace:UUID}';

export type WorthRow = { customerId: string; sales: number; product: number; fulfilment: number; service: number; incentive: number; acquisition: number; retention: number };

export const linesOf = ({ sales, product, fulfilment, service, incentive }: WorthRow): ProfitLines =>
  ({ amountMinor: sales, productCostMinor: product, fulfilmentMinor: fulfilment, serviceMinor: service, incentiveMinor: incentive });

/** Whether any cost names an order or a person: many shops have bills alone, and are not asked whose each is. */
export const anyNamed = async (ch: ClickHouse, workspaceId: WorkspaceId): Promise<boolean> =>
  (await ch.rows(`select 1 from costs where workspace = {workspace:UUID} and ${COSTS_NAMED} limit 1`, { workspace: workspaceId })).length > 0;

/** What was spent on some customers beside their goods. */
export const costsOf = async (ch: ClickHouse, workspaceId: WorkspaceId, whom: Named): Promise<Omit<WorthRow, 'sales'>[]> =>
  !(await anyNamed(ch, workspaceId)) ? [] : ch.rows(`select customer as customerId, * except customer from (${COSTS(filterOf(whom), namedCosts.mine)}) ${whom.customers.length === 1 ? OF_ONE : ''}`, { workspace: workspaceId, ...whom });

/** Profit contribution (R28) of some customers, by id; those without any entry are absent. */
export async function profitsOf(ch: ClickHouse, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<Map<CustomerId, number>> {
  if (customers.length === 0) return new Map();
  const rows = await ch.rows<{ customer: CustomerId; profit: number }>(`
    select customer, sales - product - fulfilment - service - incentive as profit from ${ledgerSql(`${HERE} and customer in {customers:Array(UUID)}`)}`, { workspace: workspaceId, customers });
  return new Map(rows.map(({ customer, profit }) => [customer, profit]));
}

/** Profit contribution of everybody known. */
export async function totalProfit(ch: ClickHouse, workspaceId: WorkspaceId): Promise<number> {
  const [row] = await ch.rows<{ profit: number }>(`
    select sum(sales - product - fulfilment - service - incentive) as profit from ${ledgerSql(HERE)}`, { workspace: workspaceId });
  return row?.profit ?? 0;
}

export type WorthMeasure = 'net' | 'profit';
const measured = (measure: WorthMeasure): string => (measure === 'net' ? 'n.net' : 'n.sales - n.product - n.fulfilment - n.service - n.incentive');
const BUYERS = (audience: Audience): string => `${audienceFilter(audience)} and occasions > 0`;
const WHO = (audience: Audience, measure: WorthMeasure): string => `
      from ${measure === 'net' ? `(select customer, net from stage_now final where ${BUYERS(audience)})` : ledgerSql(BUYERS(audience))} as n`;

/** Every buyer's worth, greatest first: one array, since only its shape is wanted. */
export async function worthsDescending(ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience, measure: WorthMeasure): Promise<number[]> {
  const [row] = await ch.rows<{ worths: number[] }>(`
    select arrayReverseSort(groupArray(${measured(measure)})) as worths ${WHO(audience, measure)}`, audienceParams(workspaceId, audience));
  return row?.worths ?? [];
}

export type TopRow = { customerId: string; name: string; worthMinor: number };

/** The best buyers, greatest first, equal ones by id. */
export const topBuyers = (ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience, measure: WorthMeasure, limit: number): Promise<TopRow[]> =>
  ch.rows(`
    select t.customer as customerId, c.name as name, t.worth as worthMinor
      from (select n.customer as customer, ${measured(measure)} as worth ${WHO(audience, measure)} order by worth desc, customer limit {limit:UInt32}) as t
      left join (select customer, name from customer_state final where workspace = {workspace:UUID}) as c on c.customer = t.customer
     order by t.worth desc, t.customer`, { ...audienceParams(workspaceId, audience), limit });

/** Totals of the whole audience: value and profit contribution with its lines (R28). */
export async function totalWorth(ch: ClickHouse, workspaceId: WorkspaceId, audience: Audience): Promise<WorthRow & { customers: number }> {
  const names = ['sales', 'product', 'fulfilment', 'service', 'incentive', 'acquisition', 'retention'] as const;
  const [row] = await ch.rows<WorthRow & { customers: number }>(`
    select '' as customerId, count() as customers, ${names.map((name) => `sum(n.${name}) as ${name}`).join(', ')}
    ${WHO(audience, 'profit')}`, audienceParams(workspaceId, audience));
  return row ?? { customerId: '', customers: 0, sales: 0, product: 0, fulfilment: 0, service: 0, incentive: 0, acquisition: 0, retention: 0 };
}
