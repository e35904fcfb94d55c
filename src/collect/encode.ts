import { RowWriter } from '../kernel/clickhouse/rowWriter.ts';
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

/** What a row says, without who wrote it: as bytes, good until the next row is encoded, with the digest that later files are compared with. */
export type Cells = { bytes: Uint8Array; digest: number };

/**
 * 52 bits of some bytes: two lanes take turns over them and are mixed at the end (after cyrb53 by bryc, public domain).
 * Enough to tell one row's versions apart, cheap enough for every row.
 */
function digestOf(bytes: Uint8Array): number {
  let a = 0xdeadbeef, b = 0x41c6ce57;
  const even = bytes.length & ~1;
  for (let i = 0; i < even; i += 2) {
    a = Math.imul(a ^ (bytes[i] as number), 2654435761);
    b = Math.imul(b ^ (bytes[i + 1] as number), 1597334677);
  }
  if (even < bytes.length) a = Math.imul(a ^ (bytes[even] as number), 2654435761);
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (1048575 & b) + (a >>> 0);
}

const writer = new RowWriter();

function cells(): Cells {
  const bytes = writer.row();
  return { bytes, digest: digestOf(bytes) };
}

/** Cells that outlive the next row. */
export const kept = ({ bytes, digest }: Cells): Cells => ({ bytes: new Uint8Array(bytes), digest });

const DIGESTS = 2 ** 52;

/** Digests of an order's lines added up, exactly: the same set of lines gives the same number, whatever their order. */
export const addDigests = (a: number, b: number): number => (a + b) % DIGESTS;

/** Seconds with three decimals: how ClickHouse reads a DateTime64(3) fastest. */
const seconds = (ms: number): string => {
  const whole = Math.floor(ms / 1000);
  return `${whole}.${String(Math.trunc(ms - whole * 1000)).padStart(3, '0')}`;
};

export function orderCells(o: OrderRecord): Cells {
  writer.begin();
  writer.text(o.source); writer.text(o.shop); writer.text(o.orderNo); writer.text(o.subject); writer.text(o.status);
  writer.written(seconds(o.orderedAtMs)); writer.written(o.paidAtMs === null ? TSV_NULL : seconds(o.paidAtMs)); writer.text(o.day);
  writer.text(o.currency); writer.number(o.amount); writer.number(o.originalAmount); writer.text(o.originalCurrency);
  writer.number(o.shipping); writer.number(o.discount); writer.number(o.refunded); writer.text(o.fullRefund); writer.written(tsvMap(o.measures));
  writer.text(o.channel); writer.text(o.coupon); writer.text(o.province); writer.text(o.city); writer.number(o.receivers);
  writer.number(o.b2b ? 1 : 0); writer.number(o.stated ? 1 : 0); writer.number(o.free ? 1 : 0); writer.written(tsvMap(o.properties));
  return cells();
}

export function lineCells(l: LineRecord): Cells {
  writer.begin();
  writer.text(l.source); writer.text(l.shop); writer.text(l.orderNo); writer.text(l.sku); writer.number(l.occurrence); writer.text(l.subject); writer.text(l.day);
  writer.text(l.name); writer.text(l.category); writer.text(l.kind); writer.number(l.quantity); writer.number(l.amount); writer.number(l.refunded); writer.number(l.cost);
  writer.number(l.loose ? 1 : 0);
  return cells();
}

export function refundCells(r: RefundRecord): Cells {
  writer.begin();
  writer.text(r.source); writer.text(r.shop); writer.text(r.refundNo); writer.text(r.orderNo); writer.text(r.sku); writer.text(r.subject); writer.text(r.day);
  writer.written(seconds(r.atMs)); writer.number(r.amount); writer.number(r.cost); writer.text(r.status); writer.text(r.reason); writer.text(r.documentNo);
  return cells();
}

export function costCells(c: CostRecord): Cells {
  writer.begin();
  writer.text(c.source); writer.text(c.costNo); writer.text(c.day); writer.text(c.kind); writer.text(c.channel); writer.text(c.campaign); writer.text(c.subject);
  writer.text(c.orderNo); writer.number(c.amount);
  return cells();
}

const eventCells = (e: EventRecord): string =>
  `${e.subject}\t${seconds(e.atMs)}\t${tsvText(e.messageId)}\t${e.kind}\t${tsvText(e.event)}\t${tsvText(e.source)}\t${tsvText(e.shop)}\t${tsvText(e.channel)}\t${e.day}\t${seconds(e.receivedAtMs)}\t${tsvText(e.url)}\t${tsvText(e.campaign)}\t${e.amount ?? TSV_NULL}\t${tsvText(JSON.stringify(e.properties))}\t${e.backfill ? 1 : 0}`;

/** What stands behind an order's cells. The promotion too: the calendar's owner may change it, the file has no say in it. */
export const orderTail = ({ promo, digest, linesDigest, receivedAtMs }: { promo: string; digest: number; linesDigest: number; receivedAtMs: number }, stamp: Stamp): string =>
  `\t${tsvText(promo)}\t${digest}\t${linesDigest}\t${seconds(receivedAtMs)}\t${stampCells(stamp)}`;
/** What stands behind the cells of any other row. */
export const stampTail = (digest: number, stamp: Stamp): string => `\t${digest}\t${stampCells(stamp)}`;
export const eventLine = (event: EventRecord, stamp: Stamp): string => `${eventCells(event)}\t${stampCells(stamp)}`;
export const eventIdLine = ({ source, messageId }: { source: string; messageId: string }, workspace: string): string => `${tsvText(source)}\t${tsvText(messageId)}\t${workspace}\n`;
