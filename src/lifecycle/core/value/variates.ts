import type { Random } from '../../../kernel/random.ts';

/** A standard normal number (Marsaglia's polar method). */
export function normal(random: Random): number {
  for (;;) {
    const u = 2 * random() - 1, v = 2 * random() - 1, s = u * u + v * v;
    if (s > 0 && s < 1) return u * Math.sqrt((-2 * Math.log(s)) / s);
  }
}

/** An exponential number of mean 1. */
export const exponential = (random: Random): number => -Math.log(1 - random());

/** A gamma number of the given shape and scale 1 (Marsaglia & Tsang 2000); a shape below 1 by the boost of their section 6. */
export function gamma(shape: number, random: Random): number {
  if (shape < 1) return gamma(shape + 1, random) * Math.exp(-exponential(random) / shape);
  const d = shape - 1 / 3, c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random), v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** A beta number as the share of two gammas. */
export function beta(a: number, b: number, random: Random): number {
  const first = gamma(a, random), second = gamma(b, random), sum = first + second;
  return sum > 0 ? first / sum : random() * (a + b) < a ? 1 : 0;
}
