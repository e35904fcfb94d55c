import type { Interval } from '../interval.ts';
import { FEWEST, type Counted } from './shares.ts';
import type { Moments } from './means.ts';
import { type Refused, refuse } from '../../../kernel/refused.ts';

export type AlwaysValid = {
  difference: number;
  /** Covers the truth at every look at once, so a test may be watched daily and stopped at any time. */
  interval: Interval;
  /** Always-valid p of the difference: the smallest α whose sequence, tuned as this one, leaves out 0. May be read at every look. */
  pValue: number;
  /** Relative change with its own sequence and p. Null where the control's mean is not positive. */
  lift: { lift: number; interval: Interval; pValue: number } | null;
};

/** `tunedFor`: number of customers in both arms at which the interval is narrowest; valid at every other, too. */
export type Tuning = { alpha?: number; tunedFor?: number };

export type SequentialRefusal = 'experiment.no_control' | 'experiment.too_few' | 'experiment.no_variance' | 'experiment.bad_moments';

/** Moments of a share: variance p(1 − p), as in the reference figures. */
export const momentsOfShare = ({ customers, buyers }: Counted): Moments => {
  const mean = customers === 0 ? 0 : buyers / customers;
  return { customers, mean, variance: mean * (1 - mean) };
};

/** Waudby-Smith et al., arXiv 2103.06476v7, equation 161: the ρ that is best at `tunedFor`. */
const rhoOf = (alpha: number, tunedFor: number): number => Math.sqrt((-2 * Math.log(alpha) + Math.log(1 - 2 * Math.log(alpha))) / tunedFor);

type Sequence = { rho2: number; alpha: number; customers: number };

/** Half the width of the asymptotic confidence sequence, ibidem, equation 9. `variance`: of the estimate itself. */
const halfOf = (variance: number, { rho2, alpha, customers: n }: Sequence): number =>
  Math.sqrt(variance * n) * Math.sqrt((2 * (n * rho2 + 1) * Math.log(Math.sqrt(n * rho2 + 1) / alpha)) / (n * n * rho2));

/** Equation 9 solved for α with ρ fixed: half-width = |estimate| at α = √(nρ² + 1)·exp(−estimate²·nρ²/(2·variance·(nρ² + 1))). */
const pOf = (estimate: number, variance: number, { rho2, customers: n }: Sequence): number =>
  Math.min(1, Math.exp(Math.log(n * rho2 + 1) / 2 - (estimate * estimate * n * rho2) / (2 * variance * (n * rho2 + 1))));

const around = (at: number, half: number): Interval => ({ low: at - half, high: at + half });

/** Delta method for the ratio of two means. */
function liftOf(treated: Moments, control: Moments, sequence: Sequence): AlwaysValid['lift'] {
  if (!(control.mean > 0)) return null;
  const lift = treated.mean / control.mean - 1;
  const variance = treated.variance / (treated.customers * control.mean ** 2) + (control.variance * treated.mean ** 2) / (control.customers * control.mean ** 4);
  return variance > 0 ? { lift, interval: around(lift, halfOf(variance, sequence)), pValue: pOf(lift, variance, sequence) } : null;
}

/**
 * Difference and lift that may be looked at after every customer (asymptotic confidence sequences, Waudby-Smith, Arbour,
 * Sinha, Kennedy & Ramdas). References matched in sequential.test.ts: shares 1396/3000 against 2422/3461 lift .50386,
 * .40098–.60675; means tuned for 1000 .50336, −.55844–1.56516. Wider than `compareShares` by the price of peeking.
 * Refuses `no_control`, `too_few` (under 10 in an arm: the sequence is asymptotic), `no_variance`, `bad_moments`.
 */
export function alwaysValid({ treated, control }: { treated: Moments; control: Moments }, { alpha = 0.05, tunedFor = 5000 }: Tuning = {}): AlwaysValid | Refused<SequentialRefusal> {
  if (![treated, control].every(({ mean, variance }) => Number.isFinite(mean) && Number.isFinite(variance) && variance >= 0) || !(tunedFor > 0)) return refuse('experiment.bad_moments');
  if (control.customers === 0) return refuse('experiment.no_control');
  if (Math.min(treated.customers, control.customers) < FEWEST) return refuse('experiment.too_few', { treated: treated.customers, control: control.customers, needed: FEWEST });
  const variance = treated.variance / treated.customers + control.variance / control.customers;
  if (variance === 0) return refuse('experiment.no_variance');
  const sequence = { alpha, rho2: rhoOf(alpha, tunedFor) ** 2, customers: treated.customers + control.customers };
  const difference = treated.mean - control.mean;
  return { difference, interval: around(difference, halfOf(variance, sequence)), pValue: pOf(difference, variance, sequence), lift: liftOf(treated, control, sequence) };
}
