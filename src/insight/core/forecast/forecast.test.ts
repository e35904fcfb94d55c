import { expect, test } from 'vitest';
import { type Random, seeded } from '../../../kernel/random.ts';
import { isRefused, type Refused } from '../../../kernel/refused.ts';
import { backtest } from './backtest.ts';
import { type Forecast, forecast } from './forecast.ts';
import { fitModel } from './models.ts';
import { minimise } from './simplex.ts';

const sure = (value: Forecast | Refused): Forecast => {
  if (isRefused(value)) throw new Error(value.refused);
  return value;
};
const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
const series = (length: number, rule: (t: number) => number): number[] => Array.from({ length }, (_, t) => rule(t));

/** Monthly airline passengers 1949–1960 in thousands (Box & Jenkins 1976, series G). */
const PASSENGERS = [
  112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135, 125, 149, 170, 170, 158, 133, 114, 140, 145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166,
  171, 180, 193, 181, 183, 218, 230, 242, 209, 191, 172, 194, 196, 196, 236, 235, 229, 243, 264, 272, 237, 211, 180, 201, 204, 188, 235, 227, 234, 264, 302, 293, 259, 229, 203, 229,
  242, 233, 267, 269, 270, 315, 364, 347, 312, 274, 237, 278, 284, 277, 317, 313, 318, 374, 413, 405, 355, 306, 271, 306, 315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336,
  340, 318, 362, 348, 363, 435, 491, 505, 404, 359, 310, 337, 360, 342, 406, 396, 420, 472, 548, 559, 463, 407, 362, 405, 417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432,
];

test('R53 airline passengers of 1960 from the years before: seasons that grow, off by less than 6 %, ten of twelve inside', () => {
  const found = sure(forecast(PASSENGERS.slice(0, 132), { horizon: 12, kind: 'count', period: 12 }));
  const actual = PASSENGERS.slice(132);
  expect(found.model).toMatch(/multiplicative$/);
  expect(found.points.reduce((sum, { value }, at) => sum + Math.abs(value / (actual[at] ?? 1) - 1), 0) / 12).toBeLessThan(0.06);
  expect(found.points.filter(({ low, high }, at) => low <= (actual[at] ?? 0) && high >= (actual[at] ?? 0)).length).toBeGreaterThanOrEqual(10);
  expect(found.backtest.mape).toBeLessThan(0.07);
  expect(found.backtest.mae).toBeLessThan(found.naive.mae);
  expect(found.naive.model).toBe('seasonal_naive');
});

test('R53 twelve months show a back-test error; under six points there is no forecast', () => {
  const found = sure(forecast([120, 132, 128, 141, 150, 149, 158, 163, 171, 169, 180, 188], { horizon: 3, kind: 'count', period: 12 }));
  expect(found.backtest.mape).toBeGreaterThan(0);
  expect(found.backtest.mape).toBeLessThan(0.1);
  expect(found.backtest.origins).toBe(6);
  expect(found.backtest.byHorizon.map(({ horizon, origins }) => [horizon, origins])).toEqual([[1, 6], [2, 5], [3, 4]]);
  expect(found.notes).toContain('forecast.no_season_yet');
  expect(forecast([1, 2, 3, 4, 5], { horizon: 1, kind: 'count' })).toEqual({ refused: 'forecast.too_few_points', facts: { points: 5, needed: 6 } });
  expect(sure(forecast([1, 2, 3, 4, 5, 6], { horizon: 1, kind: 'count' })).points).toHaveLength(1);
});

test.each([
  [[1, 2, 3, 4, 5, Number.NaN], { horizon: 1, kind: 'count' }, 'forecast.not_finite'], [[1, 2, 3, 4, 5, 1e200], { horizon: 1, kind: 'count' }, 'forecast.not_finite'], [[1, 2, 3, 4, 5, -1], { horizon: 1, kind: 'count' }, 'forecast.out_of_bounds'],
  [[1, 0, 0, 0, 0, 1.2], { horizon: 1, kind: 'rate' }, 'forecast.out_of_bounds'], [[1, 2, 3, 4, 5, 6], { horizon: 7, kind: 'count' }, 'forecast.bad_horizon'], [[1, 2, 3, 4, 5, 6], { horizon: 0, kind: 'count' }, 'forecast.bad_horizon'],
  [[1, 2, 3, 4, 5, 6], { horizon: 1, kind: 'count', level: 1 }, 'forecast.bad_level'],
] as const)('no forecast of %j with %j: %s', (values, rules, code) => expect(forecast(values, rules)).toMatchObject({ refused: code }));

test('the back-test error is what one gets by fitting on each beginning by hand, with MAPE leaving out zeros', () => {
  const values = [5, 7, 0, 4, 6, 0, 8, 9];
  const { errors } = backtest('naive', Float64Array.from(values), { period: 1, from: 4, horizon: 2 });
  // Origins 4 … 7; last known 4, 6, 0, 8.
  const misses = [[2, 6], [-4, 0], [-6, 0], [2, 8], [8, 8], [9, 9], [1, 9]] as const;
  expect(errors.mae).toBeCloseTo(misses.reduce((sum, [miss]) => sum + Math.abs(miss), 0) / 7, 12);
  const told = misses.filter(([, actual]) => actual !== 0);
  expect(errors.mape).toBeCloseTo(told.reduce((sum, [miss, actual]) => sum + Math.abs(miss) / actual, 0) / told.length, 12);
  expect(errors.zeroPoints).toBe(2);
  expect(errors.mase).toBeCloseTo(errors.mae / ((2 + 7 + 4 + 2 + 6 + 8 + 1) / 7), 12);
});

test('simple smoothing is the best of every weight and first level on a fine grid', () => {
  const random = seeded(4);
  let level = 100;
  const values = Float64Array.from({ length: 40 }, () => { const error = 10 * normal(random); const value = level + error; level += 0.3 * error; return value; });
  let best = { squares: Infinity, ahead: 0 };
  for (let alpha = 0.005; alpha < 1; alpha += 0.005) {
    for (let first = 70; first <= 130; first += 0.5) {
      let [l, squares] = [first, 0];
      for (const value of values) { squares += (value - l) ** 2; l = alpha * value + (1 - alpha) * l; }
      if (squares < best.squares) best = { squares, ahead: l };
    }
  }
  expect(fitModel('simple', values, 1).means(3).every((mean) => Math.abs(mean - best.ahead) < 0.5)).toBe(true);
});

test('naive, drift and seasonal-naive forecasts and their widths by hand', () => {
  const values = Float64Array.of(1, 2, 3, 5, 6, 9);
  expect(fitModel('naive', values, 3).means(2)).toEqual([9, 9]);
  expect(fitModel('naive', values, 3).widths(2)).toEqual([1, Math.SQRT2]);
  expect(fitModel('drift', values, 3).means(2)).toEqual([9 + 1.6, 9 + 3.2]);
  expect(fitModel('drift', values, 3).widths(2)).toEqual([Math.sqrt(1.2), Math.sqrt(2 * 1.4)]);
  expect(fitModel('seasonal_naive', values, 3).means(4)).toEqual([5, 6, 9, 5]);
  expect(fitModel('seasonal_naive', values, 3).widths(4)).toEqual([1, 1, 1, Math.SQRT2]);
});

test('a series without noise is continued: a bent trend, a season added, a season multiplied', () => {
  const bent = (t: number): number => 100 + (40 * 0.9 * (1 - 0.9 ** t)) / 0.1;
  const seasonal = (t: number): number => 500 + ([60, -20, -70, 30][t % 4] ?? 0);
  const grown = (t: number): number => (500 + 400 * (1 - 0.97 ** t)) * ([1.3, 0.9, 0.7, 1.1][t % 4] ?? 0);
  for (const [rule, period, tolerance] of [[bent, 1, 0.01], [seasonal, 4, 0.001], [grown, 4, 0.02]] as const) {
    const found = sure(forecast(series(32, rule), { horizon: 6, kind: 'money', period }));
    for (const { step, value } of found.points) expect(Math.abs(value / rule(31 + step) - 1)).toBeLessThan(tolerance);
  }
});

test('a random walk is no better told than by its last value, and the page is told so', () => {
  const random = seeded(31);
  let naive = 0;
  for (let run = 0; run < 60; run++) {
    let at = 500;
    const found = sure(forecast(series(30, () => (at += 10 * normal(random))), { horizon: 3, kind: 'money' }));
    expect(found.notes.includes('forecast.no_better_than_naive')).toBe(found.model === 'naive');
    if (found.model === 'naive') { naive++; expect(found.points[2]?.value).toBe(at); }
    expect(found.backtest.mae).toBeLessThanOrEqual(found.naive.mae);
  }
  expect(naive).toBeGreaterThan(25);
});

type Process = { name: string; period: number; make: (random: Random) => (t: number) => number };
const PROCESSES: Process[] = [
  { name: 'noise around a level', period: 1, make: (random) => () => 1000 + 30 * normal(random) },
  { name: 'a random walk', period: 1, make: (random) => { let x = 1000; return () => (x += 10 * normal(random)); } },
  { name: 'a wandering level', period: 1, make: (random) => { let level = 1000; return () => { const error = 20 * normal(random); const value = level + error; level += 0.4 * error; return value; }; } },
  { name: 'noise around a line', period: 1, make: (random) => (t) => 500 + 10 * t + 25 * normal(random) },
  { name: 'a damped trend', period: 1, make: (random) => { let [level, slope] = [1000, 15]; return () => { const error = 20 * normal(random); const trend = level + 0.95 * slope; level = trend + 0.5 * error; slope = 0.95 * slope + 0.1 * error; return trend + error; }; } },
  { name: 'quarters', period: 4, make: (random) => (t) => 1000 + ([150, -40, -160, 50][t % 4] ?? 0) + 25 * normal(random) },
];

test.each(PROCESSES)('95 % intervals and 80 % intervals of $name cover about as often as they say', ({ period, make }) => {
  const random = seeded(77);
  const [horizon, runs] = [4, period > 1 ? 40 : 80];
  const share = (level: number): number => {
    let covered = 0;
    for (const length of [12, 24]) for (let run = 0; run < runs; run++) {
      const values = series(length + horizon, make(random));
      const { points } = sure(forecast(values.slice(0, length), { horizon, kind: 'money', period, level }));
      covered += points.filter(({ low, high }, at) => low <= (values[length + at] ?? Number.NaN) && (values[length + at] ?? Number.NaN) <= high).length;
    }
    return covered / (2 * runs * horizon);
  };
  const [wide, narrow] = [share(0.95), share(0.8)];
  expect(wide).toBeGreaterThan(0.91);
  expect(wide).toBeLessThan(0.985);
  expect(narrow).toBeGreaterThan(0.74);
  expect(narrow).toBeLessThan(0.89);
}, 20_000);

test('counts never go below 0, rates stay within 0–1, and nothing is ever NaN, whatever the series', () => {
  const random = seeded(13);
  const shapes: ((t: number) => number)[] = [() => 0, () => 7, (t) => Math.max(0, 60 - 10 * t), (t) => (t % 3 === 0 ? 1e9 : 0), (t) => 2 ** t, () => Math.floor(random() * 3), (t) => (t === 9 ? 1e12 : 1), () => random() * 1e-12];
  for (const shape of shapes) for (const length of [6, 7, 13, 27]) for (const period of [1, 4, 12]) {
    const found = sure(forecast(series(length, shape), { horizon: 4, kind: 'count', period }));
    const figures = [...found.points.flatMap(({ value, low, high }) => [value, low, high]), found.backtest.mae, found.backtest.mape ?? 0, found.backtest.mase ?? 0];
    expect([shape.toString(), length, period, figures.every(Number.isFinite)]).toEqual([shape.toString(), length, period, true]);
    for (const { value, low, high } of found.points) expect([low >= 0, low <= value, value <= high]).toEqual([true, true, true]);
  }
  const rate = sure(forecast([0.9, 0.93, 0.95, 0.96, 0.99, 1, 1], { horizon: 4, kind: 'rate' }));
  expect(rate.points.every(({ value, low, high }) => low >= 0 && value <= 1 && high <= 1)).toBe(true);
});

test('the simplex finds the bottom of Rosenbrock\'s valley and of a bowl in five dimensions', () => {
  const valley = minimise(([x = 0, y = 0]) => (1 - x) ** 2 + 100 * (y - x * x) ** 2, [-1.2, 1], 0.5, 500);
  expect(valley[0]).toBeCloseTo(1, 3);
  expect(valley[1]).toBeCloseTo(1, 3);
  const bowl = minimise((at) => at.reduce((sum, value, i) => sum + (i + 1) * (value - i) ** 2, 0), [3, 3, 3, 3, 3], 0.5, 2000);
  for (const [i, value] of bowl.entries()) expect(value).toBeCloseTo(i, 2);
});
