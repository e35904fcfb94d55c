import type { Random } from '../../../kernel/random.ts';
import { checkCustomers, type Customers, groupCustomers, type History, spread } from './columns.ts';
import { drawParams, type Fit } from './fit.ts';
import { gammaGamma, type GammaGammaParams } from './gammaGamma.ts';
import type { PurchaseModel } from './purchaseModel.ts';
import { refusal, type Refused } from './refused.ts';
import { gamma } from './variates.ts';

type SpendName = keyof GammaGammaParams;
type Params<N extends string> = Readonly<Record<N, number>>;

/** What of the future counts: so many periods of this length (in the unit of the fit), the k-th discounted by (1 + rate)^−k. margin: the share of spend that is ours, 1 unless given. */
export type Plan = { periods: number; period: number; rate: number; margin?: number };

/** A customer for whom spend is known too; spend is the mean a repeat purchase, 0 where there was none. */
export type Spender = History & { spend: number };

/** An interval round an expectation. */
export type Interval = { expected: number; low: number; high: number };

const usable = ({ periods, period, rate }: Plan): boolean => periods >= 1 && Number.isInteger(periods) && period > 0 && period < Infinity && rate > -1 && rate < Infinity;

/** Σ over periods of (E[to its end] − E[to its beginning]) / (1 + rate)^k, of somebody certainly alive. */
function discounted<N extends string>(model: PurchaseModel<N>, own: Params<N>, { periods, period, rate }: Plan): number {
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

/** Discounted expected purchases of whole columns, each distinct history worked out once. */
export function discountedPurchasesOf<N extends string>(model: PurchaseModel<N>, params: Params<N>, customers: Customers, plan: Plan): Float64Array | Refused {
  const bad = checkCustomers(customers);
  if (bad) return bad;
  if (!usable(plan)) return refusal('value.bad_rate', { rate: plan.rate, periods: plan.periods });
  const { groups: { x, tx, T }, groupOf } = groupCustomers(customers), history = { x: 0, tx: 0, T: 0 };
  const found = x.map((count, i) => {
    history.x = count;
    history.tx = tx[i] as number;
    history.T = T[i] as number;
    return model.law.alive(params, history) * discounted(model, model.law.later(params, history), plan);
  });
  return spread(found, groupOf);
}

/** A purchase model and a spend model, as fitted. */
export type Value<N extends string> = { model: PurchaseModel<N>; purchases: Fit<N>; spend: Fit<SpendName> };

/** Residual value of whole columns: discounted expected purchases × expected spend a purchase × margin. `mean` as in Spend. */
export function residualValueOf<N extends string>({ model, purchases, spend }: Value<N>, customers: Customers & { mean: Float64Array }, plan: Plan): Float64Array | Refused {
  const counts = discountedPurchasesOf(model, purchases.params, customers, plan), { margin = 1 } = plan;
  if (!(counts instanceof Float64Array)) return counts;
  for (let i = 0; i < counts.length; i++) counts[i] = margin * (counts[i] as number) * gammaGamma.expected(spend.params, customers.x[i] as number, customers.mean[i] as number);
  return counts;
}

function interval(values: Float64Array, expected: number, level: number): Interval {
  const sorted = values.sort(), at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(share * (sorted.length - 1))))] as number;
  return { expected, low: at((1 - level) / 2), high: at((1 + level) / 2) };
}

type Draws = { random: Random; draws?: number; level?: number };

function paired<N extends string>({ purchases, spend }: Value<N>, { random, draws = 400 }: Draws): { own: Params<N>; money: GammaGammaParams }[] | Refused {
  const owns = drawParams(purchases, draws, random), moneys = drawParams(spend, draws, random);
  if ('refused' in owns) return owns;
  return 'refused' in moneys ? moneys : owns.map((own, i) => ({ own, money: moneys[i] as GammaGammaParams }));
}

const worth = <N extends string>(model: PurchaseModel<N>, own: Params<N>, money: GammaGammaParams, { spend, ...history }: Spender, plan: Plan): number =>
  (plan.margin ?? 1) * model.law.alive(own, history) * discounted(model, model.law.later(own, history), plan) * gammaGamma.expected(money, history.x, spend);

/**
 * Residual value summed over customers (one, a segment, all), with the interval that comes of not knowing the parameters: what the average of many such would be.
 * Refused where a fit has no covariance, or the plan cannot be summed.
 */
export function expectedValue<N extends string>(value: Value<N>, people: readonly Spender[], plan: Plan, draws: Draws): Interval | Refused {
  if (!usable(plan)) return refusal('value.bad_rate', { rate: plan.rate, periods: plan.periods });
  const pairs = paired(value, draws);
  if ('refused' in pairs) return pairs;
  const sum = (own: Params<N>, money: GammaGammaParams): number => people.reduce((all, one) => all + worth(value.model, own, money, one, plan), 0);
  return interval(Float64Array.from(pairs, ({ own, money }) => sum(own, money)), sum(value.purchases.params, value.spend.params), draws.level ?? 0.9);
}

/** One imagined future: alive or not, purchases when the model has them, each spending as this customer's own mean has it. */
function outcome<N extends string>(model: PurchaseModel<N>, own: Params<N>, money: GammaGammaParams, one: Spender, plan: Plan, random: Random): number {
  if (random() >= model.law.alive(own, one)) return 0;
  const rate = gamma(money.p * one.x + money.q, random) / (money.v + one.x * one.spend);
  let sum = 0;
  model.law.live(model.law.later(own, one), plan.periods * plan.period, random, (time) => {
    sum += gamma(money.p, random) / rate / (1 + plan.rate) ** Math.ceil(time / plan.period);
  });
  return sum * (plan.margin ?? 1);
}

/** What one customer will really bring: the interval holds the parameters' uncertainty and the customer's own chance; much wider than `expectedValue`. */
export function outcomeValue<N extends string>(value: Value<N>, one: Spender, plan: Plan, draws: Draws): Interval | Refused {
  if (!usable(plan)) return refusal('value.bad_rate', { rate: plan.rate, periods: plan.periods });
  const pairs = paired(value, { draws: 2_000, ...draws });
  if ('refused' in pairs) return pairs;
  const futures = Float64Array.from(pairs, ({ own, money }) => outcome(value.model, own, money, one, plan, draws.random));
  return interval(futures, worth(value.model, value.purchases.params, value.spend.params, one, plan), draws.level ?? 0.9);
}
