import { type Interval, wilson } from '../interval.ts';
import { normalQuantile, normalTail } from './distributions.ts';
import { type Refused, refuse } from '../../../kernel/refused.ts';

/** People of an arm and how many of them did what is counted (bought, came back, unsubscribed). */
export type Counted = { customers: number; buyers: number };

export type ShareEffect = {
  treatedShare: number;
  controlShare: number;
  /** Treated minus control, 0.049 for 4.9 percentage points. */
  difference: number;
  /** The interval shown and judged by: Wald, not pooled. Good where `isSmall` is false. */
  interval: Interval;
  /** Newcombe's score interval at 95 %, the one to show while `isSmall`. */
  newcombe: Interval;
  /** Two-sided, pooled z. */
  pValue: number;
  z: number;
  /** Relative: 0.25 for a quarter more buyers than in the control. Null where the control has none. */
  lift: number | null;
  liftInterval: Interval | null;
  /** Fewer than 10 buyers or 10 non-buyers in an arm: the normal curve is no guide yet. */
  isSmall: boolean;
};

export type ShareRefusal = 'experiment.no_control' | 'experiment.no_treated' | 'experiment.bad_counts';

/** Fewest buyers and non-buyers an arm needs before a normal interval is believed. */
export const FEWEST = 10;

const isCount = ({ customers, buyers }: Counted): boolean => Number.isInteger(customers) && Number.isInteger(buyers) && buyers >= 0 && buyers <= customers;

/**
 * Difference of two shares. Wald interval d ± z√(p₁q₁/n₁ + p₂q₂/n₂); Newcombe 1998, method 10; p of the pooled z test;
 * lift with the log interval of Katz et al. 1978. 300/2000 against 240/2000 is +3.0 points, p ≈ 0.0055 (R51).
 * Refuses `no_control`, `no_treated`, `bad_counts` (not whole, or more buyers than customers).
 */
export function compareShares({ treated, control }: { treated: Counted; control: Counted }, alpha = 0.05): ShareEffect | Refused<ShareRefusal> {
  if (!isCount(treated) || !isCount(control)) return refuse('experiment.bad_counts');
  if (control.customers === 0) return refuse('experiment.no_control');
  if (treated.customers === 0) return refuse('experiment.no_treated');
  const p = treated.buyers / treated.customers;
  const q = control.buyers / control.customers;
  const difference = p - q;
  const half = normalQuantile(1 - alpha / 2) * Math.sqrt((p * (1 - p)) / treated.customers + (q * (1 - q)) / control.customers);
  const pooled = (treated.buyers + control.buyers) / (treated.customers + control.customers);
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / treated.customers + 1 / control.customers));
  const z = spread === 0 ? 0 : difference / spread;
  return {
    treatedShare: p, controlShare: q, difference,
    interval: { low: difference - half, high: difference + half },
    newcombe: newcombe(treated, control), z, pValue: Math.min(1, 2 * normalTail(Math.abs(z))),
    lift: q === 0 ? null : p / q - 1, liftInterval: katz(treated, control, alpha), isSmall: isSmall(treated) || isSmall(control),
  };
}

const isSmall = ({ customers, buyers }: Counted): boolean => Math.min(buyers, customers - buyers) < FEWEST;

/** Newcombe 1998 (Statistics in Medicine 17: 873), method 10, without continuity correction. */
function newcombe(treated: Counted, control: Counted): Interval {
  const p = treated.buyers / treated.customers;
  const q = control.buyers / control.customers;
  const of = ({ buyers, customers }: Counted): Interval => wilson(buyers, customers) ?? { low: 0, high: 1 };
  const [one, two] = [of(treated), of(control)];
  return { low: p - q - Math.hypot(p - one.low, two.high - q), high: p - q + Math.hypot(one.high - p, q - two.low) };
}

/** Katz et al. 1978: the logarithm of the ratio of two shares is close to normal. */
function katz(treated: Counted, control: Counted, alpha: number): Interval | null {
  if (treated.buyers === 0 || control.buyers === 0) return null;
  const log = Math.log((treated.buyers * control.customers) / (treated.customers * control.buyers));
  const half = normalQuantile(1 - alpha / 2) * Math.sqrt(1 / treated.buyers - 1 / treated.customers + 1 / control.buyers - 1 / control.customers);
  return { low: Math.exp(log - half) - 1, high: Math.exp(log + half) - 1 };
}
