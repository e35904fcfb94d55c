/** People of one side of an experiment, and how many of them bought in its window. */
export type Side = { customers: number; buyers: number };
/** Share of those who would leave that an attempt keeps, with its interval at 95 %. Below zero: more left among the treated. */
export type MeasuredShare = { share: number; low: number; high: number };

const NORMAL_95 = 1.959963984540054;
const isSide = ({ customers, buyers }: Side): boolean => Number.isSafeInteger(customers) && Number.isSafeInteger(buyers) && customers > 0 && buyers >= 0 && buyers <= customers;

/**
 * How many of those who would leave an attempt keeps: 1 − (share that did not buy when treated) ÷ (when held out). The interval is that of a ratio of two risks on the
 * log scale (Katz, Baptista, Azen & Pike 1978); half a person stands in for none on a side. Null where a side is empty, and where everybody held out bought: nobody was to be kept.
 */
export function measuredShare({ treated, control }: { treated: Side; control: Side }): MeasuredShare | null {
  if (!isSide(treated) || !isSide(control) || control.buyers === control.customers) return null;
  const left = ({ customers, buyers }: Side): number => Math.max(0.5, customers - buyers);
  const ratio = left(treated) / treated.customers / (left(control) / control.customers);
  const error = Math.sqrt(Math.max(0, 1 / left(treated) - 1 / treated.customers) + Math.max(0, 1 / left(control) - 1 / control.customers));
  return { share: 1 - ratio, low: 1 - ratio * Math.exp(NORMAL_95 * error), high: 1 - ratio * Math.exp(-NORMAL_95 * error) };
}
