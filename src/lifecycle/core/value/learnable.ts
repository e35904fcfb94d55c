import { checkCustomers, type Customers, dot, pick, total } from './columns.ts';
import { groupCustomers } from './grouping.ts';
import { refusal, type Refused } from './refused.ts';

const MIN_REPEATERS = 10;

/** Grouped customers with weight, or the refusal why nothing can be learned from them. */
export function learnable(customers: Customers): Required<Customers> | Refused {
  const bad = checkCustomers(customers);
  if (bad) return bad;
  const { groups } = groupCustomers(customers);
  const people = total(groups.weight), repeaters = repeatersOf(groups);
  if (people < 2) return refusal('value.too_few_customers', { customers: people, needed: 2 });
  if (repeaters === 0) return refusal('value.no_repeaters', { customers: people });
  if (repeaters < MIN_REPEATERS) return refusal('value.too_few_repeaters', { repeaters, needed: MIN_REPEATERS });
  if (groups.x.length === 1) return refusal('value.no_variation', { customers: people });
  return dot(groups.T, groups.weight) > 0 ? groups : refusal('value.no_time');
}

export const repeatersOf = ({ x, weight }: Required<Customers>): number => weight.reduce((sum, w, i) => ((x[i] as number) > 0 ? sum + w : sum), 0);

/** About `rows` rows that stand for all: heavy groups as they are, of the light ones every k-th with k-fold weight. */
export function thinned(groups: Required<Customers>, rows: number): Required<Customers> {
  const heavy = total(groups.weight) / rows, light = groups.weight.reduce((count, w) => count + (w < heavy ? 1 : 0), 0);
  const every = Math.max(1, Math.ceil(light / rows)), chosen: number[] = [], weights: number[] = [];
  let seen = 0;
  groups.weight.forEach((w, i) => {
    const isHeavy = w >= heavy;
    if (!isHeavy && seen++ % every !== 0) return;
    chosen.push(i);
    weights.push(isHeavy ? w : w * every);
  });
  const at = Int32Array.from(chosen);
  return { x: pick(groups.x, at), tx: pick(groups.tx, at), T: pick(groups.T, at), weight: Float64Array.from(weights) };
}
