import { type Random, seeded } from '../../kernel/random.ts';

/** A stream of chance of one thing alone: the same seed, thing and purpose give the same numbers wherever they are asked. */
export const chanceOf = (seed: number, thing: number, purpose: number): Random =>
  seeded(seed ^ Math.imul(thing + 1, 0x9e3779b1) ^ Math.imul(purpose + 1, 0x85ebca6b));

/** An integer of `from` … `to`, both included. */
export const between = (random: Random, from: number, to: number): number => from + Math.floor(random() * (to - from + 1));

export const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

/** A wheel of weights, turned by one number of [0, 1): the index it stops at. */
export function wheel(weights: readonly number[]): (at: number) => number {
  const edges = new Float64Array(weights.length);
  let total = 0;
  weights.forEach((weight, i) => { total += weight; edges[i] = total; });
  return (at) => indexOf(edges, at * total);
}

/** The first index whose edge lies above `at`; the last one when none does. */
export function indexOf(edges: Float64Array, at: number): number {
  let low = 0, high = edges.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] as number) > at) high = middle; else low = middle + 1;
  }
  return low;
}

/** Standard normal (Box–Muller, one of the pair). */
export const normal = (random: Random): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

export const lognormal = (random: Random, median: number, sigma: number): number => median * Math.exp(sigma * normal(random));

/** Waiting time of mean 1 whose regularity grows with `shape`: 1 is Poisson chance, 4 is almost a habit (Erlang). */
export function erlang(random: Random, shape: number): number {
  let product = 1;
  for (let i = 0; i < shape; i++) product *= 1 - random();
  return -Math.log(product) / shape;
}

/** Gamma of mean 1 and the given shape (Marsaglia & Tsang 2000; the boost of §6 below shape 1). */
export function gamma(random: Random, shape: number): number {
  if (shape < 1) return (gamma(random, shape + 1) * (shape + 1) * random() ** (1 / shape)) / shape;
  const d = shape - 1 / 3, c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random), v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return (d * v) / shape;
  }
}
