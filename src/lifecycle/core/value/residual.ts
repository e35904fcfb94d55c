import { type Customers, type History, spread } from './columns.ts';
import { groupCustomers } from './grouping.ts';
import type { Fit } from './fit.ts';
import { gammaGamma, type GammaGammaParams } from './gammaGamma.ts';
import { type PurchaseModel, unreadable } from './purchaseModel.ts';
import { refusal, type Refused } from './refused.ts';

type SpendName = keyof GammaGammaParams;
type Params<N extends string> = Readonly<Record<N, number>>;

/** What of the future counts: so many periods of this length (in the unit of the fit), the k-th discounted by (1 + rate)^−k. margin: the share of spend that is ours, 1 unless given. */
export type Plan = { periods: number; period: number; rate: number; margin?: number };

export const usable = ({ periods, period, rate }: Plan): boolean => periods >= 1 && Number.isInteger(periods) && period > 0 && period < Infinity && rate > -1 && rate < Infinity;

/** Σ over periods of (E[to its end] − E[to its beginning]) / (1 + rate)^k, of somebody certainly alive. */
export function discounted<N extends string>(model: PurchaseModel<N>, own: Params<N>, { periods, period, rate }: Plan): number {
  let before = 0, sum = 0, factor = 1;
  for (let k = 1; k <= periods; k++) {
    const now = model.law.meanAlive(own, k * period);
    factor /= 1 + rate;
    sum += (now - before) * factor;
    before = now;
  }
  return sum;
}

/** Discounted expected purchases of one customer within the plan: the DERT of Fader, Hardie & Lee 2005 with a horizon, for any model. */
export function discountedPurchases<N extends string>(model: PurchaseModel<N>, params: Params<N>, history: History, plan: Plan): number | Refused {
  return usable(plan) ? model.law.alive(params, history) * discounted(model, model.law.later(params, history), plan) : refusal('value.bad_rate', { rate: plan.rate, periods: plan.periods });
}

/** What `discountedPurchases` says of every row. */
export function discountedOfRows<N extends string>(model: PurchaseModel<N>, params: Params<N>, { x, tx, T }: Customers, plan: Plan): Float64Array {
  const history = { x: 0, tx: 0, T: 0 };
  return x.map((count, i) => {
    history.x = count;
    history.tx = tx[i] as number;
    history.T = T[i] as number;
    return model.law.alive(params, history) * discounted(model, model.law.later(params, history), plan);
  });
}

/** The refusal where columns or plan cannot be used. */
const unusable = <N extends string>({ law }: PurchaseModel<N>, customers: Customers, plan: Plan): Refused | null =>
  unreadable(law, customers) ?? (usable(plan) ? null : refusal('value.bad_rate', { rate: plan.rate, periods: plan.periods }));

/** Discounted expected purchases of whole columns, each distinct history worked out once. */
export function discountedPurchasesOf<N extends string>(model: PurchaseModel<N>, params: Params<N>, customers: Customers, plan: Plan): Float64Array | Refused {
  const bad = unusable(model, customers, plan);
  if (bad) return bad;
  const { groups, groupOf } = groupCustomers(customers);
  return spread(discountedOfRows(model, params, groups, plan), groupOf);
}

/** A purchase model and a spend model, as fitted. */
export type Value<N extends string> = { model: PurchaseModel<N>; purchases: Fit<N>; spend: Fit<SpendName> };

/** Expected spend a purchase of one row. */
export const spendOf = (params: GammaGammaParams, { x, mean }: { x: Float64Array; mean: Float64Array }, row: number): number => {
  const count = x[row] as number;
  return gammaGamma.expected(params, count, count === 0 ? 0 : (mean[row] as number));
};

/** Refuses a mean spend that is missing or below zero; what a customer without repeats has in it does not matter. */
function badSpend({ x, mean }: Customers & { mean: Float64Array }): Refused | null {
  if (mean.length !== x.length) return refusal('value.bad_columns', { x: x.length, mean: mean.length });
  const row = x.findIndex((count, i) => count > 0 && !((mean[i] as number) >= 0 && (mean[i] as number) < Infinity));
  if (row < 0) return null;
  return (mean[row] as number) < 0 ? refusal('value.spend_not_positive', { row, mean: mean[row] as number }) : refusal('value.bad_row', { row, column: 'mean' });
}

/** Residual value of whole columns: discounted expected purchases × expected spend a purchase × margin. `mean` as in Spend. */
export function residualValueOf<N extends string>({ model, purchases, spend }: Value<N>, customers: Customers & { mean: Float64Array }, plan: Plan): Float64Array | Refused {
  const bad = badSpend(customers);
  if (bad) return bad;
  const counts = discountedPurchasesOf(model, purchases.params, customers, plan), { margin = 1 } = plan;
  if (!(counts instanceof Float64Array)) return counts;
  for (let i = 0; i < counts.length; i++) counts[i] = margin * (counts[i] as number) * spendOf(spend.params, customers, i);
  return counts;
}
