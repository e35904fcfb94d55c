import { addDays, type Day, dayNumber } from '../day.ts';
import { type DayTest, type DayWindow, FIRST_DAY, LAST_DAY, type NumberTest } from './tests.ts';

/**
 * Evaluator and compiler share these readings of a comparison: a test on a number or a day is one range,
 * or all but one range, so the two can differ only in how they ask "is it inside".
 */
export type NumberRange = { low: number; high: number; lowOpen: boolean; highOpen: boolean; outside: boolean };
export type DayRange = { from: Day; to: Day; outside: boolean };

const closed = (low: number, high: number, outside = false): NumberRange => ({ low, high, lowOpen: false, highOpen: false, outside });

export function numberRange(test: NumberTest): NumberRange {
  switch (test.op) {
    case 'is': return closed(test.value, test.value);
    case 'is_not': return closed(test.value, test.value, true);
    case 'greater': return { ...closed(test.value, Infinity), lowOpen: true };
    case 'at_least': return closed(test.value, Infinity);
    case 'less': return { ...closed(-Infinity, test.value), highOpen: true };
    case 'at_most': return closed(-Infinity, test.value);
    case 'between': return closed(test.from, test.to);
  }
}

export const inNumbers = (range: NumberRange, value: number): boolean => {
  const low = range.lowOpen ? value > range.low : value >= range.low;
  const high = range.highOpen ? value < range.high : value <= range.high;
  return (low && high) !== range.outside;
};

const FIRST = dayNumber(FIRST_DAY);
const LAST = dayNumber(LAST_DAY);
const clamp = (day: Day): Day => (day < FIRST_DAY ? FIRST_DAY : day > LAST_DAY ? LAST_DAY : day);
/** `day` moved by `days`, kept within what the stores can hold. */
const shift = (day: Day, days: number): Day => {
  const at = dayNumber(day) + days;
  return at <= FIRST ? FIRST_DAY : at >= LAST ? LAST_DAY : addDays(day, days);
};
const NEVER: DayRange = { from: LAST_DAY, to: FIRST_DAY, outside: false };
const span = (from: Day, to: Day, outside = false): DayRange => (from > to ? { ...NEVER, outside } : { from: clamp(from), to: clamp(to), outside });

/** "Last 7 days" is the 7 days that end with the as-of day; "next 7 days" begin with it. Anniversaries are not a range. */
export function dayRange(test: Exclude<DayTest, { op: 'anniversary' }> | DayTest, asOf: Day): DayRange {
  switch (test.op) {
    case 'on': return span(test.day, test.day);
    case 'before': return test.day <= FIRST_DAY ? NEVER : span(FIRST_DAY, shift(test.day, -1));
    case 'after': return test.day >= LAST_DAY ? NEVER : span(shift(test.day, 1), LAST_DAY);
    case 'between_days': return span(test.from, test.to);
    case 'within_last': return test.days === 0 ? NEVER : span(shift(asOf, 1 - test.days), asOf);
    case 'not_within_last': return test.days === 0 ? { ...NEVER, outside: true } : span(shift(asOf, 1 - test.days), asOf, true);
    case 'within_next': return test.days === 0 ? NEVER : span(asOf, shift(asOf, test.days - 1));
    case 'older_than': return span(FIRST_DAY, shift(asOf, -test.days));
    case 'anniversary': return span(FIRST_DAY, shift(asOf, -1));
  }
}

export const inDays = (range: DayRange, day: Day): boolean => (day >= range.from && day <= range.to) !== range.outside;

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

/** Month × 100 + day of every day from today to `days` ahead; in common years the 28th of February also keeps the 29th's. */
export function anniversaryMarks(asOf: Day, days: number): number[] {
  const marks = new Set<number>();
  for (let ahead = 0; ahead <= Math.min(days, 366); ahead++) {
    const day = shift(asOf, ahead);
    const mark = markOf(day);
    marks.add(mark);
    if (mark === 228 && !isLeap(Number(day.slice(0, 4)))) marks.add(229);
  }
  return [...marks].sort((a, b) => a - b);
}

export const markOf = (day: Day): number => Number(day.slice(5, 7)) * 100 + Number(day.slice(8, 10));

const firstOfMonth = (year: number, month: number): Day => {
  const at = year * 12 + month;
  return `${String(Math.floor(at / 12)).padStart(4, '0')}-${String((at % 12) + 1).padStart(2, '0')}-01`;
};
const MONTHS = { month: 1, quarter: 3, year: 12 } as const;

function calendarSpan({ unit, offset }: Extract<DayWindow, { kind: 'calendar' }>, asOf: Day): { from: Day; to: Day } {
  if (unit === 'week') {
    const monday = addDays(asOf, -((dayNumber(asOf) + 3) % 7) + offset * 7);
    return { from: monday, to: addDays(monday, 6) };
  }
  const months = MONTHS[unit];
  const year = Number(asOf.slice(0, 4));
  const month = Math.floor((Number(asOf.slice(5, 7)) - 1) / months) * months + offset * months;
  return { from: firstOfMonth(year, month), to: addDays(firstOfMonth(year, month + months), -1) };
}

/** First and last day a window covers, never past the as-of day; `from > to` when it covers none. Weeks begin on Monday. */
export function windowDays(window: DayWindow, asOf: Day): { from: Day; to: Day } {
  const upTo = (from: Day, to: Day) => ({ from: clamp(from), to: clamp(to < asOf ? to : asOf) });
  switch (window.kind) {
    case 'ever': return upTo(FIRST_DAY, asOf);
    case 'rolling': return upTo(shift(asOf, 1 - window.days), asOf);
    case 'days': return upTo(window.from, window.to);
    case 'calendar': {
      const { from, to } = calendarSpan(window, asOf);
      return upTo(from, to);
    }
  }
}
