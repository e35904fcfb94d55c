import { tsvMap, tsvText, TSV_NULL } from '../kernel/clickhouse/tsv.ts';
import type { Day } from '../kernel/day.ts';
import type { SubjectId } from '../kernel/ids.ts';

/** Rows as they are stored: money in minor units of the reporting currency, times in epoch milliseconds. */
export type OrderRecord = {
  source: string; shop: string; orderNo: string; subject: SubjectId; status: string; orderedAtMs: number; paidAtMs: number | null; day: Day;
  currency: string; amount: number; originalAmount: number; originalCurrency: string; shipping: number; discount: number; refunded: number; fullRefund: string;
  measures: Record<string, number>; channel: string; coupon: string; province: string; city: string; receivers: number; b2b: boolean; stated: boolean; free: boolean;
  properties: Record<string, string>;
};
export type LineRecord = {
  source: string; shop: string; orderNo: string; sku: string; occurrence: number; subject: SubjectId; day: Day; name: string; category: string; kind: string;
  quantity: number; amount: number; refunded: number; cost: number; loose: boolean;
};
export type RefundRecord = {
  source: string; shop: string; refundNo: string; orderNo: string; sku: string; subject: SubjectId; day: Day; atMs: number; amount: number; cost: number;
  status: string; reason: string; documentNo: string;
};
export type CostRecord = { source: string; costNo: string; day: Day; kind: string; channel: string; campaign: string; subject: SubjectId; orderNo: string; amount: number };
export type EventRecord = {
  subject: SubjectId; atMs: number; messageId: string; kind: string; event: string; source: string; shop: string; channel: string; day: Day; receivedAtMs: number;
  url: string; campaign: string; amount: number | null; properties: Record<string, unknown>; backfill: boolean;
};

/** Written behind the content of every row: who wrote it and when. */
export type Stamp = { workspace: string; version: number; importId: string };

const STAMP = ['workspace', 'version', 'import_id'];
const stampCells = ({ workspace, version, importId }: Stamp): string => `${workspace}\t${version}\t${importId}\n`;

export const COLUMNS = {
  orders: ['source', 'shop', 'order_no', 'subject', 'status', 'ordered_at', 'paid_at', 'day', 'currency', 'amount', 'original_amount', 'original_currency', 'shipping', 'discount',
    'refunded', 'full_refund', 'measures', 'channel', 'coupon', 'province', 'city', 'receivers', 'b2b', 'stated', 'free', 'properties', 'promo', 'digest', 'lines_digest', 'received_at', ...STAMP],
  order_lines: ['source', 'shop', 'order_no', 'sku', 'occurrence', 'subject', 'day', 'name', 'category', 'kind', 'quantity', 'amount', 'refunded', 'cost', 'loose', 'digest', ...STAMP],
  refunds: ['source', 'shop', 'refund_no', 'order_no', 'sku', 'subject', 'day', 'refunded_at', 'amount', 'cost', 'status', 'reason', 'document_no', 'digest', ...STAMP],
  costs: ['source', 'cost_no', 'day', 'kind', 'channel', 'campaign', 'subject', 'order_no', 'amount', 'digest', ...STAMP],
  events: ['subject', 'time', 'message_id', 'kind', 'event', 'source', 'shop', 'channel', 'day', 'received_at', 'url', 'campaign', 'amount', 'properties', 'backfill', ...STAMP],
  event_ids: ['source', 'message_id', 'workspace'],
} as const;
export type Table = keyof typeof COLUMNS;

/**
 * 52 bits of a text: two lanes take turns over its characters and are mixed at the end (after cyrb53 by bryc, public domain).
 * Enough to tell one row's versions apart, cheap enough for every row.
 */
export function digestOf(text: string): number {
  let a = 0xdeadbeef, b = 0x41c6ce57;
  const even = text.length & ~1;
  for (let i = 0; i < even; i += 2) {
    a = Math.imul(a ^ text.charCodeAt(i), 2654435761);
    b = Math.imul(b ^ text.charCodeAt(i + 1), 1597334677);
  }
  if (even < text.length) a = Math.imul(a ^ text.charCodeAt(even), 2654435761);
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (1048575 & b) + (a >>> 0);
}

const DIGESTS = 2 ** 52;

/** Digests of an order's lines added up, exactly: the same set of lines gives the same number, whatever their order. */
export const addDigests = (a: number, b: number): number => (a + b) % DIGESTS;

/** Seconds with three decimals: how ClickHouse reads a DateTime64(3) fastest. */
const seconds = (ms: number): string => {
  const whole = Math.floor(ms / 1000);
  return `${whole}.${String(Math.trunc(ms - whole * 1000)).padStart(3, '0')}`;
};

/** A row's content, without who wrote it; its digest is what later files are compared with. */
export const orderCells = (o: OrderRecord): string =>
  `${tsvText(o.source)}\t${tsvText(o.shop)}\t${tsvText(o.orderNo)}\t${o.subject}\t${o.status}\t${seconds(o.orderedAtMs)}\t${o.paidAtMs === null ? TSV_NULL : seconds(o.paidAtMs)}\t${o.day}\t${o.currency}\t${o.amount}\t${o.originalAmount}\t${o.originalCurrency}\t${o.shipping}\t${o.discount}\t${o.refunded}\t${o.fullRefund}\t${tsvMap(o.measures)}\t${tsvText(o.channel)}\t${tsvText(o.coupon)}\t${tsvText(o.province)}\t${tsvText(o.city)}\t${o.receivers}\t${o.b2b ? 1 : 0}\t${o.stated ? 1 : 0}\t${o.free ? 1 : 0}\t${tsvMap(o.properties)}`;

export const lineCells = (l: LineRecord): string =>
  `${tsvText(l.source)}\t${tsvText(l.shop)}\t${tsvText(l.orderNo)}\t${tsvText(l.sku)}\t${l.occurrence}\t${l.subject}\t${l.day}\t${tsvText(l.name)}\t${tsvText(l.category)}\t${l.kind}\t${l.quantity}\t${l.amount}\t${l.refunded}\t${l.cost}\t${l.loose ? 1 : 0}`;

export const refundCells = (r: RefundRecord): string =>
  `${tsvText(r.source)}\t${tsvText(r.shop)}\t${tsvText(r.refundNo)}\t${tsvText(r.orderNo)}\t${tsvText(r.sku)}\t${r.subject}\t${r.day}\t${seconds(r.atMs)}\t${r.amount}\t${r.cost}\t${r.status}\t${tsvText(r.reason)}\t${tsvText(r.documentNo)}`;

export const costCells = (c: CostRecord): string =>
  `${tsvText(c.source)}\t${tsvText(c.costNo)}\t${c.day}\t${c.kind}\t${tsvText(c.channel)}\t${tsvText(c.campaign)}\t${c.subject}\t${tsvText(c.orderNo)}\t${c.amount}`;

const eventCells = (e: EventRecord): string =>
  `${e.subject}\t${seconds(e.atMs)}\t${tsvText(e.messageId)}\t${e.kind}\t${tsvText(e.event)}\t${tsvText(e.source)}\t${tsvText(e.shop)}\t${tsvText(e.channel)}\t${e.day}\t${seconds(e.receivedAtMs)}\t${tsvText(e.url)}\t${tsvText(e.campaign)}\t${e.amount ?? TSV_NULL}\t${tsvText(JSON.stringify(e.properties))}\t${e.backfill ? 1 : 0}`;

/** Whole TSV lines. The promotion stands behind the content: the calendar's owner may change it, the file has no say in it. */
export const orderLine = (cells: string, { promo, digest, linesDigest, receivedAtMs }: { promo: string; digest: number; linesDigest: number; receivedAtMs: number }, stamp: Stamp): string =>
  `${cells}\t${tsvText(promo)}\t${digest}\t${linesDigest}\t${seconds(receivedAtMs)}\t${stampCells(stamp)}`;
export const stampedLine = (cells: string, digest: number, stamp: Stamp): string => `${cells}\t${digest}\t${stampCells(stamp)}`;
export const eventLine = (event: EventRecord, stamp: Stamp): string => `${eventCells(event)}\t${stampCells(stamp)}`;
export const eventIdLine = ({ source, messageId }: { source: string; messageId: string }, workspace: string): string => `${tsvText(source)}\t${tsvText(messageId)}\t${workspace}\n`;
