import { rowReader } from '../../../kernel/clickhouse/rowReader.ts';
import { coder, growingFloats, growingIds, growingInts, type Growing, ID_BYTES } from './growing.ts';

/** Everybody's value of a trait as a code into `words`; the empty word is not known. */
export type Coded = { codes: Int32Array; words: string[] };

/**
 * What is known of customers who ever bought, in columns. Customer i owns the entries offsets[i] to offsets[i + 1] of the purchase columns (one a day, rising;
 * money in minor units: paid, kept after refunds, saved by discounts), and weekOffsets[i] to weekOffsets[i + 1] of the weekly ones (week 0 the newest).
 */
export type Books = {
  customers: number; ids: Uint8Array; business: Uint8Array; channel: Coded;
  offsets: Uint32Array; days: Int32Array; paid: Float64Array; kept: Float64Array; saved: Float64Array; promo: Uint8Array;
  weekOffsets: Uint32Array; weeks: Uint16Array; deeds: Float64Array; complaints: Float64Array; refunds: Float64Array; refunded: Float64Array; scoreSums: Float64Array; answers: Float64Array;
  gender: Coded; birthday: Int32Array; province: Coded; city: Coded;
};

/** No birthday is known. */
export const NO_BIRTHDAY = -100_000;

function collector() {
  const ints = growingInts, floats = growingFloats;
  return {
    ids: growingIds(), business: ints(), channel: coder(), channels: ints(), offsets: ints(), weekOffsets: ints(),
    days: ints(), paid: floats(), kept: floats(), saved: floats(), promo: ints(),
    weeks: ints(), deeds: floats(), complaints: floats(), refunds: floats(), refunded: floats(), scoreSums: floats(), answers: floats(),
    gender: coder(), genders: ints(), birthday: ints(), province: coder(), provinces: ints(), city: coder(), cities: ints(),
  };
}
type Collector = ReturnType<typeof collector>;
type Reader = ReturnType<typeof rowReader>;

function readPurchases(read: Reader, { days, paid, kept, saved, promo }: Collector): void {
  for (let left = read.size(); left > 0; left--) {
    days.push(read.i32());
    paid.push(read.int());
    kept.push(read.int());
    saved.push(read.int());
    promo.push(read.u8());
  }
}

function readWeeks(read: Reader, into: Collector): void {
  for (let left = read.size(); left > 0; left--) {
    into.weeks.push(read.u16());
    into.deeds.push(read.u32());
    into.complaints.push(read.u32());
    into.refunds.push(read.u32());
    into.refunded.push(read.int());
    into.scoreSums.push(read.f64());
    into.answers.push(read.u32());
  }
}

/** Opens what queries/books.ts read: some ten million purchases a second, no object a row. */
export function booksOf(bytes: Uint8Array): Books {
  const read = rowReader(bytes), all = collector();
  const word = (column: { code(word: string): number }, codes: Growing): void => codes.push(column.code(read.text()));
  all.offsets.push(0);
  all.weekOffsets.push(0);
  while (!read.isDone()) {
    all.ids.next(read.id);
    all.business.push(read.u8());
    word(all.channel, all.channels);
    readPurchases(read, all);
    all.offsets.push(all.days.length());
    readWeeks(read, all);
    all.weekOffsets.push(all.weeks.length());
    word(all.gender, all.genders);
    all.birthday.push(read.i32());
    word(all.province, all.provinces);
    word(all.city, all.cities);
  }
  return taken(all);
}

function taken(all: Collector): Books {
  const coded = ({ words }: { words: string[] }, codes: { taken(): Int32Array }): Coded => ({ words, codes: codes.taken() });
  return {
    customers: all.ids.length(), ids: all.ids.taken(), business: Uint8Array.from(all.business.taken()), channel: coded(all.channel, all.channels),
    offsets: Uint32Array.from(all.offsets.taken()), days: all.days.taken(), paid: all.paid.taken(), kept: all.kept.taken(), saved: all.saved.taken(), promo: Uint8Array.from(all.promo.taken()),
    weekOffsets: Uint32Array.from(all.weekOffsets.taken()), weeks: Uint16Array.from(all.weeks.taken()), deeds: all.deeds.taken(), complaints: all.complaints.taken(),
    refunds: all.refunds.taken(), refunded: all.refunded.taken(), scoreSums: all.scoreSums.taken(), answers: all.answers.taken(),
    gender: coded(all.gender, all.genders), birthday: all.birthday.taken(), province: coded(all.province, all.provinces), city: coded(all.city, all.cities),
  };
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
