import { RowWriter } from '../kernel/clickhouse/rowWriter.ts';
import { hideAll, hideContacts, mayHoldContacts } from '../kernel/contacts.ts';
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
  url: string; campaign: string; amount: number | null; backfill: boolean;
  /** As JSON. */
  properties: string;
};

/** Written behind the content of every row: who wrote it and when. */
export type Stamp = { workspace: string; version: number; importId: string };

const [TEXT, UUID, FLAG, COUNT, NUMBER, DAY, TIME] = ['String', 'UUID', 'UInt8', 'UInt16', 'Int64', 'Date', "DateTime64(3, 'UTC')"] as const;
const STAMP = { workspace: UUID, version: NUMBER, import_id: UUID };

/** The columns of each table in the order their cells are written, with the type they are written in. */
export const COLUMNS = {
  orders: {
    source: TEXT, shop: TEXT, order_no: TEXT, subject: UUID, status: TEXT, ordered_at: TIME, paid_at: `Nullable(${TIME})`, day: DAY, currency: TEXT, amount: NUMBER, original_amount: NUMBER, original_currency: TEXT,
    shipping: NUMBER, discount: NUMBER, refunded: NUMBER, full_refund: TEXT, measures: 'Map(String, Int64)', channel: TEXT, coupon: TEXT, province: TEXT, city: TEXT, receivers: COUNT, b2b: FLAG, stated: FLAG, free: FLAG,
    properties: 'Map(String, String)', promo: TEXT, digest: NUMBER, lines_digest: NUMBER, received_at: TIME, ...STAMP,
  },
  order_lines: {
    source: TEXT, shop: TEXT, order_no: TEXT, sku: TEXT, occurrence: COUNT, subject: UUID, day: DAY, name: TEXT, category: TEXT, kind: TEXT, quantity: 'Float64', amount: NUMBER, refunded: NUMBER, cost: NUMBER, loose: FLAG,
    digest: NUMBER, ...STAMP,
  },
  refunds: { source: TEXT, shop: TEXT, refund_no: TEXT, order_no: TEXT, sku: TEXT, subject: UUID, day: DAY, refunded_at: TIME, amount: NUMBER, cost: NUMBER, status: TEXT, reason: TEXT, document_no: TEXT, digest: NUMBER, ...STAMP },
  costs: { source: TEXT, cost_no: TEXT, day: DAY, kind: TEXT, channel: TEXT, campaign: TEXT, subject: UUID, order_no: TEXT, amount: NUMBER, digest: NUMBER, ...STAMP },
  events: {
    subject: UUID, time: TIME, message_id: TEXT, kind: TEXT, event: TEXT, source: TEXT, shop: TEXT, channel: TEXT, day: DAY, received_at: TIME, url: TEXT, campaign: TEXT, amount: `Nullable(${NUMBER})`, properties: TEXT, backfill: FLAG,
    ...STAMP,
  },
  event_ids: { source: TEXT, message_id: TEXT, workspace: UUID },
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

const count = (most: number): number => Math.min(most, 65_535);

export function orderCells(o: OrderRecord): Cells {
  writer.begin();
  writer.text(o.source); writer.text(o.shop); writer.text(o.orderNo); writer.uuid(o.subject); writer.text(o.status);
  writer.int(Math.trunc(o.orderedAtMs)); writer.nullable(o.paidAtMs, (ms) => writer.int(Math.trunc(ms))); writer.date(o.day);
  writer.text(o.currency); writer.int(o.amount); writer.int(o.originalAmount); writer.text(o.originalCurrency);
  writer.int(o.shipping); writer.int(o.discount); writer.int(o.refunded); writer.text(o.fullRefund); writer.map(o.measures, (value) => writer.int(value));
  writer.text(o.channel); writer.text(hideContacts(o.coupon)); writer.text(o.province); writer.text(o.city); writer.u16(count(o.receivers));
  writer.u8(o.b2b ? 1 : 0); writer.u8(o.stated ? 1 : 0); writer.u8(o.free ? 1 : 0); writer.map(o.properties, (value) => writer.text(hideContacts(value)));
  return cells();
}

export function lineCells(l: LineRecord): Cells {
  writer.begin();
  writer.text(l.source); writer.text(l.shop); writer.text(l.orderNo); writer.text(l.sku); writer.u16(count(l.occurrence)); writer.uuid(l.subject); writer.date(l.day);
  writer.text(l.name); writer.text(l.category); writer.text(l.kind); writer.f64(l.quantity); writer.int(l.amount); writer.int(l.refunded); writer.int(l.cost);
  writer.u8(l.loose ? 1 : 0);
  return cells();
}

export function refundCells(r: RefundRecord): Cells {
  writer.begin();
  writer.text(r.source); writer.text(r.shop); writer.text(r.refundNo); writer.text(r.orderNo); writer.text(r.sku); writer.uuid(r.subject); writer.date(r.day);
  writer.int(Math.trunc(r.atMs)); writer.int(r.amount); writer.int(r.cost); writer.text(r.status); writer.text(hideContacts(r.reason)); writer.text(r.documentNo);
  return cells();
}

export function costCells(c: CostRecord): Cells {
  writer.begin();
  writer.text(c.source); writer.text(c.costNo); writer.date(c.day); writer.text(c.kind); writer.text(c.channel); writer.text(hideContacts(c.campaign)); writer.uuid(c.subject);
  writer.text(c.orderNo); writer.int(c.amount);
  return cells();
}

const tail = new RowWriter();
const stamps = new WeakMap<Stamp, Uint8Array>();

/** The stamp's cells: the same behind every row of a run, so written once. */
function stampCells(stamp: Stamp): Uint8Array {
  const known = stamps.get(stamp);
  if (known) return known;
  const own = new RowWriter(64);
  own.uuid(stamp.workspace); own.int(stamp.version); own.uuid(stamp.importId);
  stamps.set(stamp, own.row());
  return own.row();
}

/** What stands behind an order's cells, good until the next tail. The promotion too: the calendar's owner may change it, the file has no say in it. */
export function orderTail({ promo, digest, linesDigest, receivedAtMs }: { promo: string; digest: number; linesDigest: number; receivedAtMs: number }, stamp: Stamp): Uint8Array {
  tail.begin();
  tail.text(promo); tail.int(digest); tail.int(linesDigest); tail.int(receivedAtMs); tail.bytes(stampCells(stamp));
  return tail.row();
}

/** What stands behind the cells of any other row, good until the next tail. */
export function stampTail(digest: number, stamp: Stamp): Uint8Array {
  tail.begin();
  tail.int(digest); tail.bytes(stampCells(stamp));
  return tail.row();
}

/** What a page or a form put into properties of telephones and e-mails is masked, since no one there expects them. */
const masked = (properties: string): string => (mayHoldContacts(properties) ? JSON.stringify(hideAll(JSON.parse(properties))) : properties);

export function eventRow(e: EventRecord, stamp: Stamp): Uint8Array {
  writer.begin();
  writer.uuid(e.subject); writer.int(Math.trunc(e.atMs)); writer.text(e.messageId); writer.text(e.kind); writer.text(hideContacts(e.event)); writer.text(e.source); writer.text(e.shop); writer.text(e.channel);
  writer.date(e.day); writer.int(e.receivedAtMs); writer.text(hideContacts(e.url)); writer.text(hideContacts(e.campaign)); writer.nullable(e.amount, (amount) => writer.int(amount)); writer.text(masked(e.properties));
  writer.u8(e.backfill ? 1 : 0); writer.bytes(stampCells(stamp));
  return writer.row();
}

export function eventIdRow({ source, messageId }: { source: string; messageId: string }, workspace: string): Uint8Array {
  writer.begin();
  writer.text(source); writer.text(messageId); writer.uuid(workspace);
  return writer.row();
}
