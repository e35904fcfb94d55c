import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readCdnow } from '../../../../test/support/cdnow.ts';
import { hasShared, sharedData } from '../../../../test/support/shared.ts';
import { bgBb, bgNbd, contractsOf, type Fit, gammaGamma, isRefused, mbgNbd, nbd, paretoNbd, type PurchaseModel, type Refused, shiftedBetaGeometric } from './index.ts';

const fitted = <N extends string>(result: Fit<N> | Refused): Fit<N> => {
  if (isRefused(result)) throw new Error(result.refused);
  return result;
};
const near = (actual: number, published: number, relative: number): void => expect(Math.abs(actual / published - 1), `${actual} against ${published}`).toBeLessThan(relative);
const same = <N extends string>(fit: Fit<N>, published: Record<N, number>, relative: number): void => {
  for (const [name, value] of Object.entries(published) as [N, number][]) near(fit.params[name], value, relative);
};
const total = (values: Iterable<number>): number => [...values].reduce((sum, value) => sum + value, 0);

/** The hold-out of 39 weeks: what the model expects in all, and by how much it is wrong a customer. */
function holdOut<N extends string>(model: PurchaseModel<N>, fit: Fit<N>, data: ReturnType<typeof readCdnow>): { total: number; mae: number } {
  const scores = model.score(fit.params, data, 39);
  if (isRefused(scores)) throw new Error(scores.refused);
  return { total: total(scores.expected), mae: total(scores.expected.map((value, i) => Math.abs(value - (data.after[i] as number)))) / data.x.length };
}

describe.skipIf(!hasShared)('published figures, CDNOW sample of 2,357 customers', () => {
  const data = readCdnow('CDNOW_sample.txt');

  test('the columns are those of the papers', () => {
    expect([data.x.length, total(data.x), total(data.after)]).toEqual([2357, 2457, 1882]);
  });

  test('BG/NBD: parameters, errors, log-likelihood, customers, expected purchases of a new customer, hold-out', () => {
    const fit = fitted(bgNbd.fit(data)), { params } = fit;
    same(fit, { r: 0.242595, alpha: 4.413602, a: 0.792922, b: 2.425906 }, 1e-3);
    expect(fit.logLikelihood).toBeCloseTo(-9582.4292, 3);
    expect(fit.scaledGradient).toBeLessThan(1e-6);
    for (const [name, error] of Object.entries({ r: 0.0126, alpha: 0.378, a: 0.186, b: 0.705 })) near(fit.standardErrors?.[name as 'r'] ?? 0, error, 5e-3);
    for (const [x, tx, T, expected, alive] of [[2, 30.43, 38.86, 1.2259, 0.72661], [0, 0, 38.86, 0.19478, 1], [1, 1.71, 38.86, 0.20325, 0.21223], [26, 30.86, 31, 20.7506, 0.96892]] as const) {
      near(bgNbd.expected(params, { x, tx, T }, 39), expected, 5e-5);
      near(bgNbd.alive(params, { x, tx, T }), alive, 3e-5);
    }
    for (const [t, mean] of [[0.1429, 0.0078], [1, 0.0532], [3, 0.1506], [31.8571, 1.0405], [32, 1.0437], [78, 1.8576]] as const) expect(Math.abs(bgNbd.mean(params, t) - mean)).toBeLessThan(1e-3);
    const { total: expected, mae } = holdOut(bgNbd, fit, data);
    expect(expected).toBeCloseTo(1653.4, 0);
    expect(mae).toBeCloseTo(0.7855, 3);
    const published = { r: 0.243, alpha: 4.414, a: 0.793, b: 2.426 };
    expect(bgNbd.pmf(published, 0, 39)).toBeCloseTo(0.5737864, 6);
    near(bgNbd.pmf(published, 10, 2), 1.07869e-7, 1e-5);
  });

  test('MBG/NBD', () => {
    const fit = fitted(mbgNbd.fit(data)), { params } = fit;
    same(fit, { r: 0.524843, alpha: 6.183086, a: 0.891359, b: 1.614002 }, 1e-3);
    expect(fit.logLikelihood).toBeCloseTo(-9582.1357, 3);
    for (const [x, tx, T, expected, alive] of [[2, 30.43, 38.86, 1.26267, 0.70613], [0, 0, 38.86, 0.15395, 0.38972]] as const) {
      near(mbgNbd.expected(params, { x, tx, T }, 39), expected, 5e-5);
      near(mbgNbd.alive(params, { x, tx, T }), alive, 5e-5);
    }
    const { total: expected, mae } = holdOut(mbgNbd, fit, data);
    expect(expected).toBeCloseTo(1576.7, 0);
    expect(mae).toBeCloseTo(0.7648, 3);
  });

  test('Pareto/NBD, also where ₂F₁ underflows', () => {
    const fit = fitted(paretoNbd.fit(data)), { params } = fit;
    same(fit, { r: 0.553277, alpha: 10.577684, s: 0.60624, beta: 11.668731 }, 5e-3);
    expect(fit.logLikelihood).toBeCloseTo(-9594.9762, 3);
    for (const [name, error] of Object.entries({ r: 0.0476, alpha: 0.843, s: 0.187, beta: 6.21 })) near(fit.standardErrors?.[name as 'r'] ?? 0, error, 5e-3);
    for (const [x, tx, T, t, expected, alive] of [[26, 30.86, 31, 52, 25.456, 0.99787], [2, 30.43, 38.86, 39, 1.45511, 0.86912], [0, 0, 38.86, 39, 0.10706, 0.2951]] as const) {
      near(paretoNbd.expected(params, { x, tx, T }, t), expected, 2e-4);
      near(paretoNbd.alive(params, { x, tx, T }), alive, 2e-4);
    }
    near(paretoNbd.expected(params, { x: 132, tx: 200, T: 200 }, 10), 6.2061, 2e-4);
    near(paretoNbd.expected(params, { x: 133, tx: 200, T: 200 }, 10), 6.2529, 2e-4);
    const { total: expected, mae } = holdOut(paretoNbd, fit, data);
    expect(expected).toBeCloseTo(1665.5, 0);
    expect(mae).toBeCloseTo(0.7545, 3);
  });

  test('NBD and Gamma-Gamma', () => {
    const rhythm = fitted(nbd.fit(data));
    same(rhythm, { r: 0.384766, alpha: 12.072023 }, 1e-3);
    expect(Math.abs(rhythm.logLikelihood + 9763.6577)).toBeLessThan(0.01);
    const spend = fitted(gammaGamma.fit(data));
    expect(spend.customers).toBe(946);
    for (const [name, value] of Object.entries({ p: 6.2488, q: 3.7446, v: 15.4477 })) expect(Math.abs(spend.params[name as 'p'] - value)).toBeLessThan(0.01);
    expect(spend.logLikelihood).toBeCloseTo(-4055.92, 1);
    for (const [i, mean] of [[0, 24.66], [1, 18.91], [2, 35.17], [5, 71.46], [8, 27.28]] as const) expect(Math.abs(gammaGamma.expected(spend.params, data.x[i] as number, data.mean[i] as number) - mean)).toBeLessThan(0.1);
  });
});

describe.skipIf(!hasShared)('published figures, other data', () => {
  test('CDNOW full file of 23,570 customers', () => {
    const data = readCdnow('CDNOW_master.txt');
    expect([data.x.length, total(data.x), data.x.filter((x) => x === 0).length, total(data.after)]).toEqual([23570, 24337, 14119, 19684]);
    same(fitted(bgNbd.fit(data)), { r: 0.25162, alpha: 4.78895, a: 0.72343, b: 2.16109 }, 1e-3);
    same(fitted(mbgNbd.fit(data)), { r: 0.63714, alpha: 7.31029, a: 0.80747, b: 1.22839 }, 1e-3);
    same(fitted(paretoNbd.fit(data)), { r: 0.59743, alpha: 11.58598, s: 0.52218, beta: 8.82763 }, 5e-3);
    expect(holdOut(bgNbd, fitted(bgNbd.fit(data)), data).total).toBeCloseTo(16873.7, 0);
    expect(holdOut(mbgNbd, fitted(mbgNbd.fit(data)), data).total).toBeCloseTo(15933.6, 0);
    near(holdOut(paretoNbd, fitted(paretoNbd.fit(data)), data).total, 17153.2, 1e-4);
  });

  test('BG/BB on 11,104 donors', () => {
    const rows = readFileSync(join(sharedData, 'cdnow/donations.csv'), 'utf8').trim().split('\n').slice(1).map((row) => row.split(',').map(Number));
    const column = (place: number) => Float64Array.from(rows, (row) => row[place] as number), donors = { x: column(0), tx: column(1), T: column(2), weight: column(3) };
    const fit = fitted(bgBb.fit(donors)), { params } = fit, at = (x: number, tx: number) => ({ x, tx, T: 6 });
    same(fit, { alpha: 1.2035, beta: 0.7497, gamma: 0.6567, delta: 2.7834 }, 1e-3);
    expect(fit.logLikelihood).toBeCloseTo(-33225.58, 1);
    expect(bgBb.mean(params, 10)).toBeCloseTo(3.1798, 3);
    expect(bgBb.expected(params, at(0, 0), 10)).toBeCloseTo(0.1302, 4);
    expect(bgBb.expected(params, at(4, 5), 10)).toBeCloseTo(3.6279, 3);
    for (const [x, tx, alive] of [[0, 0, 0.11], [2, 4, 0.59], [6, 6, 0.93]] as const) expect(bgBb.alive(params, at(x, tx))).toBeCloseTo(alive, 2);
    expect(total(rows.map(([x = 0, tx = 0, , weight = 0]) => weight * bgBb.expected(params, at(x, tx), 5)))).toBeCloseTo(12884.2, 0);
  });
});

test('shifted-beta-geometric: two cohorts of 1,000 over seven renewals', () => {
  for (const [survivors, alpha, beta, logLikelihood, later] of [
    [[1000, 631, 468, 382, 326, 289, 262, 241], 0.70408, 1.18204, -1680.2652, [0.2201, 0.2044, 0.1912, 0.1799, 0.17]],
    [[1000, 869, 743, 653, 593, 551, 517, 491], 0.66809, 3.8061, -1611.1582, [0.4604, 0.4358, 0.4142, 0.3951, 0.378]],
  ] as const) {
    const fit = fitted(shiftedBetaGeometric.fit(contractsOf(survivors)));
    same(fit, { alpha, beta }, 1e-5);
    expect(Math.abs(fit.logLikelihood - logLikelihood)).toBeLessThan(1e-4);
    for (const [i, share] of later.entries()) expect(shiftedBetaGeometric.survival(fit.params, 8 + i)).toBeCloseTo(share, 4);
  }
});
