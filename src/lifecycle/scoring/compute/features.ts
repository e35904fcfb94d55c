import { type Column, type FeatureTimes, numeric, type Table } from '../../core/churn/index.ts';
import type { FeatureName } from '../codes.ts';
import { type Books, type Coded, NO_BIRTHDAY } from './books.ts';

/** Customers on one day: rows of the books, the day, each one's H in days, and the law's P(no purchase within it) (NaN where it says none). */
export type Moment = { rows: Uint32Array; day: number; asOf: number; horizons: Float64Array; none: Float64Array };

const RECENT_DAYS = 90;
const RECENT_WEEKS = 13;
const COMPLAINT_WEEKS = 26;
const DAYS_PER_YEAR = 365.25;

const NUMBERS = [
  'silent_days', 'silence_share', 'purchases', 'tenure_days', 'gap_days', 'gap_spread', 'recent_purchases', 'earlier_purchases', 'mean_spend', 'spend_trend', 'refund_share', 'discount_share', 'promo_share',
  'recent_events', 'earlier_events', 'complaints', 'p_none', 'age',
] as const satisfies readonly FeatureName[];
type NumberName = (typeof NUMBERS)[number];
type Columns = Record<NumberName, Float64Array> & { boughtOn: Float64Array; seenOn: Float64Array };

function columnsFor(rows: number): Columns {
  const made = Object.fromEntries([...NUMBERS, 'boughtOn', 'seenOn'].map((name) => [name, new Float64Array(rows).fill(Number.NaN)]));
  return made as Columns;
}

/** Walks one customer's purchases up to the day. What is not known stays NaN: a gap of somebody who bought once. */
function fillPurchases(to: Columns, at: number, { offsets, days, paid, saved, promo }: Books, { rows, day, horizons }: Moment): number {
  const row = rows[at] as number, start = offsets[row] as number, end = offsets[row + 1] as number, first = days[start] as number;
  let [last, sum, saving, promos, recent, earlier, gaps, squares, place] = [first, 0, 0, 0, 0, 0, 0, 0, start];
  for (; place < end && (days[place] as number) <= day; place++) {
    const own = days[place] as number, gap = own - last, ago = day - own;
    if (place > start) {
      gaps += gap;
      squares += gap * gap;
    }
    sum += paid[place] as number;
    saving += saved[place] as number;
    promos += promo[place] as number;
    if (ago < RECENT_DAYS) recent++;
    else if (ago < 2 * RECENT_DAYS) earlier++;
    last = own;
  }
  const count = place - start, between = count - 1, mean = sum / count, gap = gaps / between;
  to.silent_days[at] = day - last;
  to.silence_share[at] = (day - last) / (horizons[at] as number);
  to.purchases[at] = count;
  to.tenure_days[at] = day - first;
  if (between > 0) to.gap_days[at] = gap;
  if (between > 1) to.gap_spread[at] = Math.sqrt(Math.max(0, squares / between - gap * gap)) / gap;
  to.recent_purchases[at] = recent;
  to.earlier_purchases[at] = earlier;
  to.mean_spend[at] = mean;
  if (count > 1 && mean > 0) to.spend_trend[at] = (paid[place - 1] as number) / mean - 1;
  to.discount_share[at] = sum + saving > 0 ? saving / (sum + saving) : 0;
  to.promo_share[at] = promos / count;
  to.boughtOn[at] = last;
  return sum;
}

/** Walks one customer's weeks that had ended by the day, the newest first. */
function fillWeeks(to: Columns, at: number, { weekOffsets, weeks, deeds }: Books, { rows, day, asOf }: Moment): void {
  const row = rows[at] as number, newest = Math.ceil((asOf - day) / 7);
  let [recent, earlier] = [0, 0];
  for (let place = weekOffsets[row] as number; place < (weekOffsets[row + 1] as number); place++) {
    const ago = (weeks[place] as number) - newest;
    if (ago < 0) continue;
    // Weeks rise: the first one counted is the latest day known of.
    if (Number.isNaN(to.seenOn[at])) to.seenOn[at] = asOf - 7 * (weeks[place] as number);
    if (ago < RECENT_WEEKS) recent += deeds[place] as number;
    else if (ago < 2 * RECENT_WEEKS) earlier += deeds[place] as number;
    else break;
  }
  to.recent_events[at] = recent;
  to.earlier_events[at] = earlier;
}

/** The same of what they complained of and were given back. */
function fillFeedback(to: Columns, at: number, { feedbackOffsets, feedbackWeeks, complaints, refunded }: Books, { rows, day, asOf }: Moment, paid: number): void {
  const row = rows[at] as number, newest = Math.ceil((asOf - day) / 7);
  let [heard, back] = [0, 0];
  for (let place = feedbackOffsets[row] as number; place < (feedbackOffsets[row + 1] as number); place++) {
    const week = feedbackWeeks[place] as number, seenOn = asOf - 7 * week;
    if (week < newest) continue;
    if (!((to.seenOn[at] as number) >= seenOn)) to.seenOn[at] = seenOn;
    if (week - newest < COMPLAINT_WEEKS) heard += complaints[place] as number;
    back += refunded[place] as number;
  }
  to.complaints[at] = heard;
  to.refund_share[at] = paid > 0 ? Math.min(1, back / paid) : 0;
}

const coded = (name: FeatureName, { codes, words }: Coded, rows: Uint32Array): Column =>
  ({ kind: 'categorical', name, levels: words, codes: Int32Array.from(rows, (row) => (words[codes[row] as number] === '' ? -1 : (codes[row] as number))) });

const WEEKLY: readonly FeatureName[] = ['refund_share', 'recent_events', 'earlier_events', 'complaints'];
const KNOWN_BEFORE: readonly FeatureName[] = ['channel', 'gender', 'age', 'province', 'city'];

/** A table of what was known of customers on a day, with the latest day each feature rests on, so that none can know the future. `traits`: also who they are. */
export function featuresAt(books: Books, moment: Moment, traits: boolean): { table: Table; times: FeatureTimes[] } {
  const { rows, day, none } = moment, to = columnsFor(rows.length);
  for (let at = 0; at < rows.length; at++) {
    const paid = fillPurchases(to, at, books, moment);
    fillWeeks(to, at, books, moment);
    fillFeedback(to, at, books, moment, paid);
    const born = books.birthday[rows[at] as number] as number;
    if (born !== NO_BIRTHDAY && born < day) to.age[at] = Math.floor((day - born) / DAYS_PER_YEAR);
  }
  to.p_none.set(none);
  const numbers: Column[] = NUMBERS.filter((name) => traits || name !== 'age').map((name) => numeric(name, to[name]));
  const columns = [...numbers, coded('channel', books.channel, rows), ...(traits ? [coded('gender', books.gender, rows), coded('province', books.province, rows), coded('city', books.city, rows)] : [])];
  const nothing = new Float64Array(rows.length).fill(Number.NaN);
  const restsOn = (name: string): Float64Array => (WEEKLY.includes(name as FeatureName) ? to.seenOn : KNOWN_BEFORE.includes(name as FeatureName) ? nothing : to.boughtOn);
  return { table: { rows: rows.length, columns }, times: columns.map(({ name }) => ({ feature: name, latestDay: restsOn(name) })) };
}

/** Columns one after another. */
export const joined = <T extends Float64Array | Int32Array>(all: T, parts: readonly T[]): T => {
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

/** Several moments' tables, one under the other; levels are the books' own, so codes agree. */
export function stacked(tables: readonly Table[]): Table {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0), [first] = tables;
  const columns = (first?.columns ?? []).map((column, at): Column => {
    const parts = tables.map((table) => table.columns[at] as Column);
    if (column.kind === 'categorical') return { ...column, codes: joined(new Int32Array(rows), parts.flatMap((part) => (part.kind === 'categorical' ? [part.codes] : []))) };
    return { ...column, values: joined(new Float64Array(rows), parts.flatMap((part) => (part.kind === 'numeric' ? [part.values] : []))) };
  });
  return { rows, columns };
}

const varies = (column: Column): boolean => {
  const values = column.kind === 'numeric' ? column.values : column.codes, first = values[0];
  return values.some((value) => value !== first && !(Number.isNaN(value) && Number.isNaN(first)));
};

/** Without the columns that say the same of everybody. */
export const varying = (table: Table): Table => ({ ...table, columns: table.columns.filter(varies) });
