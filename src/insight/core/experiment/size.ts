import { normalQuantile } from './distributions.ts';
import { type Refused, refuse } from '../../../kernel/refused.ts';

/** `controlShare`: share (0–1) of all customers held out. `power`: chance (0–1) of proving an effect of that size. */
export type Plan = { controlShare: number; alpha?: number; power?: number };
export type Sizes = { treated: number; control: number };
type SizeRefusal = 'experiment.bad_share' | 'experiment.bad_effect' | 'experiment.too_small';

const isShare = (value: number): boolean => value > 0 && value < 1;
const isPlan = ({ controlShare, alpha = 0.05, power = 0.8 }: Plan): boolean => isShare(controlShare) && isShare(alpha) && isShare(power) && power > alpha / 2;
const scores = ({ alpha = 0.05, power = 0.8 }: Plan): { a: number; b: number } => ({ a: normalQuantile(1 - alpha / 2), b: normalQuantile(power) });

/** Control group for shares p and q (Fleiss, Levin & Paik 2003, equation 4.17, k treated to a control, no continuity correction). */
function controlFor({ base, effect }: { base: number; effect: number }, plan: Plan): number {
  const { a, b } = scores(plan);
  const k = (1 - plan.controlShare) / plan.controlShare;
  const p = base + effect;
  const middle = (base + k * p) / (1 + k);
  return (a * Math.sqrt(middle * (1 - middle) * (1 + 1 / k)) + b * Math.sqrt(base * (1 - base) + (p * (1 - p)) / k)) ** 2 / effect ** 2;
}

const sizesOf = (control: number, { controlShare }: Plan): Sizes => ({ control: Math.ceil(control), treated: Math.ceil((control * (1 - controlShare)) / controlShare) });

/**
 * Customers needed to prove that a share moves from `base` to `base + effect`. R's power.prop.test gives the same for equal
 * arms: .20 → .25 at 80 % needs 1,094 in each. Refuses `bad_share` and `bad_effect` (0, or out of 0–1).
 */
export function sizeForShares({ base, effect }: { base: number; effect: number }, plan: Plan): Sizes | Refused<SizeRefusal> {
  if (!isPlan(plan) || !isShare(base)) return refuse('experiment.bad_share');
  if (effect === 0 || !isShare(base + effect)) return refuse('experiment.bad_effect');
  return sizesOf(controlFor({ base, effect }, plan), plan);
}

/** The smallest rise of a share that so many customers in all can prove. Refuses `too_small` where not even a rise to 100 % could be. */
export function effectForShares({ base, customers }: { base: number; customers: number }, plan: Plan): number | Refused<SizeRefusal> {
  if (!isPlan(plan) || !isShare(base)) return refuse('experiment.bad_share');
  const control = customers * plan.controlShare;
  let [low, high] = [0, 1 - base];
  if (!(control >= 1) || controlFor({ base, effect: high }, plan) > control) return refuse('experiment.too_small', { customers });
  // The size needed falls as the effect grows, so halving finds the place.
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (controlFor({ base, effect: middle }, plan) > control) low = middle;
    else high = middle;
  }
  return high;
}

/** Customers needed to prove that a mean moves by `effect` where one customer's figure has this standard deviation: (z₁₋α/₂ + z_power)²σ²(1 + 1/k)/δ². */
export function sizeForMeans({ deviation, effect }: { deviation: number; effect: number }, plan: Plan): Sizes | Refused<SizeRefusal> {
  if (!isPlan(plan)) return refuse('experiment.bad_share');
  if (effect === 0 || !(deviation > 0) || !Number.isFinite(deviation / effect)) return refuse('experiment.bad_effect');
  const { a, b } = scores(plan);
  return sizesOf(((a + b) * deviation / effect) ** 2 / (1 - plan.controlShare), plan);
}

/** The smallest shift of a mean that so many customers in all can prove. */
export function effectForMeans({ deviation, customers }: { deviation: number; customers: number }, plan: Plan): number | Refused<SizeRefusal> {
  if (!isPlan(plan)) return refuse('experiment.bad_share');
  if (!(deviation > 0) || !Number.isFinite(deviation)) return refuse('experiment.bad_effect');
  const { a, b } = scores(plan);
  const control = customers * plan.controlShare;
  return control >= 2 ? (a + b) * deviation / Math.sqrt(control * (1 - plan.controlShare)) : refuse('experiment.too_small', { customers });
}
