import { type Purchases, type Refused as UnfitPurchases, unfitPurchases } from '../evaluation/index.ts';
import { addWait, endedWaits, noWaits, survivalOf, type Waits } from '../survival.ts';
import { withinOverBetween } from './gapVariance.ts';
import { refuse, type Refused } from './refused.ts';

/** Waits are told in the customer's own usual gaps, an eighth of one a step; after sixteen gaps nobody is waited for any more. */
const STEPS = 8;
const GAPS_MOST = 16;
const LENGTH = STEPS * GAPS_MOST;
/** From so many gaps on a customer's usual gap is known well enough for a curve of its own; fewer ended waits make no curve. */
const HABIT_GAPS = 4;
const ENDED_LEAST = 20;

/**
 * How a group comes back, each at their own rhythm. `usualDays`: the middle gap; `priorGaps`: gaps before somebody's own weigh half (null: customers do not differ).
 * `young`, `settled`: share still waiting after 0, 1, … steps of an eighth of the own usual gap, of those with under four gaps and of the others. `waits`: how many taught it.
 */
export type RhythmRule = { usualDays: number; priorGaps: number | null; young: number[]; settled: number[]; waits: number };
/** One customer on a day: gaps between purchase days so far, mean of their logs, days silent. */
export type Rhythm = { gaps: number; logMean: number; silentDays: number };

/** The usual gap in days: the own geometric mean drawn to the group's with weight n/(n + k). */
const usualOf = ({ usualDays, priorGaps }: Pick<RhythmRule, 'usualDays' | 'priorGaps'>, gaps: number, logMean: number): number => {
  const weight = gaps === 0 || priorGaps === null ? 0 : gaps / (gaps + priorGaps), all = Math.log(usualDays);
  return Math.exp(all + weight * (logMean - all));
};

/** Rhythm of one customer, purchases up to a day; null before the first. */
export function rhythmAt({ offsets, days }: Purchases, customer: number, day: number): Rhythm | null {
  const start = offsets[customer] as number, end = offsets[customer + 1] as number;
  let [last, gaps, logs] = [days[start] as number, 0, 0];
  if (start === end || last > day) return null;
  for (let at = start + 1; at < end && (days[at] as number) <= day; at++) {
    const gap = (days[at] as number) - last;
    if (gap > 0) { gaps++; logs += Math.log(gap); }
    last = days[at] as number;
  }
  return { gaps, logMean: gaps > 0 ? logs / gaps : 0, silentDays: day - last };
}

type Own = { gaps: number[]; openDays: number };

function ownWaits({ offsets, days }: Purchases, customer: number, asOf: number): Own | null {
  const start = offsets[customer] as number, end = offsets[customer + 1] as number, gaps: number[] = [];
  let last = days[start] as number;
  if (start === end || last > asOf) return null;
  for (let at = start + 1; at < end && (days[at] as number) <= asOf; at++) {
    if ((days[at] as number) > last) gaps.push((days[at] as number) - last);
    last = days[at] as number;
  }
  return { gaps, openDays: asOf - last };
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function levelOf(owns: readonly Own[]): Pick<RhythmRule, 'usualDays' | 'priorGaps'> {
  const logs = owns.map(({ gaps }) => gaps.map(Math.log)).filter((own) => own.length > 0), means = logs.map(meanOf);
  const spreads = logs.map((own, at) => own.reduce((sum, one) => sum + (one - (means[at] as number)) ** 2, 0));
  return { usualDays: Math.exp(meanOf(means)), priorGaps: withinOverBetween({ gaps: logs.map(({ length }) => length), logMean: means, logSpread: spreads, segments: means.map(() => 0) }) };
}

/** Share still waiting by step. Half a customer who never comes stands among them, so that nobody is ever certain to come. */
function curveOf(waits: Waits): number[] {
  const all: Waits = { ended: [...waits.ended], open: [...waits.open] }, curve = [1];
  addWait(all, LENGTH, false, 0.5);
  const after = new Map(survivalOf(all).map(({ days, surviving }) => [days, surviving]));
  for (let step = 0; step < LENGTH; step++) curve.push(after.get(step) ?? (curve[step] as number));
  return curve;
}

const joined = (one: Waits, other: Waits): Waits => {
  const all = noWaits();
  for (const { ended, open } of [one, other]) {
    ended.forEach((count, step) => { addWait(all, step, true, count); });
    open.forEach((count, step) => { addWait(all, step, false, count); });
  }
  return all;
};

/**
 * Learns how a group comes back: waits over the usual gap as it was known when each wait began (so that the curve holds the error of not knowing it), by product limit
 * with waits still open (Kaplan & Meier 1958): an accelerated renewal process whose renewals may stop (Cox 1962, §2). Nothing after `asOf` is looked at.
 * Refuses unfit purchases, and `churn.few_gaps` under 20 ended gaps: let silence stand in.
 */
export function learnRhythm(purchases: Purchases, asOf: number): RhythmRule | Refused | UnfitPurchases {
  const unfit = unfitPurchases(purchases);
  if (unfit) return unfit;
  const owns = Array.from({ length: purchases.offsets.length - 1 }, (_, customer) => ownWaits(purchases, customer, asOf)).filter((own) => own !== null), ended = owns.reduce((sum, { gaps }) => sum + gaps.length, 0);
  if (ended < ENDED_LEAST) return refuse('churn.few_gaps', { gaps: ended, needed: ENDED_LEAST });
  const level = levelOf(owns), young = noWaits(), settled = noWaits();
  const note = (known: number, logs: number, days: number, isEnded: boolean): void => {
    const step = Math.floor((days / usualOf(level, known, known > 0 ? logs / known : 0)) * STEPS);
    addWait(known < HABIT_GAPS ? young : settled, Math.min(LENGTH, step), isEnded && step < LENGTH);
  };
  for (const { gaps, openDays } of owns) {
    let logs = 0;
    gaps.forEach((gap, known) => { note(known, logs, gap, true); logs += Math.log(gap); });
    note(gaps.length, logs, openDays, false);
  }
  const all = curveOf(joined(young, settled)), enough = (waits: Waits): boolean => endedWaits(waits) >= ENDED_LEAST;
  return { ...level, young: enough(young) ? curveOf(young) : all, settled: enough(settled) ? curveOf(settled) : all, waits: ended };
}

/** Share still waiting at any time, straight between steps. */
function waitingAt(curve: readonly number[], steps: number): number {
  const at = Math.min(curve.length - 1, Math.floor(steps)), next = Math.min(curve.length - 1, at + 1), part = Math.min(1, steps - at);
  return (curve[at] as number) + part * ((curve[next] as number) - (curve[at] as number));
}

/** P(no purchase within `days` from now), 0–1, never certain: what is left of the curve after the silence so far. */
export function silentShare(rule: RhythmRule, { gaps, logMean, silentDays }: Rhythm, days: number): number {
  const curve = gaps < HABIT_GAPS ? rule.young : rule.settled, steps = STEPS / usualOf(rule, gaps, logMean), half = 0.5 / (rule.waits + 1);
  return Math.min(1 - half, Math.max(half, waitingAt(curve, (silentDays + days) * steps) / waitingAt(curve, silentDays * steps)));
}

/** Of purchases within `days`: mean and mean square. */
export type Renewals = { mean: number; square: number };
export type RenewalTable = { mean: Float64Array; square: Float64Array };

/** Weights of a first purchase in each step of a curve from a silence on, into `weights`; half of a step's falls on its end, so that sums of gaps are not drawn short. */
function fillWeights(weights: Float64Array, curve: readonly number[], from: number): Float64Array {
  const last = curve.length - 1, start = Math.min(last, Math.floor(from)), part = Math.min(1, from - start);
  const waiting = (step: number): number => {
    const at = start + step;
    return at >= last ? (curve[last] as number) : (curve[at] as number) + part * ((curve[at + 1] as number) - (curve[at] as number));
  };
  const whole = waiting(0);
  let [here, before] = [whole, 0];
  for (let step = 0; step <= LENGTH; step++) {
    const next = waiting(step + 1), drop = step < LENGTH ? (here - next) / whole : 0;
    weights[step] = (drop + before) / 2;
    [here, before] = [next, drop];
  }
  return weights;
}

/** Purchases within 0, 1, … `steps` steps after one (renewal equation; Cox 1962, §4), of customers at their rhythm. Give it to `renewalsOf`. */
export function renewalTable({ settled }: RhythmRule, days: number): RenewalTable {
  const steps = Math.ceil(days) * STEPS, weights = fillWeights(new Float64Array(LENGTH + 1), settled, 0), own = 1 - (weights[0] as number), mean = new Float64Array(steps + 1), square = new Float64Array(steps + 1);
  for (let at = 0; at <= steps; at++) {
    let [first, second] = [weights[0] as number, 0];
    for (let back = 1; back <= Math.min(at, LENGTH); back++) {
      first += (weights[back] as number) * (1 + (mean[at - back] as number));
      second += (weights[back] as number) * (1 + 2 * (mean[at - back] as number) + (square[at - back] as number));
    }
    mean[at] = first / own;
    square[at] = (second + (weights[0] as number) * (1 + 2 * (mean[at] as number))) / own;
  }
  return { mean, square };
}

const room = new Float64Array(LENGTH + 1);

/** Purchases of one customer within `days` from now. `table`: of at least as many days (a usual gap is never under a day). */
export function renewalsOf(rule: RhythmRule, table: RenewalTable, { gaps, logMean, silentDays }: Rhythm, days: number): Renewals {
  const steps = STEPS / Math.max(1, usualOf(rule, gaps, logMean)), end = Math.min(table.mean.length - 1, Math.floor(days * steps));
  const weights = fillWeights(room, gaps < HABIT_GAPS ? rule.young : rule.settled, silentDays * steps), found = { mean: 0, square: 0 };
  for (let at = 0; at <= Math.min(end, LENGTH); at++) {
    const after = table.mean[end - at] as number, weight = weights[at] as number;
    found.mean += weight * (1 + after);
    found.square += weight * (1 + 2 * after + (table.square[end - at] as number));
  }
  return found;
}
