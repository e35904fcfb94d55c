import type { Identifier } from './fields.ts';
import type { Mapping } from './mapping.ts';
import type { Clean, LineRow, OrderRow } from './records.ts';
import { laterStatus, type Status } from './statuses.ts';
import { copyText } from './text.ts';

/** An order as the whole drop tells it. */
export type BookedOrder = Omit<OrderRow, 'amount' | 'refunded'> & {
  amount: number;
  refunded: number;
  lines: number;
  lineSum: number;
  /** What the order says minus what its lines say, now spread over the lines; 0 where the order names no sum or has no lines. */
  difference: number;
  /** How many different receivers the order names. */
  receivers: number;
};

type Entry<Memo> = {
  shop: string;
  orderNo: string;
  order: OrderRow | undefined;
  /** The record last merged: rows of one order bring the very same object again. */
  last: OrderRow | undefined;
  receivers: Set<string> | undefined;
  skus: string[];
  amounts: number[];
  lineRefunded: number;
  refundRows: number;
  at: number | null;
  day: string;
  status: Status | '';
  file: number;
  again: Map<string, number> | undefined;
  memo: Memo;
};

/** `Memo`: what the caller keeps by order, beside what the book does. */
export type OrderBook<Memo = undefined> = {
  /** To be called before the rows of each further file of the drop: a line seen again in another file is the same line, told anew. */
  nextFile(): void;
  /** Takes a record in. One whose file named no shop is given the shop of its order, in place. */
  add(clean: Clean): void;
  /** Lines ready to be stored. With `waits`, none before `finish`. */
  takeLines(): LineRow[];
  finish(): Generator<BookedOrder>;
  /** The caller's memo of an order met so far. */
  memoOf(placed: Placed): Memo | undefined;
  memos(): Memo[];
  /** How many orders are held, to show progress and to judge memory. */
  size(): number;
};

/** Whether some file of the drop names sums of whole orders while another, or the same, lists lines: lines then wait for them. */
export const needsOrderTotals = (mappings: readonly Pick<Mapping, 'roles' | 'measure'>[]): boolean =>
  mappings.some(({ roles }) => roles.includes('line')) && mappings.some(({ roles, measure }) => roles.includes('order') && measure !== null);

/**
 * Joins everything one drop says by (source, shop, order no.), in any order of files: numbers repeated SKUs within an order (0, 1, 2 … in
 * file order), sums lines, and spreads the difference to the order's own sum over its lines pro rata, to the cent (cumulative rounding).
 * Memory: about 1 KB an order of four lines (bench/clean.bench.ts); with `waits` also the lines themselves.
 */
export function makeOrderBook(options: { waits: boolean; unnamedShop?: string }): OrderBook;
export function makeOrderBook<Memo>(options: { waits: boolean; unnamedShop?: string; memo: () => Memo }): OrderBook<Memo>;
export function makeOrderBook<Memo>({ waits, unnamedShop = '', memo }: { waits: boolean; unnamedShop?: string; memo?: () => Memo }): OrderBook<Memo | undefined> {
  const { entryOf, seek, all, size } = makeEntries(unnamedShop, () => memo?.());
  let ready: LineRow[] = [];
  const held = new Map<Entry<Memo | undefined>, LineRow[]>();
  let file = 0;
  return {
    nextFile: () => void file++,
    add({ order, item, refund }) {
      if (order) {
        const entry = entryOf(order);
        if (entry.last !== order) mergeInto(entry, order);
      }
      if (item) addLine(item);
      if (refund && refund.orderNo !== '') {
        const entry = entryOf(refund);
        if (refund.status === 'done') entry.refundRows += refund.amount;
      }
    },
    takeLines() {
      const taken = ready;
      ready = [];
      return taken;
    },
    *finish() {
      for (const entry of all()) {
        const lines = held.get(entry);
        const booked = entry.order && bookedOf(entry, entry.order);
        if (lines) for (const line of booked ? allocated(lines, booked) : lines) {
          line.shop = entry.shop;
          ready.push(line);
        }
        if (booked) yield booked;
      }
      held.clear();
    },
    memoOf: (placed) => seek(placed)?.memo,
    memos: () => all().map((entry) => entry.memo),
    size,
  };

  function addLine(item: LineRow): void {
    const entry = entryOf(item);
    if (entry.day === '' && item.day !== '') {
      entry.day = item.day;
      entry.at = item.at;
    }
    entry.status = laterStatus(entry.status, item.status);
    const known = numberLine(entry, item, file);
    entry.lineRefunded += known ? 0 : item.refunded;
    if (!waits || item.kind === 'internal') return void ready.push(item);
    const lines = held.get(entry);
    if (!lines) held.set(entry, [item]);
    else if (known) lines[lines.findIndex((line) => line.sku === item.sku && line.occurrence === item.occurrence)] = item;
    else lines.push(item);
  }
}

type Placed = { shop: string; orderNo: string };

/**
 * The orders met so far, by number and shop. A record whose file names no shop (`unnamedShop`) belongs to the order of that number
 * whatever its shop, and is given that shop: platforms write the shop into their order file only.
 */
function makeEntries<Memo>(unnamedShop: string, memo: () => Memo) {
  const byNumber = new Map<string, Entry<Memo> | Entry<Memo>[]>();
  let last: Entry<Memo> | undefined;
  let sought: Entry<Memo> | undefined;
  let count = 0;
  const make = ({ shop, orderNo }: Placed): Entry<Memo> => {
    count++;
    return { shop, orderNo, order: undefined, last: undefined, receivers: undefined, skus: [], amounts: [], lineRefunded: 0, refundRows: 0, at: null, day: '', status: '', file: 0, again: undefined, memo: memo() };
  };
  const among = (found: Entry<Memo> | Entry<Memo>[], shop: string): Entry<Memo> | undefined => {
    const some = Array.isArray(found) ? found : [found];
    return some.find((entry) => entry.shop === shop) ?? (shop === unnamedShop ? some[0] : some.find((entry) => entry.shop === unnamedShop));
  };
  const find = (placed: Placed): Entry<Memo> => {
    const found = byNumber.get(placed.orderNo);
    const known = found && among(found, placed.shop);
    if (known) return known;
    const made = make(placed);
    made.orderNo = copyText(placed.orderNo);
    byNumber.set(made.orderNo, found ? [found, made].flat() : made);
    return made;
  };
  const entryOf = (placed: Placed): Entry<Memo> => {
    const entry = last && last.orderNo === placed.orderNo && last.shop === placed.shop ? last : find(placed);
    if (entry.shop === unnamedShop) entry.shop = placed.shop;
    if (placed.shop !== entry.shop) placed.shop = entry.shop;
    if (last && last !== entry) shrink(last);
    return (last = entry);
  };
  /** An entry that is there already; rows of one order mostly follow each other. */
  const seek = ({ shop, orderNo }: Placed): Entry<Memo> | undefined => {
    if (sought?.orderNo === orderNo && sought.shop === shop) return sought;
    if (last?.orderNo === orderNo && last.shop === shop) return (sought = last);
    const found = byNumber.get(orderNo);
    return (sought = found && among(found, shop));
  };
  return { entryOf, seek, all: () => [...byNumber.values()].flat(), size: () => count };
}

/** Gives back the room that lists keep for growing: most orders never grow again. */
function shrink(entry: Entry<unknown>): void {
  entry.skus = entry.skus.slice();
  entry.amounts = entry.amounts.slice();
}

/** Gives the line its occurrence and keeps its amount; true when an earlier file of the drop already had it. */
function numberLine(entry: Entry<unknown>, item: LineRow, file: number): boolean {
  if (entry.skus.length === 0) entry.file = file;
  if (file !== entry.file) {
    entry.file = file;
    entry.again = new Map();
  }
  let occurrence = 0;
  if (entry.again) {
    occurrence = entry.again.get(item.sku) ?? 0;
    entry.again.set(item.sku, occurrence + 1);
  } else for (const sku of entry.skus) if (sku === item.sku) occurrence++;
  item.occurrence = occurrence;
  const at = entry.again ? nthIndex(entry.skus, item.sku, occurrence) : -1;
  if (at >= 0) {
    entry.amounts[at] = item.amount;
    return true;
  }
  entry.skus.push(item.sku);
  entry.amounts.push(item.amount);
  return false;
}

function nthIndex(skus: readonly string[], sku: string, nth: number): number {
  let seen = 0;
  for (let i = 0; i < skus.length; i++) if (skus[i] === sku && seen++ === nth) return i;
  return -1;
}

function mergeInto(entry: Entry<unknown>, order: OrderRow): void {
  entry.last = order;
  if (order.receiver !== '') (entry.receivers ??= new Set()).add(order.receiver);
  entry.order = entry.order ? newerOrder(entry.order, order) : order;
}

/** Two tellings of one order: the later wins where it says something, the status never goes back, identifiers add up. */
export function newerOrder(before: OrderRow, after: OrderRow): OrderRow {
  const pick = <K extends keyof OrderRow>(key: K): OrderRow[K] => (after[key] === '' || after[key] === null ? before[key] : after[key]);
  const amount = after.amount ?? before.amount;
  return {
    ...after, status: laterStatus(before.status, after.status), orderedAt: pick('orderedAt'), paidAt: pick('paidAt'), day: after.paidAt === null && before.paidAt !== null ? before.day : pick('day'),
    currency: after.amount === null && before.amount !== null ? before.currency : after.currency, amount, shipping: after.shipping || before.shipping, discount: after.discount || before.discount, refunded: pick('refunded'),
    fullRefund: after.fullRefund || before.fullRefund, measures: { ...before.measures, ...after.measures }, channel: pick('channel'), coupon: pick('coupon'), province: pick('province'), city: pick('city'),
    receiver: pick('receiver'), b2b: before.b2b || after.b2b, name: pick('name'), identifiers: union(before.identifiers, after.identifiers), properties: { ...before.properties, ...after.properties },
  };
}

function union(a: Identifier[], b: Identifier[]): Identifier[] {
  if (b.length === 0) return a;
  const added = b.filter((one) => !a.some(({ kind, scope, value }) => kind === one.kind && scope === one.scope && value === one.value));
  return added.length === 0 ? a : [...a, ...added];
}

function bookedOf(entry: Entry<unknown>, order: OrderRow): BookedOrder {
  const lineSum = entry.amounts.reduce((sum, amount) => sum + amount, 0);
  const amount = order.amount ?? lineSum;
  const refunded = Math.max(order.refunded ?? 0, entry.lineRefunded, entry.refundRows);
  const status = laterStatus(order.status, entry.status);
  const counted = status || order.assumed;
  const shipped = counted === 'shipped' || counted === 'done' || order.fullRefund === 'after_shipping';
  const fullRefund = order.fullRefund || (refunded > 0 && amount > 0 && refunded >= amount ? (shipped ? 'after_shipping' as const : 'before_shipping' as const) : '' as const);
  return {
    ...order, shop: entry.shop, amount, refunded, status, fullRefund, day: order.day || entry.day, orderedAt: order.orderedAt ?? entry.at, lines: entry.amounts.length, lineSum,
    difference: entry.amounts.length > 0 && order.amount !== null ? amount - lineSum : 0, receivers: entry.receivers?.size ?? 0,
  };
}

/** Spreads an order's difference over its lines in proportion to their amounts (evenly where all are zero); the parts add up exactly. */
export function allocated(lines: LineRow[], { difference, amount, day, orderedAt }: Pick<BookedOrder, 'difference' | 'amount' | 'day' | 'orderedAt'>): LineRow[] {
  for (const line of lines) {
    line.day ||= day;
    line.at ??= orderedAt;
  }
  if (difference === 0) return lines;
  const whole = lines.reduce((sum, { listed }) => sum + Math.abs(listed), 0);
  let seen = 0;
  let given = 0;
  for (const line of lines) {
    seen += whole === 0 ? 1 : Math.abs(line.listed);
    const due = Math.round((amount * seen) / (whole === 0 ? lines.length : whole));
    line.amount = due - given;
    given = due;
  }
  return lines;
}
