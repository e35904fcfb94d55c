import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import { NOBODY_SQL, type WorkspaceId } from '../../kernel/ids.ts';
import { sales } from '../../kernel/readings.ts';
import { many, run, sql, type Tx } from '../../kernel/sql.ts';

export type Sum = { orders: number; documents: number; buyers: number; people: number; paidMinor: number; refundsMinor: number; netMinor: number; nobodysMinor: number };
export type MonthSum = Sum & { month: string; shop: string };

/** Numbers that something else than an order carries. Only what bears one of these can be the same document twice: telling millions of orders apart again would be half of the work. */
const ELSEWHERE = `select document_no from refunds where workspace = {workspace:UUID} and order_no = '' union all select order_no from order_lines where workspace = {workspace:UUID} and loose`;

const SUMS = `
  countIf(kind = 'order' and status in ('paid', 'shipped', 'done')) as orders,
  countIf(kind = 'order' and not elsewhere) + uniqExactIf((source, shop, document_no), kind != 'order' or elsewhere) as documents,
  uniqExactIf(customer, purchase and customer != ${NOBODY_SQL}) as buyers,
  uniqExactIf(customer, customer != ${NOBODY_SQL}) as people,
  sum(amount) as paidMinor, sum(refunded) as refundsMinor, sum(net) as netMinor,
  sumIf(net, customer = ${NOBODY_SQL}) as nobodysMinor`;

const SALES = sales('kind', 'source', 'shop', 'document_no', 'customer', 'status', 'day', 'amount', 'refunded', 'net', 'purchase');

export type Scope = { shops: readonly string[]; sources: readonly string[] };
const NOTHING: Sum = { orders: 0, documents: 0, buyers: 0, people: 0, paidMinor: 0, refundsMinor: 0, netMinor: 0, nobodysMinor: 0 };

/**
 * Money and heads by month and shop, in months of the workspace's zone, and the same over all of it, in one pass. Buyers of several months are counted in each, in the
 * total once.
 */
export async function sumsOf(ch: ClickHouse, workspace: WorkspaceId, scope: Scope): Promise<{ rows: MonthSum[]; total: Sum }> {
  const rows = await ch.rows<MonthSum & { whole: number }>(`
    select formatDateTime(begun, '%Y-%m') as month, toString(named) as shop, grouping(begun) as whole, ${SUMS}
      from (select *, toStartOfMonth(day) as begun, shop as named, document_no in (${ELSEWHERE}) as elsewhere
              from ${SALES}
             where (empty({shops:Array(String)}) or shop in {shops:Array(String)}) and (empty({sources:Array(String)}) or source in {sources:Array(String)}))
     group by grouping sets ((begun, named), ())
     order by month, shop`, { workspace, ...scope });
  const sums = rows.map(({ whole: _, ...sum }) => sum), at = rows.findIndex(({ whole }) => whole === 1);
  const { month: _month, shop: _shop, ...total } = sums[at] ?? { month: '', shop: '', ...NOTHING };
  return { rows: sums.filter((_, n) => n !== at), total };
}

export type Document = {
  kind: 'order' | 'refund' | 'adjustment'; source: string; shop: string; documentNo: string; customer: string; status: string; day: string;
  amountMinor: number; refundedMinor: number; netMinor: number; purchase: boolean;
};
export type DocumentCell = { month: string; shop: string; sources: readonly string[]; after: { day: string; documentNo: string; kind: string } | null; limit: number };

/** The documents behind one cell, in order of day and number. */
export const documentsOf = async (ch: ClickHouse, workspace: WorkspaceId, { month, shop, sources, after, limit }: DocumentCell): Promise<Document[]> => {
  const rows = await ch.rows<Omit<Document, 'purchase'> & { purchase: number }>(`
    select toString(s.kind) as kind, toString(s.source) as source, toString(s.shop) as shop, s.document_no as documentNo, toString(s.customer) as customer,
           any(toString(s.status)) as status, toString(s.day) as day, sum(s.amount) as amountMinor, sum(s.refunded) as refundedMinor, sum(s.net) as netMinor, max(s.purchase) as purchase
      from ${SALES} as s
     where s.day >= toDate({first:String}) and s.day < addMonths(toDate({first:String}), 1)
       and s.shop = {shop:String}
       and (empty({sources:Array(String)}) or s.source in {sources:Array(String)})
       and (s.day, s.document_no, s.kind) > (toDate({day:String}), {documentNo:String}, {kind:String})
     group by s.kind, s.source, s.shop, s.document_no, s.customer, s.day
     order by s.day, s.document_no, s.kind
     limit {limit:UInt32}`,
  { workspace, shop, sources, limit, first: `${month}-01`, day: after?.day ?? '1970-01-01', documentNo: after?.documentNo ?? '', kind: after?.kind ?? '' });
  return rows.map((row) => ({ ...row, purchase: row.purchase === 1 }));
};

export type Figure = { month: string; shop: string; measure: string; figure: number };

export const loadFigures = (tx: Tx, workspaceId: WorkspaceId): Promise<Figure[]> =>
  many(tx, sql<Figure>`select month, shop, measure, figure from reconcile_figure where workspace_id = ${workspaceId}`);

export async function saveFigure(tx: Tx, workspaceId: WorkspaceId, { month, shop, measure }: Omit<Figure, 'figure'>, figure: number | null, by: { id: string; at: Date }): Promise<void> {
  await run(tx, figure === null
    ? sql`delete from reconcile_figure where workspace_id = ${workspaceId} and month = ${month} and shop = ${shop} and measure = ${measure}`
    : sql`
      insert into reconcile_figure (workspace_id, month, shop, measure, figure, noted_by, noted_at)
      values (${workspaceId}, ${month}, ${shop}, ${measure}, ${figure}, ${by.id}, ${by.at})
      on conflict (workspace_id, month, shop, measure) do update set figure = excluded.figure, noted_by = excluded.noted_by, noted_at = excluded.noted_at`);
}
