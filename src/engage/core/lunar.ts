import { LunarMonth, LunarYear, SolarDay } from 'tyme4ts';
import type { Day } from '../../kernel/day.ts';
import type { Calendar } from './definition.ts';
import { inYear } from './zone.ts';

const FIRST_YEAR = 1900;
const two = (number: number): string => String(number).padStart(2, '0');

const solarOf = (day: Day): SolarDay => SolarDay.fromYmd(Number(day.slice(0, 4)), Number(day.slice(5, 7)), Number(day.slice(8, 10)));
const dayOf = (solar: SolarDay): Day => `${String(solar.getYear()).padStart(4, '0')}-${two(solar.getMonth())}-${two(solar.getDay())}`;

/** A day in the Chinese calendar: month (1–12), whether that month is a leap one, day (1–30). */
export type LunarMark = { month: number; leap: boolean; day: number };

/** Where a day stands in the Chinese calendar. */
export function lunarOf(day: Day): LunarMark & { year: number } {
  const lunar = solarOf(day).getLunarDay();
  return { year: lunar.getYear(), month: Math.abs(lunar.getMonth()), leap: lunar.getMonth() < 0, day: lunar.getDay() };
}

/** The solar day of a lunar one; day 30 of a month of 29 days is its 29th. Undefined where that year has no such leap month. */
export function solarDayOf(year: number, { month, leap, day }: LunarMark): Day | undefined {
  if (leap && LunarYear.fromYear(year).getLeapMonth() !== month) return undefined;
  const whole = LunarMonth.fromYm(year, leap ? -month : month);
  const days = whole.getDays();
  const lunar = days[Math.min(day, whole.getDayCount()) - 1];
  return lunar ? dayOf(lunar.getSolarDay()) : undefined;
}

/** When a lunar birthday or festival is kept in a year: always in the regular month, also for those born in a leap one; the 30th on the 29th of a short month. */
export const keptOn = (year: number, { month, day }: Pick<LunarMark, 'month' | 'day'>): Day => solarDayOf(year, { month, leap: false, day }) as Day;

/** Reading a hundred years of the lunar calendar takes a tenth of a second, and a day is asked for by every journey. */
const KEPT_MAX = 64;
const kept = new Map<string, readonly Day[]>();

/**
 * The days somebody may be born on who keeps their birthday on `day`, newest first. Solar: the same date of every year; whoever is born on 29 February keeps the 28th
 * in years without one. Lunar: the same lunar date of every year, and of its leap month; born on the 30th, kept on the 29th of a short month.
 */
export function bornOn(day: Day, calendar: Calendar): readonly Day[] {
  const key = `${calendar}:${day}`;
  const known = kept.get(key);
  if (known) return known;
  if (kept.size >= KEPT_MAX) kept.clear();
  const found = readBornOn(day, calendar);
  kept.set(key, found);
  return found;
}

function readBornOn(day: Day, calendar: Calendar): Day[] {
  const year = Number(day.slice(0, 4));
  const years = Array.from({ length: year - FIRST_YEAR + 1 }, (_, back) => year - back);
  if (calendar === 'solar') return [...new Set(years.flatMap((one) => [inYear(day, one), ...(isKept29(day) ? [`${one}-02-29`] : [])].filter(isReal)))].filter((one) => inYear(one, year) === day);
  const today = lunarOf(day);
  if (today.leap) return [];
  const isShortEnd = today.day === 29 && LunarMonth.fromYm(today.year, today.month).getDayCount() === 29;
  const marks = (isShortEnd ? [29, 30] : [today.day]).flatMap((one) => [false, true].map((leap) => ({ month: today.month, leap, day: one })));
  return [...new Set(years.flatMap((one) => marks.flatMap((mark) => exact(one, mark) ?? [])))].sort().reverse();
}

const isKept29 = (day: Day): boolean => day.endsWith('-02-28');
const isReal = (day: Day): boolean => !day.endsWith('-02-29') || new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);

/** The solar day of exactly this lunar date, undefined where that year's month has no such day. */
function exact(year: number, mark: LunarMark): Day | undefined {
  if (mark.leap && LunarYear.fromYear(year).getLeapMonth() !== mark.month) return undefined;
  if (LunarMonth.fromYm(year, mark.leap ? -mark.month : mark.month).getDayCount() < mark.day) return undefined;
  return solarDayOf(year, mark);
}

/** A lunar date written 'MM-DD', as it stands for today, among those who say theirs so: the date, and the 30th on the last day of a short month. */
export function lunarMarksOn(day: Day): string[] {
  const today = lunarOf(day);
  if (today.leap) return [];
  const isShortEnd = today.day === 29 && LunarMonth.fromYm(today.year, today.month).getDayCount() === 29;
  return (isShortEnd ? [29, 30] : [today.day]).map((one) => `${two(today.month)}-${two(one)}`);
}

/** The solar day on which a festival falls in a year; 29 February as the 28th where there is none. */
export const festivalOn = (year: number, { calendar, month, day }: { calendar: Calendar; month: number; day: number }): Day =>
  (calendar === 'lunar' ? keptOn(year, { month, day }) : inYear(`2000-${two(month)}-${two(day)}`, year));
