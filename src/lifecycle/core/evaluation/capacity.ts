import { type TieGroups, tieGroups } from './order.ts';
import { refuse, type Refused, unfitColumns, unfitLabels } from './refused.ts';

/** What is caught when the `capacity` customers of highest score are reached. */
export type AtCapacity = { capacity: number; caught: number; precision: number; recall: number; lift: number };

/** One tenth of the customers by score, highest first. `lift` is its mean outcome against everybody's. */
export type Decile = { decile: number; people: number; meanScore: number; sum: number; mean: number; lift: number };

/** Reaching `reachedShare` of the customers by falling score catches `caughtShare` of the outcome. */
export type Gain = { reachedShare: number; caughtShare: number };

/**
 * Outcome caught by the first `k` customers. Where the cut falls among equal scores, the mean over all their orders is
 * taken: the tie is shared by proportion.
 */
function caughtBy({ people }: TieGroups, values: Float64Array, cuts: readonly number[]): number[] {
  let [group, before, caught] = [0, 0, 0];
  return cuts.map((cut) => {
    while (group < people.length && before + (people[group] as number) <= cut) {
      before += people[group] as number;
      caught += values[group++] as number;
    }
    return group === people.length ? caught : caught + ((values[group] as number) * (cut - before)) / (people[group] as number);
  });
}

/**
 * Precision and recall when only `capacities` customers (each 1 to all) can be reached, best score first;
 * answers in rising order of capacity. Refuses `evaluation.one_class` without positives and `evaluation.bad_capacity` outside 1 to the number of customers.
 */
export function atCapacity(scores: Float64Array, labels: Uint8Array, capacities: readonly number[]): AtCapacity[] | Refused {
  const unfit = unfitColumns({ scores, labels }) ?? unfitLabels(labels);
  if (unfit) return unfit;
  const wrong = capacities.find((capacity) => !Number.isInteger(capacity) || capacity < 1 || capacity > scores.length);
  if (wrong !== undefined) return refuse('evaluation.bad_capacity', { capacity: String(wrong), customers: scores.length });
  const groups = tieGroups(scores, labels);
  const positives = groups.sum.reduce((sum, hits) => sum + hits, 0);
  if (positives === 0) return refuse('evaluation.one_class', { positives, negatives: labels.length });
  const rising = capacities.toSorted((a, b) => a - b);
  return caughtBy(groups, groups.sum, rising).map((caught, at) => {
    const capacity = rising[at] as number;
    return { capacity, caught, precision: caught / capacity, recall: caught / positives, lift: (caught / capacity) / (positives / labels.length) };
  });
}

/**
 * Lift by tenth (or `parts`-th) of the customers, highest score first. Outcomes: labels, counts or money, not negative.
 * Refuses `evaluation.too_few_rows` below one customer a part and `evaluation.no_outcome` where nothing happened to anybody.
 */
export function deciles(scores: Float64Array, outcomes: ArrayLike<number>, parts = 10): Decile[] | Refused {
  const unfit = unfitColumns({ scores, outcomes });
  if (unfit) return unfit;
  if (scores.length < parts) return refuse('evaluation.too_few_rows', { rows: scores.length, needed: parts });
  const groups = tieGroups(scores, outcomes);
  const all = groups.sum.reduce((sum, one) => sum + one, 0);
  if (all <= 0) return refuse('evaluation.no_outcome');
  const cuts = Array.from({ length: parts + 1 }, (_, part) => Math.round((part * scores.length) / parts));
  const caught = caughtBy(groups, groups.sum, cuts);
  const scored = caughtBy(groups, groups.score.map((score, group) => score * (groups.people[group] as number)), cuts);
  return cuts.slice(1).map((cut, part) => {
    const people = cut - (cuts[part] as number);
    const sum = (caught[part + 1] as number) - (caught[part] as number);
    return { decile: part + 1, people, meanScore: ((scored[part + 1] as number) - (scored[part] as number)) / people, sum, mean: sum / people, lift: sum / people / (all / scores.length) };
  });
}

/** Cumulative gains at `points` + 1 even steps from nobody to everybody. Refuses as `deciles`. */
export function gains(scores: Float64Array, outcomes: ArrayLike<number>, points = 20): Gain[] | Refused {
  const unfit = unfitColumns({ scores, outcomes });
  if (unfit) return unfit;
  const groups = tieGroups(scores, outcomes);
  const all = groups.sum.reduce((sum, one) => sum + one, 0);
  if (all <= 0) return refuse('evaluation.no_outcome');
  const shares = Array.from({ length: points + 1 }, (_, point) => point / points);
  const caught = caughtBy(groups, groups.sum, shares.map((share) => share * scores.length));
  return shares.map((reachedShare, at) => ({ reachedShare, caughtShare: (caught[at] as number) / all }));
}
