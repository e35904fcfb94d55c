import { addDays, type Day, daysBetween } from '../../kernel/day.ts';
import type { Refused } from '../../kernel/refused.ts';
import { type Forecast, forecast } from './forecast/index.ts';
import type { Pace } from './metrics.ts';

/** A window is cut into about so many stretches: enough points to forecast by, few enough to count. */
const STRETCHES = 26;

/** The last days of the stretches of a window: those whose figure is known on `asOf`, and those to come. They count back from the window's end, so that one of them is it. */
export type Path = { stretchDays: number; seen: Day[]; ahead: Day[] };

export function pathOf({ from, to }: { from: Day; to: Day }, asOf: Day): Path {
  const days = daysBetween(from, to) + 1;
  const stretchDays = Math.max(1, Math.ceil(days / STRETCHES));
  const ends = Array.from({ length: Math.floor((days - 1) / stretchDays) + 1 }, (_, at) => addDays(to, -at * stretchDays)).reverse();
  return { stretchDays, seen: ends.filter((end) => end <= asOf), ahead: ends.filter((end) => end > asOf) };
}

/** Where a figure is expected to be at the end of a stretch. */
export type Expected = { value: number; low: number; high: number };
export type Heading = { ahead: Expected[]; made: Forecast };

/**
 * Where a goal's own figure leads: the figure as it stood at the end of each stretch so far (`values`), forecast over the
 * stretches to come, no further ahead than has been seen. What only adds up never falls below what there is. Refuses as `forecast` does.
 */
export function headingOf(values: readonly number[], { steps, kind, pace }: { steps: number; kind: 'rate' | 'count'; pace: Pace }): Heading | Refused {
  const made = forecast(values, { horizon: Math.max(1, Math.min(steps, values.length)), kind });
  if ('refused' in made) return made;
  const floor = pace === 'adds' ? (values.at(-1) ?? 0) : -Infinity;
  const bounded = (value: number): number => Math.max(floor, value);
  return { made, ahead: made.points.map(({ value, low, high }) => ({ value: bounded(value), low: bounded(low), high: bounded(high) })) };
}
