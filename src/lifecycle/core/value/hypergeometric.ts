import { digamma, logGamma } from './special.ts';

const EPSILON = 1e-17;
const MOST_TERMS = 200_000;
/** Beyond this the series in z crawls and the one in 1 − z runs. */
const NEAR_ONE = 0.92;
/** Distance from an integer at which the two halves of the 1 − z formula begin to cancel. */
const NEAR_INTEGER = 1e-3;

/** Σ (a)ₙ(b)ₙ/(c)ₙ zⁿ/n!, DLMF 15.2.1. Stops when terms no longer count and shrink. */
function series(a: number, b: number, c: number, z: number): number {
  let term = 1, sum = 1;
  for (let n = 0; n < MOST_TERMS; n++) {
    const factor = (((a + n) * (b + n)) / ((c + n) * (n + 1))) * z;
    term *= factor;
    sum += term;
    if (Math.abs(term) <= EPSILON * Math.abs(sum) && Math.abs(factor) < 1) break;
  }
  return sum;
}

/** ln|Γ(z)| and the sign of Γ(z) for any z that is no pole, by reflection (DLMF 5.5.3). */
function gammaParts(z: number): { log: number; sign: number } {
  if (z > 0) return { log: logGamma(z), sign: 1 };
  const sine = Math.sin(Math.PI * z);
  return { log: Math.log(Math.PI / Math.abs(sine)) - logGamma(1 - z), sign: Math.sign(sine) };
}

const isPole = (z: number): boolean => z <= 0 && Number.isInteger(z);

/** Γ(p)Γ(q) / (Γ(u)Γ(v)); 0 where the denominator is infinite. */
function gammaRatio(p: number, q: number, u: number, v: number): number {
  if (isPole(u) || isPole(v)) return 0;
  const [top, next, low, last] = [gammaParts(p), gammaParts(q), gammaParts(u), gammaParts(v)];
  return top.sign * next.sign * low.sign * last.sign * Math.exp(top.log + next.log - low.log - last.log);
}

/** DLMF 15.8.4: from z to 1 − z, where d = c − a − b is no integer. */
function reflected(a: number, b: number, c: number, z: number): number {
  const d = c - a - b;
  return gammaRatio(c, d, c - a, c - b) * series(a, b, 1 - d, 1 - z)
    + (1 - z) ** d * gammaRatio(c, -d, a, b) * series(c - a, c - b, 1 + d, 1 - z);
}

/**
 * Near an integer d the function is smooth in c though the formula is not: interpolate it from eight points round about.
 * The nodes stand 0.02 apart, off the integer; the error is of the order 1e-11.
 */
function interpolated(a: number, b: number, c: number, z: number): number {
  const centre = c - (c - a - b - Math.round(c - a - b));
  const nodes = [-7, -5, -3, -1, 1, 3, 5, 7].map((k) => centre + 0.02 * k);
  return nodes.reduce((sum, node) => sum + reflected(a, b, node, z) * nodes.reduce((share, other) => (other === node ? share : (share * (c - other)) / (node - other)), 1), 0);
}

/**
 * Gauss's hypergeometric function ₂F₁(a, b; c; z) for real a, b, c > 0 and z < 1. Relative error about 1e-12; 1e-10 where z > 0.92 and c − a − b is an integer.
 * Negative z by Pfaff (DLMF 15.8.1); where c − a − b is negative, Euler's transformation (15.8.1) first, so large arguments meet no huge terms; z near 1 by 15.8.4.
 */
export function hypergeometric(a: number, b: number, c: number, z: number): number {
  if (z === 0 || a === 0 || b === 0) return 1;
  if (z < 0) return (1 - z) ** -a * hypergeometric(a, c - b, c, z / (z - 1));
  if (c - a - b < 0) return (1 - z) ** (c - a - b) * settled(c - a, c - b, c, z);
  return settled(a, b, c, z);
}

function settled(a: number, b: number, c: number, z: number): number {
  if (z <= NEAR_ONE || c > 500 * (1 + Math.abs(a * b))) return series(a, b, c, z);
  const d = c - a - b;
  if (Math.abs(d - Math.round(d)) > NEAR_INTEGER) return reflected(a, b, c, z);
  return interpolated(a, b, c, z);
}

/**
 * Sum over n ≥ 1 of (1 + ε)ₙ₋₁(b)ₙ/(c)ₙ zⁿ/n!, which is (₂F₁(ε, b; c; z) − 1)/ε also at ε = 0, where that quotient cannot be formed.
 */
export function hypergeometricSlope(epsilon: number, b: number, c: number, z: number): number {
  if (Math.abs(epsilon) > 0.05 && z > NEAR_ONE) return (settled(epsilon, b, c, z) - 1) / epsilon;
  let term = (b / c) * z, sum = term;
  for (let n = 1; n < MOST_TERMS; n++) {
    const factor = (((epsilon + n) * (b + n)) / ((c + n) * (n + 1))) * z;
    term *= factor;
    sum += term;
    if (Math.abs(term) <= EPSILON * Math.abs(sum) && Math.abs(factor) < 1) break;
  }
  return sum;
}
