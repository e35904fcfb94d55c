import type { Random } from '../../../kernel/random.ts';
import { type Customers, type History, spread } from './columns.ts';
import { groupCustomers } from './grouping.ts';
import { drawParams } from './draws.ts';
import { gammaGamma, type GammaGammaParams } from './gammaGamma.ts';
import type { PurchaseModel } from './purchaseModel.ts';
import { refusal, type Refused } from './refused.ts';
import { discounted, discountedOfRows, type Plan, residualValueOf, spendOf, usable, type Value } from './residual.ts';
import { normalQuantile } from './special.ts';
import { gamma } from './variates.ts';

type Params<N extends string> = Readonly<Record<N, number>>;

/** An interval round an expectation. */
export type Interval = { expected: number; low: number; high: number };

/** The same for every customer, in the order given. */
export type Intervals = { expected: Float64Array; low: Float64Array; high: Float64Array };

/** A customer for whom spend is known too; spend is the mean a repeat purchase, 0 where there was none. */
export type Spender = History & { spend: number };

function interval(values: Float64Array, expected: number, level: number): Interval {
  const sorted = values.sort(), at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.max(0, Math.round(share * (sorted.length - 1))))] as number;
  return { expected, low: at((1 - level) / 2), high: at((1 + level) / 2) };
}

/** level: the share the interval is to hold, 0.9 unless given. */
export type Draws = { random: Random; draws?: number; level?: number };

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

/** Standard deviation over draws of the logarithm of a figure of each row. */
function logSpread(rows: number, draws: readonly (() => Float64Array)[]): Float64Array {
  const sums = new Float64Array(rows), squares = new Float64Array(rows);
  for (const draw of draws) draw().forEach((value, i) => {
    const log = Math.log(Math.max(value, 1e-300));
    sums[i] = (sums[i] as number) + log;
    squares[i] = (squares[i] as number) + log * log;
  });
  return squares.map((square, i) => Math.sqrt(Math.max(0, square / draws.length - ((sums[i] as number) / draws.length) ** 2)));
}

const spendOfRows = (money: GammaGammaParams, { x, mean }: { x: Float64Array; mean: Float64Array }): Float64Array => x.map((_, row) => spendOf(money, { x, mean }, row));

/**
 * What `expectedValue` says, for every customer of whole columns: the interval is log-normal with the spread of some forty draws, that of purchases worked out once for each distinct history.
 * Takes the time of `residualValueOf` times the draws: 40,000 distinct histories in some seconds.
 */
export function expectedValuesOf<N extends string>(value: Value<N>, customers: Customers & { mean: Float64Array }, plan: Plan, { random, draws = 40, level = 0.9 }: Draws): Intervals | Refused {
  const expected = residualValueOf(value, customers, plan), pairs = paired(value, { random, draws });
  if (!(expected instanceof Float64Array)) return expected;
  if ('refused' in pairs) return pairs;
  const { groups, groupOf } = groupCustomers(customers);
  const purchases = spread(logSpread(groups.x.length, pairs.map(({ own }) => () => discountedOfRows(value.model, own, groups, plan))), groupOf);
  const money = logSpread(customers.x.length, pairs.map((pair) => () => spendOfRows(pair.money, customers)));
  const z = normalQuantile((1 + level) / 2), factor = purchases.map((spreadOf, i) => Math.exp(z * Math.hypot(spreadOf, money[i] as number)));
  return { expected, low: expected.map((one, i) => one / (factor[i] as number)), high: expected.map((one, i) => one * (factor[i] as number)) };
}
