const EPSILON = 1e-17;
const MOST_TERMS = 4_000_000;

/**
 * Gauss's hypergeometric function ₂F₁(a, b; c; z) for a, b, c > 0 and 0 ≤ z ≤ 1 − 1e-4 (DLMF 15.2.1). Relative error below 1e-10.
 * All terms are positive, so large arguments cost no digits; Euler's transformation (15.8.1) first, where it shortens the sum. Near z = 1 the sum is long: 40,000 terms at 0.999.
 * A value beyond 1e308 comes back as the largest number there is.
 */
export function hypergeometric(a: number, b: number, c: number, z: number): number {
  if (c - a - b < 0 && c > a && c > b) return Math.min(Number.MAX_VALUE, (1 - z) ** (c - a - b) * hypergeometric(c - a, c - b, c, z));
  return Math.min(Number.MAX_VALUE, 1 + a * hypergeometricSlope(a, b, c, z));
}

/** Sum over n ≥ 1 of (1 + a)ₙ₋₁(b)ₙ/(c)ₙ zⁿ/n!, which is (₂F₁(a, b; c; z) − 1)/a also at a = 0, where that quotient cannot be formed. Stops when terms no longer count and shrink. */
export function hypergeometricSlope(a: number, b: number, c: number, z: number): number {
  let term = (b / c) * z, sum = term;
  for (let n = 1; n < MOST_TERMS; n++) {
    const factor = (((a + n) * (b + n)) / ((c + n) * (n + 1))) * z;
    term *= factor;
    sum += term;
    if (Math.abs(term) <= EPSILON * Math.abs(sum) && Math.abs(factor) < 1) break;
  }
  return sum;
}
