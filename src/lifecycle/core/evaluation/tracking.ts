import { type Purchases, unfitPurchases } from './purchases.ts';
import { refuse, type Refused, unfitColumns } from './refused.ts';

/** One period: cumulative actual and expected up to its end, and their difference as a share of the actual (null where that is zero). */
export type TrackedPeriod = { period: number; actual: number; expected: number; error: number | null };
/** Mean and largest absolute share off, over the periods judged; null where nothing happened in them. `inHoldout` restarts counting at its begin. */
export type Tracking = { periods: TrackedPeriod[]; meanError: number | null; largestError: number | null; finalError: number | null; inHoldout: { actual: number; expected: number; error: number | null } | null };

const errorOf = (expected: number, actual: number): number | null => (actual > 0 ? (expected - actual) / actual : null);

/**
 * Cumulative tracking curve (Fader, Hardie & Lee 2005, fig. 2): `actual` holds what happened in each period, `expected`
 * tells the cumulative expectation at the end of period 1, 2, …. Errors are judged over the hold-out, the periods after
 * `calibrationPeriods`, or over all where there is none. Refuses unfit columns, and `evaluation.not_finite` for an expectation that is none.
 */
export function track(actual: Float64Array, expected: (period: number) => number, calibrationPeriods = 0): Tracking | Refused {
  const said = Float64Array.from(actual, (_, at) => expected(at + 1));
  const unfit = unfitColumns({ actual, expected: said });
  if (unfit) return unfit;
  let sum = 0;
  const periods = Array.from(actual, (happened, at) => {
    sum += happened;
    return { period: at + 1, actual: sum, expected: said[at] as number, error: errorOf(said[at] as number, sum) };
  });
  const errors = periods.slice(calibrationPeriods < periods.length ? calibrationPeriods : 0).flatMap(({ error }) => (error === null ? [] : [Math.abs(error)]));
  const hasErrors = errors.length > 0;
  return {
    periods,
    meanError: hasErrors ? errors.reduce((all, error) => all + error, 0) / errors.length : null,
    largestError: hasErrors ? Math.max(...errors) : null,
    finalError: periods.at(-1)?.error ?? null,
    inHoldout: holdoutOf(periods, calibrationPeriods),
  };
}

function holdoutOf(periods: readonly TrackedPeriod[], calibrationPeriods: number): Tracking['inHoldout'] {
  const [before, end] = [periods[calibrationPeriods - 1], periods.at(-1)];
  if (!before || !end || end === before) return null;
  const [actual, expected] = [end.actual - before.actual, end.expected - before.expected];
  return { actual, expected, error: errorOf(expected, actual) };
}

/** Days of a tracking curve: `start` is the day before the first one counted; a period has `periodDays` days. */
export type Periods = { start: number; periodDays: number; periods: number };

/** Repeat purchase days in each period, everybody's first one left out. Refuses unfit purchases. */
export function repeatsByPeriod(purchases: Purchases, { start, periodDays, periods }: Periods): Float64Array | Refused {
  const unfit = unfitPurchases(purchases) ?? badPeriods({ start, periodDays, periods });
  if (unfit) return unfit;
  const { offsets, days } = purchases;
  const found = new Float64Array(periods);
  for (let customer = 0; customer + 1 < offsets.length; customer++) {
    for (let at = (offsets[customer] as number) + 1; at < (offsets[customer + 1] as number); at++) {
      const period = Math.ceil(((days[at] as number) - start) / periodDays) - 1;
      if (days[at] !== days[at - 1] && period >= 0 && period < periods) found[period] = (found[period] as number) + 1;
    }
  }
  return found;
}

const badPeriods = ({ start, periodDays, periods }: Periods): Refused | null =>
  Number.isFinite(start) && periodDays > 0 && Number.isInteger(periods) && periods > 0 ? null : refuse('evaluation.bad_window', { start: String(start), periodDays: String(periodDays), periods: String(periods) });

/**
 * Cumulative expectation of all customers at the end of each period, from a model's expectation for one new customer
 * `days` after the first purchase; customers who began on one day are taken together. For `track`.
 * Refuses `evaluation.bad_window`, and `evaluation.not_finite` for an expectation or a day that is none.
 */
export function expectedByPeriod(firstDays: ArrayLike<number>, { start, periodDays, periods }: Periods, expectedAfter: (days: number) => number): Float64Array | Refused {
  const bad = badPeriods({ start, periodDays, periods });
  if (bad) return bad;
  const began = new Map<number, number>();
  for (const day of Array.from(firstDays)) began.set(day, (began.get(day) ?? 0) + 1);
  const expected = Float64Array.from({ length: periods }, (_, period) => {
    const end = start + (period + 1) * periodDays;
    return [...began].reduce((sum, [day, people]) => (end > day ? sum + people * expectedAfter(end - day) : sum), 0);
  });
  return unfitColumns({ expected }) ?? expected;
}
