import { type Day, dayIn, dayNumber, dayOfNumber } from '../day.ts';
import { windowDays } from './ranges.ts';
import type { Span, Window } from './tests.ts';

const MS_PER_DAY = 86_400_000;
const UNIT_MS = { minutes: 60_000, hours: 3_600_000, days: MS_PER_DAY } as const;

export type Moment = { day: Day; at: number };
/**
 * When a tree is asked: a moment (ms since 1970, with the day it falls on in the workspace's zone), or a day alone, which is its end.
 * Conditions on days look at the day; those on minutes and hours at the moment. For a bare day that is the end in UTC: see `endOf`.
 */
export type AsOf = Day | Moment;

export const momentOf = (asOf: AsOf): Moment => (typeof asOf === 'string' ? { day: asOf, at: (dayNumber(asOf) + 1) * MS_PER_DAY - 1 } : asOf);

/** A moment as its day in a zone. */
export const momentIn = (zone: string, at: Date): Moment => ({ day: dayIn(zone, at), at: at.getTime() });

/** Zones lie from 12 hours behind to 14 hours ahead of UTC: a moment of the day itself, and one after it, in any of them. */
const [EARLIEST, LATEST] = [-15 * UNIT_MS.hours, 13 * UNIT_MS.hours];
/** The last millisecond of a day in a zone, clocks put forward or back included. */
export function endOf(zone: string, day: Day): Moment {
  const midnight = (dayNumber(day) + 1) * MS_PER_DAY;
  let [low, high] = [midnight + EARLIEST, midnight + LATEST];
  // The first instant of any later day lies in between; days only ever follow each other.
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (dayIn(zone, new Date(middle)) <= day) low = middle;
    else high = middle;
  }
  return { day, at: low };
}

export const spanMs = ({ amount, unit }: Span): number => amount * UNIT_MS[unit];

/** The day before the one a moment falls on in UTC: on or before its day in any zone. */
export const dayBefore = (ms: number): Day => dayOfNumber(Math.floor(ms / MS_PER_DAY) - 1);

/** Which rows of a history a window holds: all, those of some days, or those after a moment. `day` is on or before the first of them. */
export type Bounds = { kind: 'all' } | { kind: 'days'; day: Day; to: Day } | { kind: 'moments'; day: Day; after: number };

export function windowBounds(window: Window, { day, at }: Moment): Bounds {
  if (window.kind === 'ever') return { kind: 'all' };
  if (window.kind === 'recent') return { kind: 'moments', day: dayBefore(at - spanMs(window)), after: at - spanMs(window) };
  const { from, to } = windowDays(window, day);
  return { kind: 'days', day: from, to };
}
