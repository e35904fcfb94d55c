import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { SubjectId, WorkspaceId } from '../../kernel/ids.ts';
import { OF_ONE, ofMine, purchases } from '../../kernel/readings.ts';

export type OrderView = {
  source: string; shop: string; orderNo: string; subject: string; status: string; day: string; orderedAt: string; paidAt: string | null; currency: string;
  amountMinor: number; refundedMinor: number; netMinor: number; shippingMinor: number; discountMinor: number; fullRefund: string; channel: string; promo: string; coupon: string;
  province: string; city: string; receivers: number; b2b: boolean; measures: Record<string, number>; properties: Record<string, string>; importId: string;
};
export type LineView = { sku: string; occurrence: number; name: string; category: string; kind: string; quantity: number; amountMinor: number; refundedMinor: number; costMinor: number };
export type RefundView = { refundNo: string; orderNo: string; day: string; at: string; amountMinor: number; status: string; reason: string; sku: string };

const ISO = (column: string): string => `formatDateTime(${column}, '%Y-%m-%dT%H:%i:%SZ')`;
const IN_SHOPS = '(empty({shops:Array(String)}) or shop in {shops:Array(String)})';
const ORDER = `
  toString(source) as source, toString(shop) as shop, order_no as orderNo, toString(subject) as subject, toString(status) as status, toString(day) as day,
  ${ISO('ordered_at')} as orderedAt, ${ISO('paid_at')} as paidAt, toString(currency) as currency, amount as amountMinor, refunded as refundedMinor,
  amount - refunded as netMinor, shipping as shippingMinor, discount as discountMinor, toString(full_refund) as fullRefund, toString(channel) as channel,
  toString(promo) as promo, coupon, toString(province) as province, toString(city) as city, receivers, toBool(orders.b2b) as b2b, measures, properties, toString(import_id) as importId`;

const OF_ORDER = [
  'source', 'shop', 'order_no', 'subject', 'status', 'day', 'ordered_at', 'paid_at', 'currency', 'amount', 'refunded', 'shipping', 'discount', 'full_refund', 'channel', 'promo', 'coupon',
  'province', 'city', 'receivers', 'b2b', 'measures', 'properties', 'import_id',
];

export type OrderPage = { before: { day: string; orderNo: string } | null; limit: number };

/** Orders of some subjects (all of a customer's), newest first. */
export const ordersOfSubjects = (ch: ClickHouse, workspace: WorkspaceId, subjects: readonly SubjectId[], shops: readonly string[], { before, limit }: OrderPage): Promise<OrderView[]> =>
  ch.rows<OrderView>(`
    select ${ORDER}
      from ${ofMine('orders', OF_ORDER)} as orders
     where ${IN_SHOPS}
       and (orders.day, order_no) < (toDate({day:String}), {orderNo:String})
     order by orders.day desc, order_no desc
     limit {limit:UInt32}`, { workspace, subjects, shops, limit, day: before?.day ?? '2149-06-06', orderNo: before?.orderNo ?? '\u{10ffff}' });

/** Orders of a number, over all sources and the shops given; none means all. */
export const ordersByNumber = (ch: ClickHouse, workspace: WorkspaceId, orderNo: string, shops: readonly string[]): Promise<OrderView[]> =>
  ch.rows<OrderView>(`
    select ${ORDER} from orders final
     where workspace = {workspace:UUID} and order_no = {orderNo:String} and ${IN_SHOPS}
     limit 50`, { workspace, orderNo, shops });

export const linesOfOrder = (ch: ClickHouse, workspace: WorkspaceId, at: { source: string; shop: string; orderNo: string }): Promise<LineView[]> =>
  ch.rows<LineView>(`
    select sku, occurrence, name, toString(category) as category, toString(kind) as kind, quantity, amount as amountMinor, refunded as refundedMinor, cost as costMinor
      from order_lines final
     where workspace = {workspace:UUID} and source = {source:String} and shop = {shop:String} and order_no = {orderNo:String}
     order by sku, occurrence`, { workspace, ...at });

export const refundsOfOrder = (ch: ClickHouse, workspace: WorkspaceId, at: { source: string; shop: string; orderNo: string }): Promise<RefundView[]> =>
  ch.rows<RefundView>(`
    select refund_no as refundNo, order_no as orderNo, toString(day) as day, ${ISO('refunded_at')} as at, amount as amountMinor, toString(status) as status, reason, sku
      from refunds final
     where workspace = {workspace:UUID} and source = {source:String} and shop = {shop:String} and order_no = {orderNo:String}
     order by refunded_at, refund_no`, { workspace, ...at });

export type Happening = {
  kind: 'order' | 'refund' | 'event'; reference: string; atMs: number; event: string; status: string; source: string; shop: string; channel: string;
  amountMinor: number | null; items: number; url: string; properties: Record<string, unknown>;
};
export type HappeningPage = { beforeMs: number; kinds: readonly string[]; limit: number };

/** Orders, refunds and events of some subjects in one list, newest first, strictly before an instant. */
export const happenings = (ch: ClickHouse, workspace: WorkspaceId, subjects: readonly SubjectId[], shops: readonly string[], { beforeMs, kinds, limit }: HappeningPage): Promise<Happening[]> =>
  ch.rows<Happening>(`
    select * from (
      select 'order' as kind, order_no as reference, toUnixTimestamp64Milli(ordered_at) as atMs, 'order.placed' as event, toString(status) as status, toString(source) as source,
             toString(shop) as shop, toString(channel) as channel, amount :: Nullable(Int64) as amountMinor, '' as url, '{}' :: JSON as properties
        from ${ofMine('orders', ['order_no', 'ordered_at', 'status', 'source', 'shop', 'channel', 'amount'])} as orders
       where 'order' in {kinds:Array(String)} and ${IN_SHOPS} and ordered_at < fromUnixTimestamp64Milli({before:Int64})
       order by ordered_at desc limit {limit:UInt32}
      union all
      select 'refund' as kind, document_no as reference, toUnixTimestamp64Milli(max(refunded_at)) as atMs, 'order.refunded' as event, any(toString(status)) as status, any(toString(source)) as source,
             any(toString(shop)) as shop, '' as channel, sum(amount) :: Nullable(Int64) as amountMinor, '' as url, '{}' :: JSON as properties
        from ${ofMine('refunds', ['document_no', 'refunded_at', 'status', 'source', 'shop', 'amount'])} as r
       where 'refund' in {kinds:Array(String)} and (empty({shops:Array(String)}) or r.shop in {shops:Array(String)}) and refunded_at < fromUnixTimestamp64Milli({before:Int64})
       group by document_no
       order by atMs desc limit {limit:UInt32}
      union all
      select 'event' as kind, message_id as reference, toUnixTimestamp64Milli(time) as atMs, event, toString(e.kind) as status, toString(source) as source,
             toString(shop) as shop, toString(channel) as channel, amount as amountMinor, url, properties
        from ${ofMine('events', ['message_id', 'time', 'event', 'kind', 'source', 'shop', 'channel', 'amount', 'url', 'properties'])} as e
       where 'event' in {kinds:Array(String)} and (${IN_SHOPS} or shop = '') and time < fromUnixTimestamp64Milli({before:Int64})
       order by time desc limit {limit:UInt32})
     order by atMs desc, kind, reference
     limit {limit:UInt32} ${OF_ONE}`, { workspace, subjects, shops, kinds, before: beforeMs, limit });

/** Where the data about some subjects came from, with how much and when last. */
export const sourcesOfSubjects = (ch: ClickHouse, workspace: WorkspaceId, subjects: readonly SubjectId[], shops: readonly string[]): Promise<{ source: string; channel: string; records: number; lastDay: string }[]> =>
  ch.rows(`
    select source, channel, sum(n) as records, toString(max(last)) as lastDay from (
      select toString(source) as source, toString(channel) as channel, count() as n, max(day) as last from ${ofMine('orders', ['source', 'shop', 'channel', 'day'])} as orders where ${IN_SHOPS} group by source, channel
      union all
      select toString(source) as source, '' as channel, count() as n, max(day) as last from ${ofMine('refunds', ['source', 'shop', 'day'])} as refunds where ${IN_SHOPS} group by source
      union all
      select toString(source) as source, toString(channel) as channel, count() as n, max(day) as last from ${ofMine('events', ['source', 'shop', 'channel', 'day'])} as events where ${IN_SHOPS} group by source, channel)
     group by source, channel
     order by source, channel`, { workspace, subjects, shops });

/** What stands under each of some subjects: purchases with their money, events, and the days between which they lie. */
export type SubjectRecords = { subject: SubjectId; orders: number; netMinor: number; events: number; firstDay: string; lastDay: string };

export const recordsOfSubjects = (ch: ClickHouse, workspace: WorkspaceId, subjects: readonly SubjectId[], shops: readonly string[]): Promise<SubjectRecords[]> =>
  ch.rows<SubjectRecords>(`
    select toString(id) as subject, sum(bought) as orders, sum(net) as netMinor, sum(did) as events, toString(min(first)) as firstDay, toString(max(last)) as lastDay from (
      select p.subject as id, count() as bought, sum(p.net) as net, 0 as did, min(p.day) as first, max(p.day) as last
        from ${purchases.mine('subject', 'shop', 'net', 'day')} as p where ${IN_SHOPS} group by p.subject
      union all
      select e.subject as id, 0 as bought, 0 as net, count() as did, min(e.day) as first, max(e.day) as last
        from ${ofMine('events', ['subject', 'shop', 'day'])} as e where ${IN_SHOPS} group by e.subject)
     group by id
     order by subject`, { workspace, subjects, shops });
