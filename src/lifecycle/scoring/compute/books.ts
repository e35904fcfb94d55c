import { rowReader } from '../../../kernel/clickhouse/rowReader.ts';
import { coder, ID_BYTES, sharedBytes, sharedCounts, sharedFloats, sharedInts, sharedShorts } from './columns.ts';

/** Everybody's value of a trait as a code into `words`; the empty word is not known. */
export type Coded = { codes: Int32Array; words: string[] };

/**
 * What is known of customers who ever bought, in columns. Customer i owns the entries offsets[i] to offsets[i + 1] of the purchase columns (one a day, rising;
 * money in minor units: paid, kept after refunds, saved by discounts), weekOffsets[i] to weekOffsets[i + 1] of the weeks in which they did anything (week 0 the newest) with
 * how much, and feedbackOffsets[i] to feedbackOffsets[i + 1] of the few weeks in which they complained, got money back or answered a survey.
 */
export type Books = {
  customers: number; ids: Uint8Array; business: Uint8Array; channel: Coded;
  offsets: Uint32Array; days: Int32Array; paid: Float64Array; kept: Float64Array; saved: Float64Array; promo: Uint8Array;
  weekOffsets: Uint32Array; weeks: Uint16Array; deeds: Uint32Array;
  feedbackOffsets: Uint32Array; feedbackWeeks: Uint16Array; complaints: Float64Array; refunded: Float64Array; scoreSums: Float64Array; answers: Float64Array;
  gender: Coded; birthday: Int32Array; province: Coded; city: Coded;
};

/** No birthday is known. */
export const NO_BIRTHDAY = -100_000;

type Reader = ReturnType<typeof rowReader>;
type Lengths = { customers: number; purchases: number; weeks: number; feedback: number };

/** Bytes of one item in queries/books.ts: a purchase day, a week of feedback. */
const [PURCHASE_BYTES, FEEDBACK_BYTES] = [29, 26];
const [BUSINESS_BYTES, BIRTHDAY_BYTES] = [1, 4];

/** Deeds come one by one, by week: tells each week with how many fell in it. How many weeks that were. */
function eachWeek(read: Reader, tell: (week: number, deeds: number) => void): number {
  let [weeks, current, deeds] = [0, -1, 0];
  for (let left = read.size(); left > 0; left--) {
    const week = read.u16();
    if (week !== current && deeds > 0) tell(current, deeds);
    if (week !== current) [weeks, current, deeds] = [weeks + 1, week, 0];
    deeds++;
  }
  if (deeds > 0) tell(current, deeds);
  return weeks;
}

/** How many of each there are, so that columns are made once, as long as they need be. */
function lengthsIn(bytes: Uint8Array): Lengths {
  const read = rowReader(bytes), all: Lengths = { customers: 0, purchases: 0, weeks: 0, feedback: 0 };
  const skipText = (): void => read.skip(read.size());
  const skipItems = (each: number): number => {
    const count = read.size();
    read.skip(count * each);
    return count;
  };
  for (; !read.isDone(); all.customers++) {
    read.skip(ID_BYTES + BUSINESS_BYTES); skipText();
    all.purchases += skipItems(PURCHASE_BYTES);
    all.weeks += eachWeek(read, () => undefined);
    all.feedback += skipItems(FEEDBACK_BYTES);
    skipText(); read.skip(BIRTHDAY_BYTES); skipText(); skipText();
  }
  return all;
}

const roomFor = ({ customers, purchases, weeks, feedback }: Lengths) => ({
  customers, ids: sharedBytes(customers * ID_BYTES), business: sharedBytes(customers), offsets: sharedCounts(customers + 1), weekOffsets: sharedCounts(customers + 1), feedbackOffsets: sharedCounts(customers + 1), birthday: sharedInts(customers),
  days: sharedInts(purchases), paid: sharedFloats(purchases), kept: sharedFloats(purchases), saved: sharedFloats(purchases), promo: sharedBytes(purchases),
  weeks: sharedShorts(weeks), deeds: sharedCounts(weeks),
  feedbackWeeks: sharedShorts(feedback), complaints: sharedFloats(feedback), refunded: sharedFloats(feedback), scoreSums: sharedFloats(feedback), answers: sharedFloats(feedback),
});
type Room = ReturnType<typeof roomFor>;

/** Reads one customer's purchases behind those `at` already there; how many there are then. */
function readPurchases(read: Reader, { days, paid, kept, saved, promo }: Room, at: number): number {
  const end = at + read.size();
  for (let to = at; to < end; to++) {
    days[to] = read.i32();
    paid[to] = read.int();
    kept[to] = read.int();
    saved[to] = read.int();
    promo[to] = read.u8();
  }
  return end;
}

function readWeeks(read: Reader, { weeks, deeds }: Room, at: number): number {
  let to = at;
  eachWeek(read, (week, count) => {
    weeks[to] = week;
    deeds[to++] = count;
  });
  return to;
}

function readFeedback(read: Reader, into: Room, at: number): number {
  const end = at + read.size();
  for (let to = at; to < end; to++) {
    into.feedbackWeeks[to] = read.u16();
    into.complaints[to] = read.u32();
    into.refunded[to] = read.int();
    into.scoreSums[to] = read.f64();
    into.answers[to] = read.u32();
  }
  return end;
}

/** Opens what queries/books.ts read: some ten million purchases a second, no object a row, in memory that other threads may look into. */
export function booksOf(bytes: Uint8Array): Books {
  const read = rowReader(bytes), lengths = lengthsIn(bytes), all = roomFor(lengths);
  const words = () => ({ ...coder(), codes: sharedInts(lengths.customers) }), [channel, gender, province, city] = [words(), words(), words(), words()];
  const word = (column: ReturnType<typeof words>, row: number): void => { column.codes[row] = column.code(read.text()); };
  for (let row = 0; row < lengths.customers; row++) {
    read.id(all.ids, row * ID_BYTES);
    all.business[row] = read.u8();
    word(channel, row);
    all.offsets[row + 1] = readPurchases(read, all, all.offsets[row] as number);
    all.weekOffsets[row + 1] = readWeeks(read, all, all.weekOffsets[row] as number);
    all.feedbackOffsets[row + 1] = readFeedback(read, all, all.feedbackOffsets[row] as number);
    word(gender, row);
    all.birthday[row] = read.i32();
    word(province, row);
    word(city, row);
  }
  const coded = ({ words, codes }: Coded): Coded => ({ words, codes });
  return { ...all, channel: coded(channel), gender: coded(gender), province: coded(province), city: coded(city) };
}

/** Some customers' purchases by themselves: the rows chosen, in that order; amounts are what was kept. */
export function purchasesOf({ offsets, days, kept }: Books, rows: Uint32Array): { offsets: Uint32Array; days: Int32Array; amounts: Float64Array } {
  const own = new Uint32Array(rows.length + 1);
  rows.forEach((row, at) => { own[at + 1] = (own[at] as number) + (offsets[row + 1] as number) - (offsets[row] as number); });
  const total = own[rows.length] as number, ownDays = new Int32Array(total), amounts = new Float64Array(total);
  rows.forEach((row, at) => {
    const [from, to] = [offsets[row] as number, offsets[row + 1] as number];
    ownDays.set(days.subarray(from, to), own[at] as number);
    amounts.set(kept.subarray(from, to), own[at] as number);
  });
  return { offsets: own, days: ownDays, amounts };
}

/** The rows for which something holds. */
export function rowsWhere(count: number, holds: (row: number) => boolean): Uint32Array {
  const rows = new Uint32Array(count);
  let chosen = 0;
  for (let row = 0; row < count; row++) if (holds(row)) rows[chosen++] = row;
  return rows.slice(0, chosen);
}

/** Whole customers are drawn by their id, so that the same ones are drawn again tomorrow. */
export function sampler({ ids }: Books, parts: number): (row: number) => boolean {
  const view = new DataView(ids.buffer, ids.byteOffset, ids.byteLength), word = (row: number, at: number): number => view.getUint32(row * ID_BYTES + at, true);
  return (row) => parts <= 1 || [0, 4, 8, 12].reduce((hash, at) => Math.imul((hash ^ (hash >>> 15)) + word(row, at), 0x9e3779b1), 0) >>> 0 < 2 ** 32 / parts;
}
