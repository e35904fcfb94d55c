import { describe, expect, test } from 'vitest';
import { growth } from './growth.ts';
import { hypergeometric } from './hypergeometric.ts';
import { leftIntegral, PARTS } from './paretoIntegral.ts';
import { betaI, digamma, gammaP, gammaQuantile, logAdd, logBeta, logGamma, normalCdf, normalQuantile } from './special.ts';
import { cholesky, inverse } from './matrix.ts';
import { minimise, minimiseFrom } from './optimise.ts';

/** Reference values were computed with mpmath at 30 digits. */
const near = (actual: number, wanted: number, relative = 1e-11): void => expect(Math.abs(actual - wanted), `${actual} against ${wanted}`).toBeLessThanOrEqual(relative * Math.abs(wanted));

test.each([[1e-5, 11.51291969289583, -100000.5771992157], [0.5, 0.5723649429247001, -1.963510026021423], [1.5, -0.1207822376352452, 0.03648997397857652], [3.7, 1.428072326665388, 1.167153539361511], [11.9, 17.25847745059552, 2.433933536882537], [50, 144.5657439463449, 3.901989673427892], [1e6, 12815504.56914761, 13.81551005796419]])(
  'ln Γ and ψ at %d', (z, log, psi) => {
    near(logGamma(z), log, 1e-13);
    near(digamma(z), psi, 1e-13);
  });

test.each([[0.05, 0.05, 0.882243563885668], [1, 0.3, 0.259181779318282], [2.5, 7.5, 0.989637662084214], [300, 270, 0.0380319793401207], [5000, 5100, 0.920671118922381]])('P(%d, %d) and back', (a, x, share) => {
  near(gammaP(a, x), share);
  near(gammaQuantile(a, share), x, 1e-9);
});

test.each([[0.1, 0.9, 0.001, 0.492988105066303], [3, 2, 0.6, 0.4752], [40, 30, 0.5, 0.114200112676648], [1000, 800, 0.6, 0.999934842060214]])('I(%d, %d) at %d', (a, b, z, share) => {
  near(betaI(a, b, z), share);
  near(betaI(b, a, 1 - z), 1 - share, 1e-7);
});

test.each([[0.5, 1, 2, 0.3, 1.0889331564395], [10, 8, 50, 0.9, 5.71245507744244], [1, 400, 300, 0.8, 2207.46822333224], [2.5, 2.4, 9, 0.95, 2.53092404549444], [60, 100, 2000, 0.99, 22.0687867254831], [1, 3.8, 4.5, 0.999, 47.3879177689392], [0.3, 0.5, 0.7, 0.5, 1.15611820566937]])(
  '₂F₁(%d, %d; %d; %d)', (a, b, c, z, value) => near(hypergeometric(a, b, c, z), value));

test('a value of ₂F₁ too large for a number stays one', () => {
  expect(hypergeometric(500, 900, 1, 0.9)).toBe(Number.MAX_VALUE);
});

test.each([[0.55, 10.6, 0.6, 11.7, 0, 0, 39, -3.650233083955541], [0.55, 10.6, 0.6, 11.7, 26, 30.86, 39, -104.9868013740895], [10.465, 0.00798565, 3.0516, 2.82, 500, 100, 200, -2370.110093497718], [1, 500, 0.1, 0.01, 3, 0.39, 39, -25.82308386366266], [60, 0.5, 1, 2000, 132, 100, 3000, -901.0922881316536], [0.05, 80, 0.001, 2000, 26, 0.5, 1, -129.6035271767449]])(
  'the integral over the time of leaving: r %d, α %d, s %d, β %d, history %d, %d, %d', (r, alpha, s, beta, x, tx, T, log) => {
    const out = new Float64Array(PARTS);
    leftIntegral({ r, alpha, s, beta }, x, tx, T, out, true);
    near(out[0] as number, log, 1e-13);
  });

test.each([[0.243, 4.414, 0.793, 2.426, 39, 1.19672319332082], [300, 0.5, 0.01, 2000, 500, 288097.286916757], [10.5, 10.6, 2, 2.4, 5000, 3.39817966734637], [1, 0.5, 0.3, 0.2, 39, 11.1779683342602], [300, 10.6, 1.000001, 0.05, 1, 1.19020793528181], [0.55, 80, 40, 30, 39, 0.221315349436235]])(
  'purchases of somebody alive: r %d, α %d, a %d, b %d, t %d', (r, alpha, a, b, t, value) => near(growth({ r, alpha, a, b }, t), value));

describe('small helpers at their ends', () => {
  test('sums of logarithms', () => {
    expect(logAdd(-Infinity, 2)).toBe(2);
    near(logAdd(-1000, -1000), -1000 + Math.LN2);
    near(logBeta(2, 3), Math.log(1 / 12));
  });
  test('the normal law', () => {
    near(normalQuantile(0.975), 1.959963984540054);
    near(normalQuantile(1e-6), -4.753424308822899);
    near(normalCdf(-1.959963984540054), 0.025);
    expect(normalQuantile(0.5)).toBe(0);
  });
  test('matrices', () => {
    const product = (a: number[][], b: number[][]) => a.map((row) => (b[0] ?? []).map((_, j) => row.reduce((sum, value, k) => sum + value * (b[k]?.[j] ?? 0), 0)));
    const matrix = [[4, 2, 0.5], [2, 5, 1], [0.5, 1, 3]];
    for (const [i, row] of product(matrix, inverse(matrix) ?? []).entries()) for (const [j, value] of row.entries()) expect(value).toBeCloseTo(i === j ? 1 : 0, 12);
    expect([inverse([[1, 2], [2, 1]]), cholesky([[-1]]), inverse([[0]])]).toEqual([null, null, null]);
  });
});

describe('the optimiser', () => {
  test('walks the valley of Rosenbrock to its end', () => {
    const end = minimise((theta, gradient) => {
      const [x = 0, y = 0] = theta;
      gradient.set([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)]);
      return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
    }, Float64Array.of(-1.2, 1));
    expect([...end.theta]).toEqual([expect.closeTo(1, 6), expect.closeTo(1, 6)]);
    expect(end.iterations).toBeLessThan(80);
  });
  test('takes the better of two wells and stops at a bound', () => {
    const wells = (theta: Float64Array, gradient: Float64Array): number => {
      const x = theta[0] as number;
      gradient[0] = 4 * x ** 3 - 8 * x + 0.5;
      return x ** 4 - 4 * x ** 2 + 0.5 * x;
    };
    expect(minimiseFrom(wells, [Float64Array.of(2), Float64Array.of(-2)]).theta[0]).toBeLessThan(-1.4);
    const slide = minimise((theta, gradient) => {
      gradient[0] = -1;
      return -(theta[0] as number);
    }, Float64Array.of(0));
    expect([slide.theta[0], slide.gradient[0]]).toEqual([9.2, 0]);
  });
});
