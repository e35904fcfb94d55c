import { hypergeometricSlope } from './hypergeometric.ts';
import { integrate } from './quadrature.ts';
import { decayed, logBeta } from './special.ts';

/** Purchases at rate λ ~ Gamma(r, α) while alive; after a purchase the customer leaves with probability p ~ Beta(a, b). */
export type BgParams = { readonly r: number; readonly alpha: number; readonly a: number; readonly b: number };

/** Beyond these the series is long (times far beyond the data), alternates (rates all alike) or is lost against its factor (everybody leaves), and the integral is taken. */
const LONG = 0.98;
const ALTERNATING = -2;
const LOST = 200;

/**
 * E[purchases in t] of somebody certainly alive: the mean of (1 − (1 + pt/α)^−r)/p over p ~ Beta(a, b).
 * Fader, Hardie & Lee 2005 eq. 9 after Euler's transformation, whose ₂F₁ has small numerators; a = 1, a pole of the paper's form, is no exception here.
 */
export function growth({ r, alpha, a, b }: BgParams, t: number): number {
  if (t <= 0) return 0;
  // Beta(a, b) is a mixture of Beta(a, b + 1) and Beta(a + 1, b); it leads away from the poles of the formula at a + b = 1 and 0.
  if (a + b < 1.1) return (b * growth({ r, alpha, a, b: b + 1 }, t) + a * growth({ r, alpha, a: a + 1, b }, t)) / (a + b);
  const z = t / (alpha + t), left = Math.log1p(t / alpha), c = a + b - 1;
  if (z > LONG || c - r < ALTERNATING || (a - 1) * left > LOST) return growthByIntegral({ r, alpha, a, b }, t);
  return c * (decayed(a - 1, left) - Math.exp((1 - a) * left) * hypergeometricSlope(a - 1, c - r, c, z));
}

/** The same mean over the log-odds of p, where the integrand is smooth; its tails are cut where it has fallen by e⁻⁴⁰. */
function growthByIntegral({ r, alpha, a, b }: BgParams, t: number): number {
  const norm = logBeta(a, b), peak = Math.log(a / b), width = 9 * Math.sqrt((a + b) / (a * b)), turn = -Math.log1p((r * t) / alpha);
  const inner = (u: number): number => {
    const logP = u > 0 ? -Math.log1p(Math.exp(-u)) : u - Math.log1p(Math.exp(u)), p = Math.exp(logP);
    return Math.exp(a * logP + b * (logP - u) - norm) * (p > 1e-290 ? -Math.expm1(-r * Math.log1p((p * t) / alpha)) / p : (r * t) / alpha);
  };
  const marks = [Math.min(peak, turn) - 40 / a - width, Math.min(peak, turn), Math.max(peak, turn), Math.max(peak, turn) + 40 / b + width];
  return marks.slice(1).reduce((sum, mark, i) => sum + integrate(inner, marks[i] as number, mark), 0);
}
