import { isMinor, isShare, type Refused, refuse } from './refused.ts';

/** `residualMinor`: what the customer would still bring if kept. `costMinor`: of one attempt (a call, a coupon). */
export type Candidate = { customerId: string; churnProbability: number; residualMinor: number; costMinor: number };

/**
 * How many of those who would leave stay when treated (0–1). Nobody knows it before an experiment: `measured` names the
 * experiment it comes from, `assumed` who assumed it, and the list says which.
 */
export type Response = { savedShare: number; basis: 'assumed' | 'measured'; source: string };

export type Saved = { customerId: string; gainMinor: number; atRiskMinor: number; costMinor: number };

export type SaveList = {
  chosen: Saved[];
  gainMinor: number;
  costMinor: number;
  /** Gain of the best list there could be is at most this: how far the choice may be from it. Equal to `gainMinor` without a money cap. */
  boundMinor: number;
  /** Those left out: saving them costs more than it brings; no capacity (or money) was left. */
  notWorth: number;
  beyondCapacity: number;
  response: Response;
};

/** P(churn)·P(saved | treated)·residual value − cost, minor units. */
export const gainOf = ({ churnProbability, residualMinor, costMinor }: Candidate, { savedShare }: Response): number => Math.round(churnProbability * savedShare * residualMinor) - costMinor;

const byGain = (a: Saved, b: Saved): number => b.gainMinor - a.gainMinor || a.costMinor - b.costMinor || (a.customerId < b.customerId ? -1 : 1);
const gainIn = (chosen: readonly Saved[]): number => chosen.reduce((sum, { gainMinor }) => sum + gainMinor, 0);
const costIn = (chosen: readonly Saved[]): number => chosen.reduce((sum, { costMinor }) => sum + costMinor, 0);

/** Takes in the order given whatever still fits. */
function fill(order: readonly Saved[], capacity: number, moneyMinor: number): Saved[] {
  const chosen: Saved[] = [];
  let left = moneyMinor;
  for (const one of order) {
    if (chosen.length === capacity) break;
    if (one.costMinor > left) continue;
    chosen.push(one);
    left -= one.costMinor;
  }
  return chosen;
}

/**
 * With a money cap the choice is a knapsack. A price λ on money makes it a ranking by gain − λ·cost (Lagrangian relaxation,
 * Fisher 1981); for every λ ≥ 0, Σ of the best (gain − λ·cost)⁺ + λ·money bounds what any list can gain.
 */
function withinMoney(worth: readonly Saved[], capacity: number, moneyMinor: number): { chosen: Saved[]; boundMinor: number } {
  const priced = (price: number): Saved[] => worth.map((one) => ({ one, net: one.gainMinor - price * one.costMinor })).filter(({ net }) => net > 0).sort((a, b) => b.net - a.net || byGain(a.one, b.one)).map(({ one }) => one);
  const boundAt = (price: number, order: readonly Saved[]): number => order.slice(0, capacity).reduce((sum, one) => sum + one.gainMinor - price * one.costMinor, price * moneyMinor);
  let [low, high] = [0, Math.max(0, ...worth.map(({ gainMinor, costMinor }) => (costMinor > 0 ? gainMinor / costMinor : 0)))];
  let best = fill(worth, capacity, moneyMinor);
  let boundMinor = boundAt(0, worth);
  for (let step = 0; step < 40; step++) {
    const price = (low + high) / 2;
    const order = priced(price);
    // Those priced out may still fit into money the ranking leaves over.
    const list = fill([...order, ...worth.filter((one) => one.gainMinor - price * one.costMinor <= 0)], capacity, moneyMinor);
    if (gainIn(list) > gainIn(best)) best = list;
    boundMinor = Math.min(boundMinor, boundAt(price, order));
    if (costIn(order.slice(0, capacity)) > moneyMinor) low = price;
    else high = price;
  }
  // Gains are whole, so no list gains the part after the point.
  return { chosen: best.toSorted(byGain), boundMinor: Math.max(gainIn(best), Math.floor(boundMinor + 1e-6)) };
}

function fault(candidates: readonly Candidate[], { savedShare }: Response, capacity: number, moneyMinor: number | null): Refused | null {
  if (!isShare(savedShare)) return refuse('money.not_a_share', { savedShare: String(savedShare) });
  if (!Number.isSafeInteger(capacity) || capacity < 0) return refuse('money.bad_capacity', { capacity: String(capacity) });
  if (moneyMinor !== null && (!isMinor(moneyMinor) || moneyMinor < 0)) return refuse('money.bad_budget', { moneyMinor: String(moneyMinor) });
  const bad = candidates.find(({ churnProbability, residualMinor, costMinor }) => !isShare(churnProbability) || !Number.isFinite(residualMinor) || !isMinor(costMinor) || costMinor < 0);
  return bad ? refuse('money.not_minor', { customerId: bad.customerId }) : null;
}

/**
 * Whom to save first: the customers with the greatest expected net gain that fit the capacity (people who can be called)
 * and, where given, the money. Without a money cap the list is the best there is; with one its distance from the best is
 * bounded by `boundMinor`. Nobody whose rescue costs more than it brings. Ties by cost, then id.
 * Refuses `not_a_share`, `bad_capacity`, `bad_budget`, `not_minor` (a candidate without figures: leave them out first).
 */
export function saveList(candidates: readonly Candidate[], response: Response, { capacity, moneyMinor }: { capacity: number; moneyMinor: number | null }): SaveList | Refused {
  const wrong = fault(candidates, response, capacity, moneyMinor);
  if (wrong) return wrong;
  const saved = candidates.map((one): Saved => ({ customerId: one.customerId, gainMinor: gainOf(one, response), atRiskMinor: Math.round(one.churnProbability * Math.max(0, one.residualMinor)), costMinor: one.costMinor }));
  const worth = saved.filter(({ gainMinor }) => gainMinor > 0).sort(byGain);
  const first = worth.slice(0, capacity);
  const isFree = moneyMinor === null || costIn(first) <= moneyMinor;
  const { chosen, boundMinor } = isFree ? { chosen: first, boundMinor: gainIn(first) } : withinMoney(worth, capacity, moneyMinor);
  return { chosen, gainMinor: gainIn(chosen), costMinor: costIn(chosen), boundMinor, notWorth: saved.length - worth.length, beyondCapacity: worth.length - chosen.length, response };
}
