import { describe, expect, test } from 'vitest';
import { seeded } from '../../../kernel/random.ts';
import { bgBb, bgNbd, type Customers, drawParams, gammaGamma, isRefused, mbgNbd, nbd, paretoNbd, type PurchaseModel, REFUSALS, shiftedBetaGeometric, simulate, spendIndependence, WARNINGS } from './index.ts';

const MODELS = [bgNbd, mbgNbd, paretoNbd, nbd] as unknown as readonly PurchaseModel<string>[];
const rows = (count: number, row: (i: number) => readonly [number, number, number]): (readonly [number, number, number])[] => Array.from({ length: count }, (_, i) => row(i));
const columns = (data: readonly (readonly [number, number, number])[]): Customers => ({ x: Float64Array.from(data, ([x]) => x), tx: Float64Array.from(data, ([, tx]) => tx), T: Float64Array.from(data, ([, , T]) => T) });

/** Every number anywhere in a result. */
const numbersIn = (value: unknown): number[] =>
  typeof value === 'number' ? [value] : value instanceof Float64Array ? [...value] : value !== null && typeof value === 'object' ? Object.values(value).flatMap(numbersIn) : [];

const REFUSED: [string, readonly (readonly [number, number, number])[], string][] = [
  ['nobody', [], 'value.too_few_customers'],
  ['one customer', [[3, 5, 10]], 'value.too_few_customers'],
  ['all one-time buyers', rows(500, (i) => [0, 0, i % 50]), 'value.no_repeaters'],
  ['ten years of nothing', rows(500, () => [0, 0, 520]), 'value.no_repeaters'],
  ['nine who came back', [...rows(9, (i) => [1, 1 + i, 20]), ...rows(90, () => [0, 0, 20])], 'value.too_few_repeaters'],
  ['everybody with the same history', rows(200, () => [3, 10, 20]), 'value.no_variation'],
  ['half a purchase', [[0.5, 3, 5]], 'value.bad_row'],
  ['a time that is no number', [[1, Number.NaN, 5]], 'value.bad_row'],
  ['a repeat after the end', [[1, 7, 5]], 'value.bad_row'],
  ['a repeat at once', [[1, 0, 5]], 'value.bad_row'],
  ['a last time without a repeat', [[0, 2, 5]], 'value.bad_row'],
];

const random = seeded(3);
const poisson = rows(400, () => {
  let x = 0, last = 0;
  for (let time = -5 * Math.log(1 - random()); time < 100; time += -5 * Math.log(1 - random())) [x, last] = [x + 1, time];
  return [x, last, 100];
});
const WARNED: [string, readonly (readonly [number, number, number])[], string][] = [
  ['ten years in which hardly anybody came back', [...rows(300, () => [0, 0, 520]), ...rows(20, (i) => [1 + (i % 3), 5 + i, 520])], 'value.few_repeaters'],
  ['hourly buyers for ten years', rows(200, (i) => [87_000 + 6 * i, 3_649.9, 3_650]), 'value.boundary.no_dropout'],
  ['hourly buyers beside one-time buyers', [...rows(200, (i) => [87_000 + 6 * i, 3_649.9, 3_650]), ...rows(200, () => [0, 0, 3_650])], ''],
  ['all gone at once', [...rows(400, () => [0, 0, 100]), ...rows(30, (i) => [1, 0.1 + i / 1e4, 100])], 'value.few_repeaters'],
  ['nobody ever leaves', rows(400, (i) => [10 + (i % 5), 99 + (i % 3) / 10, 100]), 'value.boundary.no_dropout'],
  ['one rate for all, for ever', poisson, 'value.boundary.same_rate'],
  ['times of a millionth', rows(100, (i) => [i % 4, i % 4 === 0 ? 0 : 1e-7 * (1 + (i % 3)), 1e-6]), ''],
];

describe.each(MODELS)('$key', (model) => {
  test.each(REFUSED)('%s: a coded refusal', (_, data, code) => {
    const result = model.fit(columns(data));
    expect(result).toMatchObject({ refused: code });
    expect(REFUSALS).toContain(code);
  });

  test.each(WARNED)('%s: every figure is a number, the warning says what is odd', (_, data, code) => {
    const customers = columns(data), fit = model.fit(customers);
    if (isRefused(fit)) throw new Error(fit.refused);
    if (code !== '' && model.key !== 'nbd') expect(fit.warnings).toContain(code);
    for (const warning of fit.warnings) expect(WARNINGS).toContain(warning);
    for (const horizon of [1e-3, 1, 100, 1e5]) {
      const scores = model.score(fit.params, customers, horizon);
      if (isRefused(scores)) throw new Error(scores.refused);
      expect(numbersIn(scores).filter((value) => !Number.isFinite(value))).toEqual([]);
      expect(Math.min(...scores.alive, ...scores.noPurchase, ...scores.expected)).toBeGreaterThanOrEqual(-1e-12);
      expect(Math.max(...scores.alive, ...scores.noPurchase)).toBeLessThanOrEqual(1 + 1e-12);
    }
    expect(numbersIn(fit).filter((value) => !Number.isFinite(value))).toEqual([]);
    const drawn = drawParams(fit, 5, seeded(1));
    expect(numbersIn(drawn).filter((value) => !Number.isFinite(value))).toEqual([]);
  });
});

test('columns of different lengths and weights below zero are refused', () => {
  const x = Float64Array.of(1, 0), tx = Float64Array.of(1, 0), T = Float64Array.of(2, 2);
  expect(bgNbd.fit({ x, tx, T: Float64Array.of(2) })).toMatchObject({ refused: 'value.bad_columns' });
  expect(bgNbd.score({ r: 1, alpha: 1, a: 1, b: 1 }, { x, tx, T, weight: Float64Array.of(1, -1) }, 5)).toMatchObject({ refused: 'value.bad_row', facts: { row: 1, column: 'weight' } });
  expect(bgBb.fit({ x: new Float64Array(20).fill(3), tx: new Float64Array(20).map((_, i) => 2 + (i % 2) / 2), T: new Float64Array(20).fill(6) })).toMatchObject({ refused: 'value.bad_row' });
});

test('a horizon is a time above zero, for BG/BB a whole one; its rows are counted', () => {
  const one = { x: Float64Array.of(1), tx: Float64Array.of(2), T: Float64Array.of(6) }, params = { alpha: 1, beta: 1, gamma: 1, delta: 2 };
  for (const horizon of [0, -1, Number.NaN, Infinity]) expect(nbd.score({ r: 1, alpha: 1 }, one, horizon)).toMatchObject({ refused: 'value.bad_horizon' });
  expect(bgBb.score(params, one, 2.5)).toMatchObject({ refused: 'value.bad_horizon' });
  expect(bgBb.score(params, { ...one, T: Float64Array.of(6.5) }, 2)).toMatchObject({ refused: 'value.bad_row' });
  expect(numbersIn(bgBb.score(params, one, 2)).every(Number.isFinite)).toBe(true);
});

test('at a boundary there are no standard errors, but draws vary what the data do speak of', () => {
  const fit = mbgNbd.fit(simulate(nbd, { r: 0.7, alpha: 20 }, new Float64Array(800).fill(60), { random: seeded(1) }));
  if (isRefused(fit)) throw new Error(fit.refused);
  expect(fit.warnings).toEqual(expect.arrayContaining(['value.boundary.no_dropout', 'value.no_covariance']));
  expect(fit.standardErrors).toBeNull();
  const drawn = drawParams(fit, 200, seeded(1));
  if ('refused' in drawn) throw new Error(drawn.refused);
  expect(new Set(drawn.map(({ r }) => r)).size).toBe(200);
  expect(new Set(drawn.map(({ a }) => a)).size).toBe(1);
});

describe('spend', () => {
  const x = new Float64Array(40).map((_, i) => 1 + (i % 4)), mean = x.map((_, i) => 20 + (i % 7));
  test.each([
    ['a negative mean', mean.with(3, -5), 'value.spend_not_positive'],
    ['a mean of zero', mean.with(3, 0), 'value.spend_not_positive'],
    ['the same for all', mean.map(() => 9.9), 'value.spend_without_variance'],
    ['no number', mean.with(3, Number.NaN), 'value.bad_row'],
  ])('%s is refused', (_, means, code) => {
    expect(gammaGamma.fit({ x, mean: means })).toMatchObject({ refused: code });
  });
  test('too few buyers are refused; buyers of nothing are passed over', () => {
    expect(gammaGamma.fit({ x: new Float64Array(40), mean })).toMatchObject({ refused: 'value.too_few_repeaters', facts: { repeaters: 0 } });
    const fit = gammaGamma.fit({ x: x.with(0, 0), mean: mean.with(0, 0) });
    expect(fit).toMatchObject({ customers: 39 });
    expect(numbersIn(fit).filter((value) => !Number.isFinite(value))).toEqual([]);
  });
  test('independence: a known correlation with its interval; refused without variation', () => {
    const related = spendIndependence({ x, mean: x.map((count, i) => 10 * count + (i % 7)) });
    expect(related).toMatchObject({ customers: 40, isIndependent: false });
    // r = 0.3 and n = 28: 0.3 ± tanh-interval −0.083…0.605 (Fisher's z tables: atanh 0.3 = 0.3095, 1.96/5 = 0.392).
    const z = [Math.tanh(Math.atanh(0.3) - 1.959964 / 5), Math.tanh(Math.atanh(0.3) + 1.959964 / 5)] as const;
    const base = new Float64Array(28).map((_, i) => (i % 2 === 0 ? 1 : 3)), other = new Float64Array(28).map((_, i) => (i % 4 < 2 ? -1 : 1));
    const mixed = spendIndependence({ x: base, mean: base.map((value, i) => 10 + 0.3 * (value - 2) + Math.sqrt(1 - 0.09) * (other[i] as number)) });
    if (isRefused(mixed)) throw new Error(mixed.refused);
    expect(mixed.correlation).toBeCloseTo(0.3, 12);
    expect([mixed.low, mixed.high]).toEqual([expect.closeTo(z[0], 6), expect.closeTo(z[1], 6)]);
    expect(spendIndependence({ x, mean: mean.map(() => 5) })).toMatchObject({ refused: 'value.too_little_variation' });
  });
});

test('contracts: refused where nobody left, nobody renewed, or counts cannot be', () => {
  const renewals = Float64Array.of(3, 3, 2), fitTo = (ended: number[], n = renewals) => shiftedBetaGeometric.fit({ renewals: n, ended: Uint8Array.from(ended) });
  expect(fitTo([0, 0, 0])).toMatchObject({ refused: 'value.no_losses' });
  expect(fitTo([1, 1, 1], Float64Array.of(0, 0, 0))).toMatchObject({ refused: 'value.no_renewals' });
  expect(fitTo([1, 0, 0], Float64Array.of(1, -1, 2))).toMatchObject({ refused: 'value.bad_row' });
  expect(shiftedBetaGeometric.lifetime({ alpha: 1, beta: 2 }, 0)).toMatchObject({ refused: 'value.bad_rate' });
});
