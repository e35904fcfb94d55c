/** Lanczos coefficients, g = 7 (Lanczos 1964; values of Godfrey 2001). */
const LANCZOS = [0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7];
const TINY = 1e-300;
const STEPS = 500;
const PRECISION = 1e-16;

/** ln Γ(x) for x > 0, about 15 digits. */
export function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const sum = LANCZOS.reduce((total, coefficient, at) => (at === 0 ? coefficient : total + coefficient / (x - 1 + at)), 0);
  const t = x + 6.5;
  return Math.log(2 * Math.PI) / 2 + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Continued fraction b₀ + a₁/(b₁ + a₂/(b₂ + …)) by the modified Lentz method (Thompson & Barnett 1986). */
function lentz(first: number, term: (n: number) => { a: number; b: number }): number {
  let value = first || TINY;
  let c = value;
  let d = 0;
  for (let n = 1; n <= STEPS; n++) {
    const { a, b } = term(n);
    d = 1 / (b + a * d || TINY);
    c = b + a / c || TINY;
    value *= c * d;
    if (Math.abs(c * d - 1) < PRECISION) break;
  }
  return value;
}

/** Upper regularised incomplete gamma Q(a, x) (Abramowitz & Stegun 6.5.29 and 6.5.31). */
export function gammaTail(a: number, x: number): number {
  if (x <= 0) return 1;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x >= a + 1) return front / lentz(x + 1 - a, (n) => ({ a: n * (a - n), b: x + 2 * n + 1 - a }));
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n <= STEPS && term > sum * PRECISION; n++) sum += term *= x / (a + n);
  return 1 - front * sum;
}

/** Regularised incomplete beta I_x(a, b) (Abramowitz & Stegun 26.5.8). */
export function betaShare(a: number, b: number, x: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaShare(b, a, 1 - x);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  return front / lentz(1, (n) => {
    const m = Math.floor(n / 2);
    return { a: n % 2 === 0 ? (m * (b - m) * x) / ((a + n - 1) * (a + n)) : (-(a + m) * (a + b + m) * x) / ((a + n - 1) * (a + n)), b: 1 };
  });
}

/** P(Z > z) of the standard normal; small tails keep their digits. */
export const normalTail = (z: number): number => (z < 0 ? 1 - normalTail(-z) : gammaTail(0.5, (z * z) / 2) / 2);

export const normalCdf = (z: number): number => normalTail(-z);

/** P(T > t) of Student's t with `df` degrees of freedom. */
export const studentTail = (t: number, df: number): number => (t < 0 ? 1 - studentTail(-t, df) : betaShare(df / 2, 0.5, df / (df + t * t)) / 2);

/** P(X > x) of chi-square with `df` degrees of freedom. */
export const chiSquareTail = (x: number, df: number): number => gammaTail(df / 2, x / 2);

/** Where a falling tail reaches `p`, by doubling and halving: a few microseconds, and never off its bracket. */
function whereTail(tail: (x: number) => number, p: number): number {
  let low = 0;
  let high = 1;
  while (tail(high) > p && high < 1e300) high *= 2;
  for (let step = 0; step < 200 && high - low > 1e-15 * high; step++) {
    const middle = (low + high) / 2;
    if (tail(middle) > p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** z with P(Z < z) = p, 0 < p < 1. */
export const normalQuantile = (p: number): number => (p < 0.5 ? -whereTail(normalTail, p) : p === 0.5 ? 0 : whereTail(normalTail, 1 - p));

/** t with P(T < t) = p, 0 < p < 1. */
export const studentQuantile = (p: number, df: number): number => (p < 0.5 ? -whereTail((t) => studentTail(t, df), p) : p === 0.5 ? 0 : whereTail((t) => studentTail(t, df), 1 - p));
