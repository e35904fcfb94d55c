import { standingAmong } from './score.ts';

/** How many stand at each value of a measure: values rising, `upTo` how many stand at a value or below it. */
export type Spread = { values: Float64Array; upTo: Float64Array };

/** Among fewer people everybody is read each time one is placed: it costs less than being an hour late. */
const MANY_PEOPLE = 50_000;
export const KEPT_MS = 3_600_000;
export const isLarge = (spreads: Readonly<Record<string, Spread>>): boolean => Object.values(spreads).some((one) => peopleIn(one) >= MANY_PEOPLE);

export const peopleIn = ({ upTo }: Spread): number => upTo.at(-1) ?? 0;

/** How many stand below a value, and how many at it; whoever moved since the spread was read may stand at a value nobody had. */
export function placeIn({ values, upTo }: Spread, value: number): { below: number; equal: number } {
  let low = 0;
  for (let high = values.length; low < high;) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  const below = low === 0 ? 0 : (upTo[low - 1] as number);
  return { below, equal: values[low] === value ? (upTo[low] as number) - below : 0 };
}

/** Where a value stands among all, 0–100, by mid-rank. `less`: the smaller the better. */
export function standingIn(spread: Spread, value: number, better: 'more' | 'less' = 'more'): number {
  const { below, equal } = placeIn(spread, value), all = peopleIn(spread);
  return standingAmong({ below: better === 'more' ? below : all - below - equal, equal, all });
}
