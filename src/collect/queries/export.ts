import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import { NOBODY_SQL, type WorkspaceId } from '../../kernel/ids.ts';

export const EXPORTS = ['orders', 'lines', 'refunds', 'costs'] as const;
export type ExportKind = (typeof EXPORTS)[number];
export type ExportRow = Record<string, string | number>;

const IN_SHOPS = `(empty({shops:Array(String)}) or shop in {shops:Array(String)}) and ({from:String} = '' or source = {from:String})`;
const OWNER = `left join (select subject, customer from subject_owner final where workspace = {workspace:UUID}) as w on w.subject = f.subject`;
const PERSON = `if(f.subject = ${NOBODY_SQL}, '', toString(if(w.customer = ${NOBODY_SQL}, f.subject, w.customer)))`;
const time = (column: string): string => `ifNull(formatDateTime(${column}, '%Y-%m-%dT%H:%i:%SZ'), '')`;

/** Columns under the headers of our own template, so that what was exported can be imported; money in minor units of the reporting currency. */
const READS: Readonly<Record<ExportKind, { table: string; key: string; columns: string }>> = {
  orders: {
    table: 'orders final', key: 'f.order_no',
    columns: `f.order_no as order_no, toString(f.shop) as shop, toString(f.status) as order_status, ${time('f.ordered_at')} as created_at, ${time('f.paid_at')} as paid_at, toString(f.currency) as currency,
              f.amount as amount_paid, f.shipping as shipping_fee, f.discount as discount, f.refunded as refunded, toString(f.channel) as channel, f.coupon as coupon,
              ${PERSON} as user_id, toString(f.province) as province, toString(f.city) as city`,
  },
  lines: {
    table: 'order_lines final', key: `concat(f.order_no, '\\0', f.sku, '\\0', leftPad(toString(f.occurrence), 5, '0'))`,
    columns: `f.order_no as order_no, toString(f.shop) as shop, f.sku as sku, f.name as product_name, toString(f.category) as category, f.quantity as quantity, f.amount as line_amount,
              if(f.quantity = 0, 0, f.cost / f.quantity) as unit_cost, f.refunded as line_refunded, toString(f.kind) as line_kind`,
  },
  refunds: {
    table: 'refunds final', key: 'f.refund_no',
    columns: `f.refund_no as refund_no, f.order_no as order_no, toString(f.shop) as shop, f.sku as sku, ${time('f.refunded_at')} as refunded_at, f.amount as refund_amount, f.cost as refund_cost,
              toString(f.status) as refund_status, f.reason as refund_reason, ${PERSON} as user_id`,
  },
  // Costs are of no shop: whoever sees some shops only sees none of them.
  costs: {
    table: `(select *, '' as shop from costs final where workspace = {workspace:UUID})`, key: 'f.cost_no',
    columns: `f.cost_no as cost_no, toString(f.day) as date, toString(f.kind) as cost_kind, f.amount as cost_amount, toString(f.channel) as channel, f.campaign as campaign, f.order_no as order_no, ${PERSON} as user_id`,
  },
};

/** Which columns are money. */
export const MONEY: ReadonlySet<string> = new Set(['amount_paid', 'shipping_fee', 'discount', 'refunded', 'line_amount', 'unit_cost', 'line_refunded', 'refund_amount', 'refund_cost', 'cost_amount']);

export type ExportAfter = { source: string; shop: string; key: string };
/** What is exported; of these shops only, none means all; of this source only, if one is named. */
export type Exported = { kind: ExportKind; shops: readonly string[]; from?: string | undefined };
export type ExportPage = { rows: ExportRow[]; next: ExportAfter | undefined };

/** A page of an export in the order of the sort key. */
export async function exportPage(ch: ClickHouse, workspace: WorkspaceId, { kind, shops, from = '' }: Exported, after: ExportAfter | undefined, limit: number): Promise<ExportPage> {
  const { table, key, columns } = READS[kind];
  const rows = await ch.rows<ExportRow & { at_source: string; at_shop: string; at_key: string }>(`
    select ${columns}, toString(f.source) as at_source, toString(f.shop) as at_shop, ${key} as at_key
      from (select * from ${table} where workspace = {workspace:UUID} and ${IN_SHOPS}) as f
      ${OWNER}
     where (toString(f.source), toString(f.shop), ${key}) > ({source:String}, {shop:String}, {key:String})
     order by at_source, at_shop, at_key
     limit {limit:UInt32}`, { workspace, shops, from, limit, ...(after ?? { source: '', shop: '', key: '' }) });
  const last = rows.length === limit ? rows.at(-1) : undefined;
  return { rows: rows.map(({ at_source: _, at_shop: __, at_key: ___, ...row }) => row as ExportRow), next: last && { source: last.at_source, shop: last.at_shop, key: last.at_key } };
}

export async function exportCount(ch: ClickHouse, workspace: WorkspaceId, { kind, shops, from = '' }: Exported): Promise<number> {
  const [row] = await ch.rows<{ count: number }>(`select count() as count from ${READS[kind].table} where workspace = {workspace:UUID} and ${IN_SHOPS}`, { workspace, shops, from });
  return row?.count ?? 0;
}

/** One event of a source with who it is today's owner's. */
export type ExportEvent = { messageId: string; kind: string; event: string; at: string; subject: string; person: string; shop: string; channel: string; url: string; properties: Record<string, unknown> };
export type EventAfter = { subject: string; at: string; messageId: string };

/** A page of a source's events in the order of the sort key. */
export async function eventsPage(ch: ClickHouse, workspace: WorkspaceId, { from, shops }: { from: string; shops: readonly string[] }, after: EventAfter | undefined, limit: number): Promise<ExportEvent[]> {
  return ch.rows<ExportEvent>(`
    select f.message_id as messageId, toString(f.kind) as kind, toString(f.event) as event, formatDateTime(f.time, '%Y-%m-%dT%H:%i:%S.%fZ') as at, toString(f.subject) as subject, ${PERSON} as person,
           toString(f.shop) as shop, toString(f.channel) as channel, f.url as url, f.properties as properties
      from (select * from events final
             where workspace = {workspace:UUID} and ${IN_SHOPS}
               and (subject, time, message_id) > ({subject:UUID}, toDateTime64({at:String}, 3, 'UTC'), {messageId:String})
             order by subject, time, message_id
             limit {limit:UInt32}) as f
      ${OWNER}
     order by f.subject, f.time, f.message_id`, { workspace, from, shops, limit, subject: after?.subject ?? '00000000-0000-0000-0000-000000000000', at: (after?.at ?? '1970-01-01T00:00:00.000Z').replace('T', ' ').replace('Z', ''), messageId: after?.messageId ?? '' });
}

export async function eventsCount(ch: ClickHouse, workspace: WorkspaceId, { from, shops }: { from: string; shops: readonly string[] }): Promise<number> {
  const [row] = await ch.rows<{ count: number }>(`select count() as count from events final where workspace = {workspace:UUID} and ${IN_SHOPS}`, { workspace, from, shops });
  return row?.count ?? 0;
}
