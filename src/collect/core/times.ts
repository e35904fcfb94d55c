import type { Day } from '../../kernel/day.ts';

const MS_PER_DAY = 86_400_000;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] as const;
export const DATE_ORDERS = ['auto', 'ymd', 'mdy', 'dmy'] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];

/** Days since 1970-01-01 of a calendar date (Howard Hinnant's days_from_civil); NaN for a date that does not exist. */
export function civilDays(year: number, month: number, day: number): number {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return Number.NaN;
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const daysInMonth = (year: number, month: number): number => (month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : (LENGTHS[month - 1] ?? 0));

/** Wall-clock time (as if UTC, in ms) with the offset it names, if any. */
type Wall = { wallMs: number; offsetMs: number | null };

const digitsAt = (text: string, from: number, count: number): number => {
  let value = 0;
  for (let i = from; i < from + count; i++) {
    const digit = text.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
};

/** 'YYYY-MM-DD', '… HH:MM' or '… HH:MM:SS' (also with / or T), read by position; NaN for any other form. */
function fastWall(text: string): number {
  const { length } = text;
  if (length === 8) return civilDays(digitsAt(text, 0, 4), digitsAt(text, 4, 2), digitsAt(text, 6, 2)) * MS_PER_DAY;
  if (length !== 10 && length !== 16 && length !== 19) return Number.NaN;
  const dash = text.charCodeAt(4);
  if ((dash !== 45 && dash !== 47) || text.charCodeAt(7) !== dash) return Number.NaN;
  const days = civilDays(digitsAt(text, 0, 4), digitsAt(text, 5, 2), digitsAt(text, 8, 2));
  if (length === 10) return days * MS_PER_DAY;
  const gap = text.charCodeAt(10);
  if ((gap !== 32 && gap !== 84) || text.charCodeAt(13) !== 58) return Number.NaN;
  return days * MS_PER_DAY + timeMs(digitsAt(text, 11, 2), digitsAt(text, 14, 2), length === 19 ? (text.charCodeAt(16) === 58 ? digitsAt(text, 17, 2) : Number.NaN) : 0);
}

const timeMs = (hours: number, minutes: number, seconds: number): number =>
  hours < 24 && minutes < 60 && seconds < 61 ? hours * 3_600_000 + minutes * 60_000 + Math.min(seconds, 59) * 1000 : Number.NaN;

const DATE_TIME = /^(\d{1,4})[-/.年](\d{1,2})[-/.月](\d{1,4})日?(?:[T\s,]+(.*))?$/i;
const CLOCK = /^(上午|下午|am|pm)?\s*(\d{1,2})[:：时点](\d{1,2})?(?:[:：分](\d{1,2}))?(?:[.,](\d{1,9}))?秒?分?\s*(am|pm|a\.m\.|p\.m\.)?\s*(z|utc|gmt|[-+]\d{2}:?\d{2}|[-+]\d{2})?$/i;
const NAMED = /^(?:[a-z]{3,9},?\s+)?(?:(\d{1,2})[-\s]+([a-z]{3,9})\.?,?[-\s]+(\d{4}|\d{2})|([a-z]{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4}))(?:[T\s,@]+(?:at\s+)?(.*))?$/i;

function slowWall(text: string, order: DateOrder): Wall | undefined {
  const clean = text.normalize('NFKC').trim();
  if (/^\d+(?:\.\d+)?$/.test(clean)) return numericWall(clean);
  const match = DATE_TIME.exec(clean);
  if (match) return withClock(ordered(Number(match[1]), Number(match[2]), Number(match[3]), match[1]?.length ?? 0, match[3]?.length ?? 0, order), match[4]);
  const named = NAMED.exec(clean);
  if (!named) return undefined;
  const month = MONTHS.indexOf((named[2] ?? named[4] ?? '').slice(0, 3).toLowerCase() as (typeof MONTHS)[number]) + 1;
  return withClock(civilDays(fullYear(Number(named[3] ?? named[6])), month, Number(named[1] ?? named[5])), named[7]);
}

const fullYear = (year: number): number => (year < 70 ? 2000 + year : year < 100 ? 1900 + year : year);

/** Three numbers as a date. With the year first there is no doubt; else `order` decides, and a number above 12 overrules it. */
function ordered(a: number, b: number, c: number, aDigits: number, cDigits: number, order: DateOrder): number {
  if (aDigits === 4 || (order === 'ymd' && cDigits <= 2)) return civilDays(fullYear(a), b, c);
  if (aDigits === 3 || cDigits === 3) return Number.NaN;
  const dayFirst = a > 12 || (order === 'dmy' && b <= 12);
  return dayFirst ? civilDays(fullYear(c), b, a) : civilDays(fullYear(c), a, b);
}

/** 20240501, 20240501123000, epoch seconds or milliseconds, and a spreadsheet's day serial. */
function numericWall(text: string): Wall | undefined {
  const whole = text.split('.')[0] ?? '';
  const value = Number(text);
  if (whole.length === 8) return { wallMs: civilDays(digitsAt(text, 0, 4), digitsAt(text, 4, 2), digitsAt(text, 6, 2)) * MS_PER_DAY, offsetMs: null };
  if (whole.length === 14 || whole.length === 12) {
    const days = civilDays(digitsAt(text, 0, 4), digitsAt(text, 4, 2), digitsAt(text, 6, 2));
    return { wallMs: days * MS_PER_DAY + timeMs(digitsAt(text, 8, 2), digitsAt(text, 10, 2), whole.length === 14 ? digitsAt(text, 12, 2) : 0), offsetMs: null };
  }
  if (whole.length === 10) return { wallMs: Math.round(value * 1000), offsetMs: 0 };
  if (whole.length === 13) return { wallMs: Math.floor(value), offsetMs: 0 };
  // Day serials of 1982 to 2119: outside it a bare number is more likely anything else.
  if (whole.length === 5 && value >= 30_000 && value < 80_000) return { wallMs: Math.round((value - 25_569) * 86_400) * 1000, offsetMs: null };
  return undefined;
}

function withClock(days: number, clock: string | undefined): Wall | undefined {
  if (Number.isNaN(days)) return undefined;
  if (!clock) return { wallMs: days * MS_PER_DAY, offsetMs: null };
  const match = CLOCK.exec(clock.trim());
  if (!match) return undefined;
  const [, before, hours, minutes, seconds, fraction, after, offset] = match;
  const half = (before ?? after ?? '').toLowerCase().replaceAll('.', '');
  let hour = Number(hours);
  if ((half === 'pm' || half === '下午') && hour < 12) hour += 12;
  if ((half === 'am' || half === '上午') && hour === 12) hour = 0;
  const ms = timeMs(hour, Number(minutes ?? 0), Number(seconds ?? 0)) + Math.floor(Number(`0.${fraction ?? 0}`) * 1000);
  return Number.isNaN(ms) ? undefined : { wallMs: days * MS_PER_DAY + ms, offsetMs: offsetOf(offset) };
}

function offsetOf(text: string | undefined): number | null {
  if (!text) return null;
  const match = /^([-+])(\d{2}):?(\d{2})?$/.exec(text);
  return match ? (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3] ?? 0)) * 60_000 : 0;
}

/** Offsets of one IANA zone, asked from the engine once a day of the calendar and remembered. */
export function zoneClock(zone: string): { utcOfWall(wallMs: number): number; dayNumber(utcMs: number): number } {
  const fixed = zone === 'UTC' ? 0 : zone === 'Asia/Shanghai' || zone === 'Asia/Taipei' ? FIXED_FROM : undefined;
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' });
  const exact = (utcMs: number): number => {
    const parts = Object.fromEntries(format.formatToParts(utcMs).map(({ type, value }) => [type, Number(value)]));
    const wall = civilDays(parts['year'] ?? 0, parts['month'] ?? 1, parts['day'] ?? 1) * MS_PER_DAY + ((parts['hour'] ?? 0) * 3600 + (parts['minute'] ?? 0) * 60 + (parts['second'] ?? 0)) * 1000;
    return wall - Math.floor(utcMs / 1000) * 1000;
  };
  const byDay = new Map<number, number>();
  const offsetAt = (utcMs: number): number => {
    if (fixed === 0) return 0;
    if (fixed !== undefined && utcMs > FIXED_FROM) return EIGHT_HOURS;
    const day = Math.floor(utcMs / MS_PER_DAY);
    const known = byDay.get(day);
    if (known !== undefined) return Number.isNaN(known) ? exact(utcMs) : known;
    const start = exact(day * MS_PER_DAY);
    // On a day the clocks change there are two offsets: such days are asked time by time.
    byDay.set(day, start === exact((day + 1) * MS_PER_DAY - 1000) ? start : Number.NaN);
    return exact(utcMs);
  };
  return {
    utcOfWall: (wallMs) => {
      const guess = wallMs - offsetAt(wallMs);
      return wallMs - offsetAt(guess);
    },
    dayNumber: (utcMs) => Math.floor((utcMs + offsetAt(utcMs)) / MS_PER_DAY),
  };
}

const EIGHT_HOURS = 28_800_000;
/** From 1992 on, mainland China and Taiwan have kept +08:00 without summer time. */
const FIXED_FROM = 694_224_000_000;

const EARLIEST_MS = 0;
const LATEST_MS = 4_102_444_800_000;

/** Reads a time cell to an instant (ms); NaN when it is none or lies outside 1970–2099. `zone` counts where the cell names no offset. */
export function makeTimeReader(zone: string, order: DateOrder): (text: string) => number {
  const clock = zoneClock(zone);
  return (text) => {
    const fast = fastWall(text);
    let at: number;
    if (!Number.isNaN(fast)) at = clock.utcOfWall(fast);
    else {
      const wall = slowWall(text, order);
      if (!wall || Number.isNaN(wall.wallMs)) return Number.NaN;
      at = wall.offsetMs === null ? clock.utcOfWall(wall.wallMs) : wall.wallMs - wall.offsetMs;
    }
    return at >= EARLIEST_MS - MS_PER_DAY && at < LATEST_MS ? at : Number.NaN;
  };
}

/** The calendar day an instant falls on in a zone. */
export function makeDayOf(zone: string): (utcMs: number) => Day {
  const clock = zoneClock(zone);
  const names: Day[] = [];
  return (utcMs) => {
    const number = Math.max(0, clock.dayNumber(utcMs));
    return (names[number] ??= new Date(number * MS_PER_DAY).toISOString().slice(0, 10));
  };
}

/** The order of day and month that a column's samples leave possible: 'dmy' when some first number is above 12, 'mdy' when some second is, else 'auto'. */
export function orderOf(samples: readonly string[]): DateOrder {
  let order: DateOrder = 'auto';
  for (const sample of samples) {
    const match = /^(\d{1,2})[-/.](\d{1,2})[-/.]\d{2,4}/.exec(sample);
    if (match && Number(match[1]) > 12) order = 'dmy';
    if (match && Number(match[2]) > 12) return 'mdy';
  }
  return order;
}
