import { LunarDay, SolarTerm } from 'tyme4ts';
import { dayNumber } from '../../kernel/day.ts';
import type { DayRange, Rules } from './rules.ts';

type Solar = { getYear(): number; getMonth(): number; getDay(): number };
const two = (value: number): string => String(value).padStart(2, '0');
const numberOf = (solar: Solar): number => dayNumber(`${solar.getYear()}-${two(solar.getMonth())}-${two(solar.getDay())}`);
/** Of the 24 terms, counted from the winter solstice as 0. */
const QINGMING = 7;

/** Statutory holidays of mainland China in a year as the State Council set them for 2025 on (13 days), without days moved around weekends. */
function chineseHolidays(year: number): DayRange[] {
  const on = (month: number, day: number, length = 1): DayRange => { const from = dayNumber(`${year}-${two(month)}-${two(day)}`); return { from, to: from + length - 1 }; };
  const lunar = (month: number, day: number): number => numberOf(LunarDay.fromYmd(year, month, day).getSolarDay());
  const [spring, boat, autumn] = [lunar(1, 1), lunar(5, 5), lunar(8, 15)];
  const qingming = numberOf(SolarTerm.fromIndex(year, QINGMING).getJulianDay().getSolarDay());
  return [on(1, 1), { from: spring - 1, to: spring + 2 }, { from: qingming, to: qingming }, on(5, 1, 2), { from: boat, to: boat }, { from: autumn, to: autumn }, on(10, 1, 3)];
}

const known = new Map<number, DayRange[]>();
const chineseIn = (year: number): DayRange[] => {
  const days = known.get(year) ?? chineseHolidays(year);
  known.set(year, days);
  return days;
};

/** Days around an instant's on which people are left alone, sorted: those of the calendar that the rules name, and their own. */
export function holidaysAround({ holidays }: Pick<Rules, 'holidays'>, nowMs: number): DayRange[] {
  const year = new Date(nowMs).getUTCFullYear();
  const own = holidays.days.map(({ from, to }) => ({ from: dayNumber(from), to: dayNumber(to) }));
  return [...own, ...(holidays.calendar === 'chinese' ? [year - 1, year, year + 1].flatMap(chineseIn) : [])].sort((a, b) => a.from - b.from || a.to - b.to);
}
