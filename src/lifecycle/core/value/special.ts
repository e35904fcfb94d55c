/** Coefficients of Stirling's series for ln Γ: B₂ₖ / (2k(2k − 1)), NIST DLMF 5.11.1. */
const STIRLING = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156] as const;
/** Coefficients of the asymptotic series of ψ: B₂ₖ / 2k, NIST DLMF 5.11.2. */
const PSI = [1 / 12, -1 / 120, 1 / 252, -1 / 240, 1 / 132, -691 / 32760, 1 / 12] as const;
const HALF_LOG_TWO_PI = 0.9189385332046728;
/** Above this the asymptotic series are exact to the last digits. */
const LARGE = 12;
const EPSILON = 2.2e-16;
const TINY = 1e-300;

/** ln Γ(z) for z > 0; absolute error below 1e-14 for z < 100, relative beyond. Recurrence up to 12, then Stirling (DLMF 5.11.1). */
export function logGamma(z: number): number {
  let shifted = z, product = 1;
  for (; shifted < LARGE; shifted++) product *= shifted;
  const w = 1 / (shifted * shifted);
  let series = 0;
  for (let k = STIRLING.length - 1; k >= 0; k--) series = series * w + (STIRLING[k] as number);
  return (shifted - 0.5) * Math.log(shifted) - shifted + HALF_LOG_TWO_PI + series / shifted - Math.log(product);
}

/** ψ(z), the derivative of ln Γ, for z > 0 (DLMF 5.11.2 after recurrence). */
export function digamma(z: number): number {
  let shifted = z, sum = 0;
  for (; shifted < LARGE; shifted++) sum -= 1 / shifted;
  const w = 1 / (shifted * shifted);
  let series = 0;
  for (let k = PSI.length - 1; k >= 0; k--) series = series * w + (PSI[k] as number);
  return sum + Math.log(shifted) - 0.5 / shifted - series * w;
}

/** ln B(a, b) for a, b > 0. */
export const logBeta = (a: number, b: number): number => logGamma(a) + logGamma(b) - logGamma(a + b);

/** ln(eᵃ + eᵇ) without overflow; −∞ stands for nothing. */
export const logAdd = (a: number, b: number): number => {
  const high = Math.max(a, b), low = Math.min(a, b);
  return low === -Infinity ? high : high + Math.log1p(Math.exp(low - high));
};

/** (1 − e⁻ᵏᵘ) / k, whose limit at k = 0 is u: the removable singularity of many expected-purchase formulas. */
export const decayed = (k: number, u: number): number => (Math.abs(k * u) < 1e-12 ? u : -Math.expm1(-k * u) / k);

/** A continued fraction by the modified Lentz method (Thompson & Barnett 1986); `term(k)` gives the k-th numerator and denominator. */
function lentz(first: number, numerator: (k: number) => number, denominator: (k: number) => number): number {
  let f = first || TINY, c = f, d = 0;
  for (let k = 1; k <= 100_000; k++) {
    const a = numerator(k), b = denominator(k);
    d = 1 / (b + a * d || TINY);
    c = b + a / c || TINY;
    f *= c * d;
    if (Math.abs(c * d - 1) < EPSILON) break;
  }
  return f;
}

/** Regularised lower incomplete gamma P(a, x), a > 0, x ≥ 0 (DLMF 8.11.4 by series, 8.9.2 by continued fraction). */
export function gammaP(a: number, x: number): number {
  if (x <= 0) return 0;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x >= a + 1) return 1 - front / lentz(x + 1 - a, (k) => -k * (k - a), (k) => x + 2 * k + 1 - a);
  let term = 1 / a, sum = term;
  for (let n = 1; n < 100_000 && Math.abs(term) > EPSILON * sum; n++) sum += term *= x / (a + n);
  return Math.min(1, sum * front);
}

const betaNumerator = (a: number, b: number, z: number) => (k: number): number => {
  const m = k >> 1;
  return k % 2 === 0 ? (m * (b - m) * z) / ((a + k - 1) * (a + k)) : (-(a + m) * (a + b + m) * z) / ((a + k - 1) * (a + k));
};

/** Regularised incomplete beta I_z(a, b), a, b > 0, 0 ≤ z ≤ 1 (continued fraction DLMF 8.17.22). */
export function betaI(a: number, b: number, z: number): number {
  if (z <= 0 || z >= 1) return z <= 0 ? 0 : 1;
  const front = Math.exp(a * Math.log(z) + b * Math.log1p(-z) - logBeta(a, b));
  if (z > (a + 1) / (a + b + 2)) return 1 - front / (b * lentz(1, betaNumerator(b, a, 1 - z), () => 1));
  return front / (a * lentz(1, betaNumerator(a, b, z), () => 1));
}

/** Steps of Newton's before halving alone goes on: at the far end, where P hardly moves, rounding leads it about. */
const NEWTON_MOST = 30;
/** A step as small as this leaves no more than rounding behind: each is about the square of the one before. */
const NEWTON_LAST = 1e-9;

/**
 * The x with P(a, x) = share, 0 < share < 1: Newton's steps on ln P in u = ln x, where it is concave, so that from the left they never pass the answer;
 * halving where one would leave the bracket.
 */
export function gammaQuantile(a: number, share: number): number {
  const logGammaA = logGamma(a);
  let low = (Math.log(share) + logGamma(a + 1)) / a - 1, high = Math.log(a + 20 + 12 * Math.sqrt(a) - 2 * Math.log1p(-share)), u = low;
  for (let nth = 0; nth < 200 && high - low > 1e-14 * Math.max(1, Math.abs(low)); nth++) {
    const x = Math.exp(u), p = gammaP(a, x), next = u - (Math.log(p / share) * p) / Math.exp(a * u - x - logGammaA);
    if (p < share) low = u;
    else high = u;
    const isInside = nth < NEWTON_MOST && next > low && next < high;
    if (isInside && Math.abs(next - u) < NEWTON_LAST) return Math.exp(next);
    u = isInside ? next : (low + high) / 2;
  }
  return Math.exp((low + high) / 2);
}

/** The standard normal distribution function, through P(½, z²/2). */
export const normalCdf = (z: number): number => 0.5 * (1 + Math.sign(z) * gammaP(0.5, (z * z) / 2));

/** The z with Φ(z) = share, 0 < share < 1. */
export const normalQuantile = (share: number): number =>
  share === 0.5 ? 0 : Math.sign(share - 0.5) * Math.sqrt(2 * gammaQuantile(0.5, Math.abs(2 * share - 1)));
