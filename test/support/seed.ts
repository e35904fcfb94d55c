import { type Random, seeded } from '../../src/kernel/random.ts';

/** The seed of this run: PERENNIAL_SEED repeats one that failed; otherwise it is another each time. It is told, so that it can be repeated. */
export function seedOfRun(what: string): number {
  const given = Number(process.env.PERENNIAL_SEED);
  const seed = Number.isInteger(given) && given > 0 ? given : Math.floor(Math.random() * 1_000_000_000) + 1;
  console.log(`${what}: PERENNIAL_SEED=${seed}`);
  return seed;
}

export type Dice = { random: Random; below(most: number): number; between(least: number, most: number): number; chance(share: number): boolean; pick<T>(from: readonly T[]): T };

/** What tests draw from one seed. */
export function dice(seed: number): Dice {
  const random = seeded(seed);
  const below = (most: number): number => Math.floor(random() * most);
  return { random, below, between: (least, most) => least + below(most - least + 1), chance: (share) => random() < share, pick: (from) => from[below(from.length)] as (typeof from)[number] };
}
