import { bucketOf } from './hash.ts';
import { type Refused, refuse } from '../../../kernel/refused.ts';

export const CONTROL = 'control';

/** Weights need not sum to anything; a variant of weight 0 gets nobody. */
export type Variant = { key: string; weight: number };

/** `salt`: the experiment's own id. `holdOut`: share (0–1) of customers who get nothing. */
export type Split = { salt: string; holdOut: number; variants: readonly Variant[] };

/** True for the share of customers a salt holds out. Whoever is held out at 10 % is held out at 20 %, too. */
export const heldOut = ({ salt, share }: { salt: string; share: number }, customer: string): boolean => bucketOf(`${salt}:hold-out`, customer) < share;

/**
 * Weighted rendezvous hashing (Thaler & Ravishankar 1998; weights after Schindelhauer & Schomaker 2005): the variant with
 * the smallest −ln(u)/weight. A variant that gains weight, or is new, takes customers from others and moves nobody else.
 */
function variantOf(salt: string, variants: readonly Variant[], customer: string): string {
  let best = { key: CONTROL, cost: Infinity };
  for (const { key, weight } of variants) {
    const cost = -Math.log(bucketOf(`${salt}:${key}`, customer) + 2 ** -33) / weight;
    if (cost < best.cost) best = { key, cost };
  }
  return best.key;
}

/**
 * The arm of a customer: `control`, or a variant's key. A pure function of the split and the customer, so it needs no
 * memory: a larger hold-out only moves treated to control, a heavier variant only takes from the other variants.
 * Different salts assign independently.
 */
export const armOf = ({ salt, holdOut, variants }: Split, customer: string): string => (heldOut({ salt, share: holdOut }, customer) ? CONTROL : variantOf(salt, variants, customer));

export type SplitFault = 'experiment.bad_share' | 'experiment.no_variant' | 'experiment.bad_weight' | 'experiment.duplicate_variant';

/** What is wrong with a split, or null. Check before `armOf`: it trusts its split. */
export function splitFault({ holdOut, variants }: Split): Refused<SplitFault> | null {
  if (!(holdOut >= 0 && holdOut <= 1)) return refuse('experiment.bad_share', { holdOut: String(holdOut) });
  const bad = variants.find(({ weight }) => !(weight >= 0 && Number.isFinite(weight)));
  if (bad) return refuse('experiment.bad_weight', { variant: bad.key });
  if (!variants.some(({ weight }) => weight > 0)) return refuse('experiment.no_variant');
  const keys = variants.map(({ key }) => key);
  const twice = keys.find((key, at) => key === CONTROL || keys.indexOf(key) !== at);
  return twice === undefined ? null : refuse('experiment.duplicate_variant', { variant: twice });
}

/** The share (0–1) of all customers each arm is meant to get, control first: what the sample-ratio check expects. */
export function sharesOf({ holdOut, variants }: Split): { arm: string; share: number }[] {
  const total = variants.reduce((sum, { weight }) => sum + weight, 0);
  return [{ arm: CONTROL, share: holdOut }, ...variants.map(({ key, weight }) => ({ arm: key, share: ((1 - holdOut) * weight) / total }))];
}
