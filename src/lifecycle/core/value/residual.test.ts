import { expect, test } from 'vitest';
import { readCdnow } from '../../../../test/support/cdnow.ts';
import { hasShared } from '../../../../test/support/shared.ts';
import { seeded } from '../../../kernel/random.ts';
import { bgNbd, discountedPurchases, discountedPurchasesOf, drawParams, expectedValue, expectedValuesOf, type Fit, gammaGamma, type Interval, isRefused, outcomeValue, paretoNbd, type Refused, residualValueOf, shiftedBetaGeometric, simulate, simulateSpend, spendIndependence, type Value } from './index.ts';

const given = <T extends object>(result: T | Refused): T => {
  if (isRefused(result)) throw new Error(result.refused);
  return result;
};
const sum = (values: Iterable<number>): number => [...values].reduce((all, value) => all + value, 0);
const MONTHS = { periods: 12, period: 4.345, rate: 0.01 };

/** A shop of 2,000 customers with known laws. */
function shop() {
  const random = seeded(21), T = new Float64Array(2_000).map(() => 20 + 30 * random());
  const truth = { r: 0.6, alpha: 5, a: 0.9, b: 2.5 }, money = { p: 6, q: 4, v: 15 };
  const customers = simulate(bgNbd, truth, T, { random }), spend = simulateSpend(money, customers.x, random);
  const value: Value<'r' | 'alpha' | 'a' | 'b'> = { model: bgNbd, purchases: given(bgNbd.fit(customers)), spend: given(gammaGamma.fit(spend)) };
  return { truth, money, customers, spend, value };
}

test.skipIf(!hasShared)('CDNOW: the value of twelve months at 1 % a month, by the convention of a month of 4.345 weeks', () => {
  const data = readCdnow('CDNOW_sample.txt'), value = { model: bgNbd, purchases: given(bgNbd.fit(data)), spend: given(gammaGamma.fit(data)) };
  const worth = given(residualValueOf(value, data, MONTHS));
  expect((worth[0] as number) / 36.278).toBeCloseTo(1, 3);
  expect((worth[5] as number) / 283.524).toBeCloseTo(1, 3);
  expect(sum(worth) / 71_509.9).toBeCloseTo(1, 4);
  const { correlation } = given(spendIndependence(data));
  expect(correlation).toBeCloseTo(0.1139, 4);
});

test('columns, single customers and the interval agree on what is expected; margin scales it', () => {
  const { customers, spend, value } = shop(), columns = { ...customers, mean: spend.mean };
  const worth = given(residualValueOf(value, columns, MONTHS)), half = given(residualValueOf(value, columns, { ...MONTHS, margin: 0.5 }));
  const counts = given(discountedPurchasesOf(bgNbd, value.purchases.params, customers, MONTHS));
  for (const i of [0, 7, 500]) {
    const one = { x: customers.x[i] as number, tx: customers.tx[i] as number, T: customers.T[i] as number, spend: spend.mean[i] as number };
    expect(counts[i]).toBeCloseTo(discountedPurchases(bgNbd, value.purchases.params, one, MONTHS) as number, 10);
    expect(given(expectedValue(value, [one], MONTHS, { random: seeded(1), draws: 50 })).expected).toBeCloseTo(worth[i] as number, 8);
    expect(half[i]).toBeCloseTo((worth[i] as number) / 2, 10);
  }
});

test('the intervals of columns are close to those of single customers', () => {
  const { customers, spend, value } = shop(), columns = { ...customers, mean: spend.mean };
  const { expected, low, high } = given(expectedValuesOf(value, columns, MONTHS, { random: seeded(5), draws: 60 })), worth = given(residualValueOf(value, columns, MONTHS));
  expect(expected).toEqual(worth);
  for (const i of [0, 7, 500, 1_200]) {
    const one = { x: customers.x[i] as number, tx: customers.tx[i] as number, T: customers.T[i] as number, spend: spend.mean[i] as number };
    const single = given(expectedValue(value, [one], MONTHS, { random: seeded(6), draws: 600 }));
    expect((high[i] as number) / (low[i] as number) / (single.high / single.low)).toBeGreaterThan(0.8);
    expect((high[i] as number) / (low[i] as number) / (single.high / single.low)).toBeLessThan(1.25);
  }
});

test('values are refused for means that are missing or below zero', () => {
  const { customers, spend, value } = shop(), row = customers.x.findIndex((x) => x > 0), at = (mean: Float64Array) => residualValueOf(value, { ...customers, mean }, MONTHS);
  expect(at(spend.mean.with(row, -1))).toMatchObject({ refused: 'value.spend_not_positive', facts: { row } });
  expect(at(spend.mean.with(row, Number.NaN))).toMatchObject({ refused: 'value.bad_row' });
  expect(at(spend.mean.slice(1))).toMatchObject({ refused: 'value.bad_columns' });
  expect(expectedValuesOf(value, { ...customers, mean: spend.mean }, { ...MONTHS, period: 0 }, { random: seeded(1) })).toMatchObject({ refused: 'value.bad_rate' });
});

test('without a discount the periods add up to the expectation over them; a discount takes from it', () => {
  const { customers, value: { purchases } } = shop(), history = { x: 3, tx: 20, T: 30 };
  expect(discountedPurchases(bgNbd, purchases.params, history, { periods: 10, period: 3, rate: 0 })).toBeCloseTo(bgNbd.expected(purchases.params, history, 30), 10);
  expect(discountedPurchases(bgNbd, purchases.params, history, { periods: 10, period: 3, rate: 0.05 }) as number).toBeLessThan(bgNbd.expected(purchases.params, history, 30));
  expect(discountedPurchases(bgNbd, purchases.params, history, { periods: 0, period: 3, rate: 0 })).toMatchObject({ refused: 'value.bad_rate' });
  expect(discountedPurchasesOf(bgNbd, purchases.params, { ...customers, x: customers.x.with(0, -1) }, MONTHS)).toMatchObject({ refused: 'value.bad_row' });
});

test('the interval of an expectation holds the true expectation at about its rate', () => {
  const history = { x: 4, tx: 25, T: 30, spend: 30 }, truth = { r: 0.6, alpha: 5, a: 0.9, b: 2.5 }, money = { p: 6, q: 4, v: 15 };
  const wanted = (discountedPurchases(bgNbd, truth, history, MONTHS) as number) * gammaGamma.expected(money, 4, 30);
  const held = Array.from({ length: 60 }, (_, seed) => {
    const random = seeded(seed + 100), T = new Float64Array(1_500).map(() => 20 + 30 * random()), customers = simulate(bgNbd, truth, T, { random });
    const value = { model: bgNbd, purchases: given(bgNbd.fit(customers)), spend: given(gammaGamma.fit(simulateSpend(money, customers.x, random))) };
    const { low, high } = given(expectedValue(value, [history], MONTHS, { random, draws: 200, level: 0.9 }));
    return low <= wanted && wanted <= high;
  }).filter(Boolean).length / 60;
  expect(held).toBeGreaterThan(0.9 - 3 * Math.sqrt(0.09 / 60));
});

test('the interval of an outcome holds what such a customer then did, and is wider than that of the expectation', () => {
  const { truth, money, value } = shop(), one = { x: 4, tx: 25, T: 30, spend: 30 }, random = seeded(4), plan = { periods: 26, period: 1, rate: 0 };
  const outcome = given(outcomeValue(value, one, plan, { random, level: 0.8 })), expectation = given(expectedValue(value, [one], plan, { random, level: 0.8 }));
  const width = ({ low, high }: Interval): number => high - low;
  expect(width(outcome)).toBeGreaterThan(2 * width(expectation));
  const exact: Value<'r' | 'alpha' | 'a' | 'b'> = { model: bgNbd, purchases: { ...value.purchases, params: truth }, spend: { ...value.spend, params: money } };
  const futures = given(outcomeValue(exact, one, plan, { random: seeded(8), draws: 4_000, level: 0.5 }));
  expect(futures.low).toBeGreaterThanOrEqual(outcome.low);
  expect(futures.high).toBeLessThanOrEqual(outcome.high);
});

test('drawn parameters have the covariance of the fit', () => {
  const { value: { purchases } } = shop(), drawn = drawParams(purchases, 20_000, seeded(3)) as Record<'r' | 'alpha' | 'a' | 'b', number>[];
  const logs = drawn.map(({ r }) => Math.log(r / purchases.params.r)), mean = sum(logs) / logs.length;
  expect(sum(logs.map((value) => (value - mean) ** 2)) / logs.length / (purchases.logCovariance?.[0]?.[0] ?? 0)).toBeCloseTo(1, 1);
  const both = drawn.map(({ a, b }) => Math.log(a / purchases.params.a) * Math.log(b / purchases.params.b));
  expect(sum(both) / both.length / (purchases.logCovariance?.[2]?.[3] ?? 0)).toBeCloseTo(1, 1);
});

test('spend: of customers whose true mean is known, the named share lies below each quantile; the interval narrows with purchases', () => {
  const money = { p: 6, q: 4, v: 15 }, truth = simulateSpend(money, new Float64Array(4_000).fill(1e6), seeded(2)).mean;
  for (const share of [0.05, 0.5, 0.95]) {
    const below = truth.filter((mean) => mean <= gammaGamma.quantile(money, 0, 0, share)).length / truth.length;
    expect(Math.abs(below - share)).toBeLessThan(3 * Math.sqrt((share * (1 - share)) / truth.length));
  }
  const width = (count: number): number => gammaGamma.quantile(money, count, 20, 0.95) / gammaGamma.quantile(money, count, 20, 0.05);
  expect(width(2)).toBeGreaterThan(width(20));
});

test('contracts: lifetime is the discounted sum of survival, residual lifetime grows with renewals', () => {
  const params = { alpha: 0.704, beta: 1.182 }, rate = 0.1, survived = Array.from({ length: 400 }, (_, t) => shiftedBetaGeometric.survival(params, t) / (1 + rate) ** t);
  expect(shiftedBetaGeometric.lifetime(params, rate)).toBeCloseTo(sum(survived), 10);
  const after = Array.from({ length: 400 }, (_, t) => shiftedBetaGeometric.survival(params, 3 + t + 1) / shiftedBetaGeometric.survival(params, 3) / (1 + rate) ** t);
  expect(shiftedBetaGeometric.residualLifetime(params, 3, rate)).toBeCloseTo(sum(after), 10);
  expect(shiftedBetaGeometric.residualLifetime(params, 4, rate) as number).toBeGreaterThan(shiftedBetaGeometric.residualLifetime(params, 1, rate) as number);
  expect(shiftedBetaGeometric.retention(params, 3)).toBeCloseTo(shiftedBetaGeometric.survival(params, 3) / shiftedBetaGeometric.survival(params, 2), 12);
});

test('Pareto/NBD gives values by the same functions', () => {
  const { customers, spend } = shop(), purchases: Fit<'r' | 'alpha' | 's' | 'beta'> = given(paretoNbd.fit(customers));
  const worth = given(residualValueOf({ model: paretoNbd, purchases, spend: given(gammaGamma.fit(spend)) }, { ...customers, mean: spend.mean }, MONTHS));
  expect(worth.every((one) => Number.isFinite(one) && one >= 0)).toBe(true);
});
