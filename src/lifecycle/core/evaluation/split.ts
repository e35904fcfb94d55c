import { type Purchases, unfitPurchases } from './purchases.ts';
import { refuse, type Refused } from './refused.ts';

export type SplitAt = {
  /** Last day of the calibration, and of the hold-out; both belong to their window. */
  calibrationEnd: number;
  holdoutEnd: number;
  /** Days in a unit of time: 7 gives weeks. */
  unitDays?: number;
  /** Whether the mean spend rests on repeat purchases only (the convention of Fader & Hardie and of `lifetimes`) or on all. */
  spendOf?: 'repeats' | 'all';
};

/** One entry for each customer seen by the end of the calibration; `customers` holds their positions in the input. */
export type Split = {
  customers: Uint32Array;
  /** Repeat purchase days, time of the last one since the first, time observed since the first (in units). */
  x: Float64Array;
  tx: Float64Array;
  T: Float64Array;
  /** Mean money of a purchase day that counts; 0 where there is none. */
  meanSpend: Float64Array;
  holdoutCount: Float64Array;
  holdoutSpend: Float64Array;
  /** Length of the hold-out in units. */
  holdoutTime: number;
  baselines: { repeat: Repeated; lastYear: Repeated | null };
};
/** What a customer did in an earlier window of the hold-out's length, said to come again. */
export type Repeated = { count: Float64Array; spend: Float64Array };

const YEAR_DAYS = 365;

/**
 * Parts each customer's purchases into what a model may know and what it is judged by, with two naive predictions.
 * Purchases of one day count as one, and the first starts the clock (Fader, Hardie & Lee 2005, §2), so neither x nor a
 * baseline counts it. `repeat`: as many as in the last window as long as the hold-out. `lastYear`: as in the same days a
 * year before; null where the data does not reach back a year, or the hold-out is longer than one (it would see itself).
 * Linear in purchases. Refuses unfit purchases, `evaluation.bad_window`, `evaluation.no_customers`.
 */
export function splitPurchases(purchases: Purchases, at: SplitAt): Split | Refused {
  const length = at.holdoutEnd - at.calibrationEnd;
  const unitDays = at.unitDays ?? 1;
  if (!(length > 0) || !(unitDays > 0) || !Number.isFinite(length)) return refuse('evaluation.bad_window', { calibrationEnd: at.calibrationEnd, holdoutEnd: at.holdoutEnd });
  const unfit = unfitPurchases(purchases);
  if (unfit) return unfit;
  const { customers, firstDay } = seenBy(purchases, at.calibrationEnd);
  if (customers.length === 0) return refuse('evaluation.no_customers');
  const hasYear = length <= YEAR_DAYS && firstDay <= at.calibrationEnd + 1 - YEAR_DAYS;
  const split = emptySplit(customers, length / unitDays, hasYear);
  for (let row = 0; row < customers.length; row++) fillRow(split, row, purchases, { ...at, unitDays, length });
  return split;
}

function seenBy({ offsets, days }: Purchases, calibrationEnd: number): { customers: Uint32Array; firstDay: number } {
  const customers = new Uint32Array(offsets.length - 1);
  let [seen, firstDay] = [0, Infinity];
  for (let customer = 0; customer + 1 < offsets.length; customer++) {
    const start = offsets[customer] as number;
    if (start === offsets[customer + 1] || (days[start] as number) > calibrationEnd) continue;
    customers[seen++] = customer;
    firstDay = Math.min(firstDay, days[start] as number);
  }
  return { customers: customers.slice(0, seen), firstDay };
}

function emptySplit(customers: Uint32Array, holdoutTime: number, hasYear: boolean): Split {
  const column = (): Float64Array => new Float64Array(customers.length);
  const repeated = (): Repeated => ({ count: column(), spend: column() });
  return { customers, x: column(), tx: column(), T: column(), meanSpend: column(), holdoutCount: column(), holdoutSpend: column(), holdoutTime, baselines: { repeat: repeated(), lastYear: hasYear ? repeated() : null } };
}

type Window = Required<Pick<SplitAt, 'calibrationEnd' | 'holdoutEnd' | 'unitDays'>> & { length: number; spendOf?: SplitAt['spendOf'] };

/** Walks one customer's purchases once. Amounts of one day belong to one purchase. */
function fillRow(split: Split, row: number, { offsets, days, amounts }: Purchases, { calibrationEnd, holdoutEnd, unitDays, length, spendOf }: Window): void {
  const customer = split.customers[row] as number;
  const [start, end] = [offsets[customer] as number, offsets[customer + 1] as number];
  const first = days[start] as number;
  const { repeat, lastYear } = split.baselines;
  let [count, last, spend, counted] = [0, first, 0, spendOf === 'all' ? 1 : 0];
  for (let at = start; at < end; at++) {
    const day = days[at] as number;
    if (day > holdoutEnd) break;
    const isNew = day !== (at === start ? day : days[at - 1]) ? 1 : 0;
    const amount = amounts ? (amounts[at] as number) : 0;
    if (day > calibrationEnd) {
      add(split.holdoutCount, row, isNew);
      add(split.holdoutSpend, row, amount);
      continue;
    }
    count += isNew;
    last = day;
    if (day > first || spendOf === 'all') spend += amount;
    if (day === first) continue;
    if (day > calibrationEnd - length) addTo(repeat, row, isNew, amount);
    if (lastYear && day > calibrationEnd - YEAR_DAYS && day <= holdoutEnd - YEAR_DAYS) addTo(lastYear, row, isNew, amount);
  }
  counted += count;
  split.x[row] = count;
  split.tx[row] = (last - first) / unitDays;
  split.T[row] = (calibrationEnd - first) / unitDays;
  split.meanSpend[row] = counted === 0 ? 0 : spend / counted;
}

function add(column: Float64Array, row: number, amount: number): void {
  column[row] = (column[row] as number) + amount;
}

function addTo({ count, spend }: Repeated, row: number, isNew: number, amount: number): void {
  add(count, row, isNew);
  add(spend, row, amount);
}
