import type { ScoreOdds } from './scoringQueries.ts';

const HUNDRED = 100;
const inHundredths = (value: number): number => Math.round(value * HUNDRED);

/** Parts of a score rounded to two decimals so that what is shown adds up to what is shown: the rest takes what rounding leaves. */
export function addedUp(contributions: readonly number[], { base, total }: Pick<ScoreOdds, 'base' | 'total'>): { base: number; parts: number[]; rest: number; total: number } {
  const whole = inHundredths(total), from = inHundredths(base), parts = contributions.map(inHundredths), rest = whole - from - parts.reduce((sum, part) => sum + part, 0);
  return { base: from / HUNDRED, parts: parts.map((part) => part / HUNDRED), rest: rest / HUNDRED, total: whole / HUNDRED };
}
