import { expectedByPeriod, isRefused as isUnmeasured, repeatsByPeriod, track } from '../../core/evaluation/index.ts';
import { betaI } from '../../core/value/index.ts';
import { dayOfNumber } from '../../../kernel/day.ts';
import type { ValueReport } from '../contract.ts';
import type { Histories } from './histories.ts';
import { type LawName, lawOf, type Params, WEEK, YEAR_DAYS } from './laws.ts';

type Fitted = { law: LawName; params: Params };
type Purchases = { offsets: Uint32Array; days: Int32Array };
type Window = { firstDay: number; calibrationEnd: number; asOf: number };

/** Repeat purchases of the calibration's customers in sum, week by week: what happened, and what the law expected (Fader, Hardie & Lee 2005, fig. 2). */
export function trackingOf({ law, params }: Fitted, purchases: Purchases, { firstDay, calibrationEnd, asOf }: Window): ValueReport['tracking'] {
  const periods = { start: firstDay - 1, periodDays: WEEK, periods: Math.max(1, Math.floor((asOf - firstDay + 1) / WEEK)) };
  const firstDays = Int32Array.from({ length: purchases.offsets.length - 1 }, (_, customer) => purchases.days[purchases.offsets[customer] as number] as number);
  const means = new Map<number, number>(), mean = (days: number): number => {
    const known = means.get(days) ?? lawOf(law).mean(params, days / WEEK);
    means.set(days, known);
    return known;
  };
  const [actual, expected] = [repeatsByPeriod(purchases, periods), expectedByPeriod(firstDays, periods, mean)];
  if (isUnmeasured(actual) || isUnmeasured(expected)) return null;
  const calibrationPeriods = Math.floor((calibrationEnd - periods.start) / WEEK), tracked = track(actual, (period) => expected[period - 1] as number, calibrationPeriods);
  if (isUnmeasured(tracked)) return null;
  return {
    periodDays: WEEK, calibrationPeriods, meanError: tracked.meanError, finalError: tracked.finalError,
    periods: tracked.periods.map(({ period, ...sums }) => ({ day: dayOfNumber(periods.start + period * WEEK), actual: sums.actual, expected: sums.expected })),
  };
}

const FREQUENCIES = [0, 1, 2, 3, 4, 5, 7, 10, 15, 25] as const;
const SILENCES = [0, 7, 14, 30, 45, 60, 90, 120, 180, 270, 365, 545, 730] as const;

const nearest = (marks: readonly number[], value: number): number => marks.reduce((best, mark, at) => (Math.abs(mark - value) < Math.abs((marks[best] as number) - value) ? at : best), 0);
const median = (values: Float64Array): number => values.slice().sort()[Math.floor(values.length / 2)] ?? 0;

/** P(alive) and expected purchases of somebody of middle age by how often they came back and how long they have been silent, with how many stand about there. */
export function matrixOf({ law, params }: Fitted, { x, tx, T }: Histories): ValueReport['matrix'] {
  const age = median(T), ageDays = Math.round(age * WEEK);
  const frequencies = FREQUENCIES.filter((count) => count <= 2 || x.some((one) => one >= count)), recencyDays = SILENCES.filter((days) => days < ageDays);
  if (recencyDays.length < 2) return null;
  const own = lawOf(law), at = (count: number, silent: number) => ({ x: count, tx: count === 0 ? 0 : Math.max(1 / WEEK, age - silent / WEEK), T: age });
  const customers = frequencies.map(() => recencyDays.map(() => 0));
  for (let row = 0; row < x.length; row++) {
    const line = customers[nearest(frequencies, x[row] as number)] as number[], place = nearest(recencyDays, ((T[row] as number) - (tx[row] as number)) * WEEK);
    line[place] = (line[place] as number) + 1;
  }
  const cells = (figure: (count: number, silent: number) => number): number[][] => frequencies.map((count) => recencyDays.map((silent) => figure(count, silent)));
  return {
    frequencies, recencyDays, ageDays, customers,
    alive: cells((count, silent) => Math.min(1, Math.max(0, own.alive(params, at(count, silent))))), expected: cells((count, silent) => own.expected(params, at(count, silent), YEAR_DAYS / WEEK)),
  };
}

const SURVIVAL_DAYS = [0, 7, 14, 30, 60, 90, 120, 180, 240, 300, 365, 455, 545, 635, 730] as const;
const SLICES = 200;

/** The value below which a share of Beta(a, b) lies, by halving. */
function betaQuantile(a: number, b: number, share: number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (betaI(a, b, middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Share of new customers still customers after so many days. Pareto/NBD: (β/(β + t))^s. The others: somebody who leaves with probability p after a purchase leaves
 * at rate λp, so it is the mean over p ~ Beta(a, b) of (α/(α + pt))^r, times 1 − p where one may leave after the first purchase too.
 */
export function survivalOf({ law, params }: Fitted): ValueReport['survival'] {
  const { r = 0, alpha = 1, a = 0, b = 1, s = 0, beta = 1 } = params;
  if (law === 'pareto_nbd') return SURVIVAL_DAYS.map((days) => ({ days, share: Math.exp(-s * Math.log1p(days / WEEK / beta)) }));
  const leaving = Array.from({ length: SLICES }, (_, slice) => betaQuantile(a, b, (slice + 0.5) / SLICES));
  return SURVIVAL_DAYS.map((days) => ({
    days, share: leaving.reduce((sum, p) => sum + (law === 'mbg_nbd' ? 1 - p : 1) * Math.exp(-r * Math.log1p((p * days) / WEEK / alpha)), 0) / SLICES,
  }));
}
