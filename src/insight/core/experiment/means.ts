import type { Interval } from '../interval.ts';
import { studentQuantile, studentTail } from './distributions.ts';
import { type Refused, refuse } from '../../../kernel/refused.ts';

/** An arm's figure per customer: how many, their mean, and the sample variance (n − 1 below the line). */
export type Moments = { customers: number; mean: number; variance: number };

/** What one statement can add up. */
export type Sums = { customers: number; sum: number; sumSquares: number };

/** Moments from sums; nobody is mean 0, variance 0. Rounding never makes a variance negative. */
export function momentsOfSums({ customers, sum, sumSquares }: Sums): Moments {
  const mean = customers === 0 ? 0 : sum / customers;
  return { customers, mean, variance: customers < 2 ? 0 : Math.max(0, (sumSquares - sum * mean) / (customers - 1)) };
}

/** Moments of values, in two passes: no digits lost where the mean is large against the spread. */
export function momentsOf(values: ArrayLike<number> & Iterable<number>): Moments {
  const customers = values.length;
  let sum = 0;
  for (const value of values) sum += value;
  const mean = customers === 0 ? 0 : sum / customers;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  return { customers, mean, variance: customers < 2 ? 0 : squares / (customers - 1) };
}

export type MeanEffect = { treatedMean: number; controlMean: number; difference: number; interval: Interval; df: number; pValue: number; /** Null where the control's mean is not positive. */ lift: number | null };

export type MeanRefusal = 'experiment.no_control' | 'experiment.too_few' | 'experiment.no_variance' | 'experiment.bad_moments';

const isSound = ({ customers, mean, variance }: Moments): boolean => Number.isInteger(customers) && customers >= 0 && Number.isFinite(mean) && Number.isFinite(variance) && variance >= 0;

/**
 * Difference of two means with unequal variances (Welch 1947; degrees of freedom of Satterthwaite 1946).
 * Refuses `no_control`, `too_few` (under two customers in an arm), `no_variance` (everybody has the same figure: there is
 * no chance to measure against), `bad_moments` (not finite).
 */
export function compareMeans({ treated, control }: { treated: Moments; control: Moments }, alpha = 0.05): MeanEffect | Refused<MeanRefusal> {
  if (!isSound(treated) || !isSound(control)) return refuse('experiment.bad_moments');
  if (control.customers === 0) return refuse('experiment.no_control');
  if (Math.min(treated.customers, control.customers) < 2) return refuse('experiment.too_few', { treated: treated.customers, control: control.customers, needed: 2 });
  const [a, b] = [treated.variance / treated.customers, control.variance / control.customers];
  if (a + b === 0) return refuse('experiment.no_variance');
  const difference = treated.mean - control.mean;
  const spread = Math.sqrt(a + b);
  const df = 1 / ((a / (a + b)) ** 2 / (treated.customers - 1) + (b / (a + b)) ** 2 / (control.customers - 1));
  const half = studentQuantile(1 - alpha / 2, df) * spread;
  return {
    treatedMean: treated.mean, controlMean: control.mean, difference, df, interval: { low: difference - half, high: difference + half },
    pValue: Math.min(1, 2 * studentTail(Math.abs(difference) / spread, df)), lift: control.mean > 0 ? treated.mean / control.mean - 1 : null,
  };
}
