import { addDays, type Day, dayNumber, dayOfNumber } from '../../kernel/day.ts';
import type { Duration } from './definition.ts';

const MINUTE_MS = 60_000, HOUR_MS = 3_600_000, DAY_MS = 86_400_000;
/** Every zone's clock changes at a whole quarter of an hour. */
const QUARTER_MS = 900_000;
const KEPT = 50_000;

const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, Map<number, number>>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', era: 'short' });
  formats.set(zone, made);
  return made;
}

function readOffset(zone: string, ms: number): number {
  const parts = Object.fromEntries(formatOf(zone).formatToParts(ms).map(({ type, value }) => [type, value]));
  const shown = Date.UTC(Number(parts.year), Number(parts.month) - 1, Number(parts.day), Number(parts.hour), Number(parts.minute), Number(parts.second));
  return shown - Math.floor(ms / 1_000) * 1_000;
}

/** How far a zone's clock is ahead of UTC at an instant, ms. */
export function offsetAt(zone: string, ms: number): number {
  if (zone === 'UTC') return 0;
  const kept = offsets.get(zone) ?? new Map<number, number>();
  if (!offsets.has(zone)) offsets.set(zone, kept);
  const quarter = Math.floor(ms / QUARTER_MS);
  const known = kept.get(quarter);
  if (known !== undefined) return known;
  if (kept.size >= KEPT) kept.clear();
  const offset = readOffset(zone, quarter * QUARTER_MS);
  kept.set(quarter, offset);
  return offset;
}

/** Whether a zone has a clock we know. */
export function isZone(zone: string): boolean {
  try {
    return formatOf(zone) !== undefined;
  } catch {
    return false;
  }
}

/** The calendar day and the minute of the day that a zone's clock shows at an instant. */
export function localOf(zone: string, ms: number): { day: Day; minute: number } {
  const shown = ms + offsetAt(zone, ms);
  const number = Math.floor(shown / DAY_MS);
  return { day: dayOfNumber(number), minute: Math.floor((shown - number * DAY_MS) / MINUTE_MS) };
}

/**
 * The instant at which a zone's clock shows a time. Where it shows it twice (clocks put back), the first; where never (put forward), as much later as the
 * clock was put forward: 02:30 becomes 03:30. RFC 5545 and Temporal's `compatible` do the same.
 */
export function instantOf(zone: string, day: Day, minute: number): number {
  const wall = dayNumber(day) * DAY_MS + minute * MINUTE_MS;
  const before = offsetAt(zone, wall - DAY_MS), after = offsetAt(zone, wall + DAY_MS);
  const right = [wall - before, wall - after].filter((ms) => ms + offsetAt(zone, ms) === wall);
  return right.length > 0 ? Math.min(...right) : wall - before;
}

/** 'HH:MM' as the minute of the day. */
export const minuteOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));

/** 1 Monday … 7 Sunday. */
export const weekdayOf = (day: Day): number => ((dayNumber(day) + 3) % 7 + 7) % 7 + 1;

/** Some time later. Minutes and hours go by; days and weeks are counted on the calendar, to the same time by the clock. */
export function later(zone: string, ms: number, { amount, unit }: Duration): number {
  if (unit === 'minutes') return ms + amount * MINUTE_MS;
  if (unit === 'hours') return ms + amount * HOUR_MS;
  const { day, minute } = localOf(zone, ms);
  return instantOf(zone, addDays(day, amount * (unit === 'weeks' ? 7 : 1)), minute) + (ms % MINUTE_MS + MINUTE_MS) % MINUTE_MS;
}

const WEEK = 8;
/** The next instant after one at which the clock shows a time, on one of some weekdays (1–7; none: any). */
export function nextTime(zone: string, after: number, minute: number, weekdays: readonly number[]): number {
  const { day } = localOf(zone, after);
  for (let ahead = 0; ahead <= WEEK; ahead++) {
    const on = addDays(day, ahead);
    const at = instantOf(zone, on, minute);
    if (at > after && (weekdays.length === 0 || weekdays.includes(weekdayOf(on)))) return at;
  }
  return after + WEEK * DAY_MS;
}

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
/** A day of one year's month and day, in another year; 29 February is 28 February in years without one. */
export const inYear = (day: Day, year: number): Day => {
  const mark = day.slice(5);
  return `${String(year).padStart(4, '0')}-${mark === '02-29' && !isLeap(year) ? '02-28' : mark}`;
};

/** The first anniversary of a day whose instant (offset and time applied) lies after an instant. */
export function nextAnniversary(zone: string, after: number, day: Day, { offsetDays, minute }: { offsetDays: number; minute: number }): number {
  const year = Number(localOf(zone, after).day.slice(0, 4));
  const instants = [year - 1, year, year + 1, year + 2].map((one) => instantOf(zone, addDays(inYear(day, one), offsetDays), minute));
  return instants.find((at) => at > after) ?? (instants.at(-1) as number);
}
