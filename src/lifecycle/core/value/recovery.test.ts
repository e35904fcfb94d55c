import { describe, expect, test } from 'vitest';
import { seeded } from '../../../kernel/random.ts';
import { bgBb, bgNbd, type Fit, gammaGamma, isRefused, mbgNbd, nbd, paretoNbd, type PurchaseModel, type Refused, shiftedBetaGeometric, simulate, simulateContracts, simulateSpend } from './index.ts';
import { inverse } from './matrix.ts';

/** 90 % points of χ² with two, three and four degrees of freedom. */
const CHI_90: Record<number, number> = { 2: 4.605, 3: 6.251, 4: 7.779 };

/** The true parameters' squared distance from the estimate, in the metric of its covariance over logarithms. */
function distance<N extends string>(fit: Fit<N> | Refused, truth: Record<N, number>): number {
  if (isRefused(fit) || !fit.logCovariance) return Infinity;
  const precision = inverse(fit.logCovariance), names = Object.keys(truth) as N[], off = names.map((name) => Math.log(fit.params[name] / truth[name]));
  return off.reduce((sum, d, i) => sum + off.reduce((row, e, j) => row + d * e * (precision?.[i]?.[j] ?? Infinity), 0), 0);
}

/** The share of simulations whose 90 % confidence region holds the truth: 9 in 10, give or take three standard errors. */
function covers<N extends string>(truth: Record<N, number>, runs: number, fitOne: (seed: number) => Fit<N> | Refused): void {
  const held = Array.from({ length: runs }, (_, seed) => distance(fitOne(seed + 1), truth) <= (CHI_90[Object.keys(truth).length] ?? 0)).filter(Boolean).length / runs;
  const slack = 3 * Math.sqrt((0.9 * 0.1) / runs);
  expect(held).toBeGreaterThan(0.9 - slack);
  expect(held).toBeLessThanOrEqual(1);
}

const times = (count: number, longest: number, seed: number): Float64Array => {
  const random = seeded(seed);
  return new Float64Array(count).map(() => longest * (0.4 + 0.6 * random()));
};

describe('parameters are recovered within their interval at its nominal rate', () => {
  const of = <N extends string>(model: PurchaseModel<N>, truth: Record<N, number>, size: number, runs: number): void =>
    covers(truth, runs, (seed) => model.fit(simulate(model, truth, times(size, 60, seed), { random: seeded(1_000 + seed) })));

  test('BG/NBD', () => of(bgNbd, { r: 0.6, alpha: 5, a: 0.9, b: 2.5 }, 2_500, 80));
  test('MBG/NBD', () => of(mbgNbd, { r: 0.8, alpha: 6, a: 0.9, b: 2 }, 2_500, 80));
  test('Pareto/NBD', () => of(paretoNbd, { r: 0.7, alpha: 8, s: 0.8, beta: 15 }, 1_200, 50));
  test('NBD', () => of(nbd, { r: 0.5, alpha: 10 }, 1_000, 80));
  test('BG/BB', () => covers({ alpha: 1.2, beta: 0.8, gamma: 0.8, delta: 2.8 }, 60, (seed) =>
    bgBb.fit(simulate(bgBb, { alpha: 1.2, beta: 0.8, gamma: 0.8, delta: 2.8 }, new Float64Array(3_000).fill(8), { random: seeded(seed) }))));
  test('Gamma-Gamma', () => covers({ p: 6, q: 4, v: 15 }, 80, (seed) => {
    const random = seeded(seed), x = new Float64Array(1_500).map(() => 1 + Math.floor(-2 * Math.log(1 - random())));
    return gammaGamma.fit(simulateSpend({ p: 6, q: 4, v: 15 }, x, random));
  }));
  test('shifted-beta-geometric', () => covers({ alpha: 0.7, beta: 2.5 }, 80, (seed) => shiftedBetaGeometric.fit(simulateContracts({ alpha: 0.7, beta: 2.5 }, 1_000, 8, seeded(seed)))));
});
