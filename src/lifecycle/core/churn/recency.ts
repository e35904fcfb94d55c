import { type Purchases, type Refused as UnfitPurchases, unfitPurchases } from '../evaluation/index.ts';
import { tieGroups } from '../evaluation/order.ts';
import { lowerBound } from './features.ts';
import { refuse, type Refused } from './refused.ts';

/** One row for each customer known on each past cut-off: how long silent then, how many purchase days so far, and whether they bought within the horizon. */
export type PastOutcomes = { customer: Uint32Array; cutoff: Int32Array; ageDays: Float64Array; purchases: Uint32Array; bought: Uint8Array };

export type LookBack = {
  cutoffs: readonly number[];
  /** H in days, one for all or each customer's own (learned no later than the first cut-off, or it knows the future). */
  horizonDays: number | Float64Array;
  /** The last day of the data. */
  lastDay: number;
};

/**
 * Labels from the workspace's own past. Refuses unfit purchases, `churn.bad_setting`, and `churn.horizon_not_over` where a
 * cut-off's horizon ends after the data: such customers would be called gone who only have not had the time.
 */
export function lookBack(purchases: Purchases, { cutoffs, horizonDays, lastDay }: LookBack): PastOutcomes | Refused | UnfitPurchases {
  const { offsets, days } = purchases;
  const customers = offsets.length - 1;
  const horizonOf = (customer: number): number => (typeof horizonDays === 'number' ? horizonDays : (horizonDays[customer] as number));
  const longest = typeof horizonDays === 'number' ? horizonDays : horizonDays.reduce((most, one) => (one > 0 ? Math.max(most, one) : Number.NaN), 0);
  const isBad = cutoffs.length === 0 || !cutoffs.every(Number.isInteger) || !(longest > 0 && longest < Infinity) || (typeof horizonDays !== 'number' && horizonDays.length !== customers);
  const unfit = isBad ? refuse('churn.bad_setting', { cutoffs: cutoffs.length, horizonDays: String(longest) }) : unfitPurchases(purchases);
  if (unfit) return unfit;
  const early = cutoffs.find((cutoff) => !(cutoff + longest <= lastDay));
  if (early !== undefined) return refuse('churn.horizon_not_over', { cutoff: early, horizonDays: longest, lastDay: String(lastDay) });
  const rising = cutoffs.toSorted((a, b) => a - b);
  const rows = countKnown(purchases, rising);
  const past: PastOutcomes = { customer: new Uint32Array(rows), cutoff: new Int32Array(rows), ageDays: new Float64Array(rows), purchases: new Uint32Array(rows), bought: new Uint8Array(rows) };
  let row = 0;
  for (let customer = 0; customer < customers; customer++) {
    const end = offsets[customer + 1] as number;
    let [at, seen] = [offsets[customer] as number, 0];
    for (const cutoff of rising) {
      for (; at < end && (days[at] as number) <= cutoff; at++) if (seen === 0 || days[at] !== days[at - 1]) seen++;
      if (seen === 0) continue;
      past.customer[row] = customer;
      past.cutoff[row] = cutoff;
      past.ageDays[row] = cutoff - (days[at - 1] as number);
      past.purchases[row] = seen;
      past.bought[row] = at < end && (days[at] as number) <= cutoff + horizonOf(customer) ? 1 : 0;
      row++;
    }
  }
  return past;
}

function countKnown({ offsets, days }: Purchases, cutoffs: readonly number[]): number {
  let rows = 0;
  for (let customer = 0; customer + 1 < offsets.length; customer++) {
    const start = offsets[customer] as number;
    if (start < (offsets[customer + 1] as number)) rows += cutoffs.length - lowerBound(cutoffs, days[start] as number);
  }
  return rows;
}

/** From this age on (until the next step) this share of `people` bought within the horizon. Rising ages, shares that never rise. */
export type RecencyStep = { fromAge: number; share: number; people: number };
export type RecencyRule = { steps: RecencyStep[]; people: number; share: number };

/** People a step must rest on. */
export const STEP_PEOPLE_LEAST = 50;

/**
 * P(buys within the horizon) from silence alone: the rule that stands beside every model and in for one where data is
 * thin. Shares that fall with age by pooling adjacent violators (Barlow et al. 1972, §1.2) over bins of at least 50
 * people, kept off 0 and 1 by half a person. Ages in days, or in horizons where these differ by customer.
 * Refuses `churn.few_labels` under 100 rows, and ages or labels that are none (`churn.bad_column`, `churn.bad_label`).
 */
export function learnRecency(ages: Float64Array, bought: Uint8Array): RecencyRule | Refused {
  if (ages.length !== bought.length || !ages.every((age) => age >= 0 && age < Infinity)) return refuse('churn.bad_column', { column: 'ages', rows: ages.length, expected: bought.length });
  if (bought.some((label) => label > 1)) return refuse('churn.bad_label');
  if (ages.length < 2 * STEP_PEOPLE_LEAST) return refuse('churn.few_labels', { labels: ages.length, needed: 2 * STEP_PEOPLE_LEAST });
  const half = 1 / (2 * ages.length);
  const steps = pooled(binned(ages, bought)).map(({ fromAge, people, hits }) => ({ fromAge, people, share: Math.min(1 - half, Math.max(half, hits / people)) }));
  return { steps, people: ages.length, share: bought.reduce((sum, one) => sum + one, 0) / ages.length };
}

type Bin = { fromAge: number; people: number; hits: number };

/** Bins of enough people, oldest first; a rest too small joins the youngest. */
function binned(ages: Float64Array, bought: Uint8Array): Bin[] {
  const { score, people, sum } = tieGroups(ages, bought);
  const bins: Bin[] = [];
  let open: Bin = { fromAge: 0, people: 0, hits: 0 };
  for (let group = 0; group < score.length; group++) {
    open = { fromAge: score[group] as number, people: open.people + (people[group] as number), hits: open.hits + (sum[group] as number) };
    if (open.people < STEP_PEOPLE_LEAST) continue;
    bins.push(open);
    open = { fromAge: 0, people: 0, hits: 0 };
  }
  const last = bins.at(-1) as Bin;
  if (open.people > 0) Object.assign(last, { fromAge: open.fromAge, people: last.people + open.people, hits: last.hits + open.hits });
  return bins;
}

/** Joins neighbours until the share falls with age; youngest first. */
function pooled(bins: readonly Bin[]): Bin[] {
  const kept: Bin[] = [];
  for (const bin of bins) {
    kept.push(bin);
    for (let young = kept.at(-1), old = kept.at(-2); young && old && old.hits * young.people >= young.hits * old.people; young = kept.at(-1), old = kept.at(-2)) {
      kept.splice(-2, 2, { fromAge: young.fromAge, people: young.people + old.people, hits: young.hits + old.hits });
    }
  }
  return kept.toReversed();
}

/** P(buys within the horizon) at each age; the risk of churn is what is missing to 1. Refuses ages that are none. */
export function recencyShares({ steps }: RecencyRule, ages: Float64Array): Float64Array | Refused {
  const row = ages.findIndex((age) => !(age >= 0 && age < Infinity));
  if (row !== -1) return refuse('churn.bad_column', { column: 'ages', row });
  const from = Float64Array.from(steps, ({ fromAge }) => fromAge);
  return ages.map((age) => {
    const at = lowerBound(from, age);
    return (steps[from[at] === age ? at : Math.max(0, at - 1)] as RecencyStep).share;
  });
}
