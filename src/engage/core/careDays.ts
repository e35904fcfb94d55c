import { LunarMonth, LunarYear } from 'tyme4ts';
import { addDays, type Day, daysBetween } from '../../kernel/day.ts';
import type { Calendar } from './definition.ts';
import { lunarMarksOn, lunarOf } from './lunar.ts';
import { inYear } from './zone.ts';

const FIRST_YEAR = 1900;
const two = (number: number): string => String(number).padStart(2, '0');
const dayOf = (month: LunarMonth): Day => { const first = month.getFirstJulianDay().getSolarDay(); return `${String(first.getYear()).padStart(4, '0')}-${two(first.getMonth())}-${two(first.getDay())}`; };

/** Every day of a calendar month 'YYYY-MM', in order. */
export function daysOfMonth(month: string): Day[] {
  const first = `${month}-01`, next = addDays(addDays(first, 31).slice(0, 8).concat('01'), 0);
  return Array.from({ length: daysBetween(first, next) }, (_, at) => addDays(first, at));
}

/** A stretch of birth dates that stand for the days of one lunar month, in order. */
type Stretch = { first: Day; days: number };

/** Where a month of a year began is worked out once: there are twelve or thirteen a year. */
const begun = new Map<string, Stretch[]>();
const stretchIn = (year: number, month: number): Stretch[] => {
  const key = `${year}:${month}`, known = begun.get(key);
  if (known) return known;
  const leap = LunarYear.fromYear(year).getLeapMonth() === month;
  const made = [month, ...(leap ? [-month] : [])].map((one) => { const whole = LunarMonth.fromYm(year, one); return { first: dayOf(whole), days: whole.getDayCount() }; });
  begun.set(key, made);
  return made;
};

/** Where a lunar month (and the leap one of its name) began in every year since 1900, until a year. */
const stretchesOf = (month: number, until: number): Stretch[] => Array.from({ length: until - FIRST_YEAR + 1 }, (_, at) => stretchIn(FIRST_YEAR + at, month)).flat();

/** The calendar of a month is asked for again and again, and reading a hundred years of it costs some milliseconds. */
const KEPT_MAX = 64;
const kept = new Map<string, ReadonlyMap<Day, Day>>();

/** Every birth date whose lunar birthday is kept in these days (of about a month), and on which. The rule is that of `bornOn`: a leap month's in the regular one, the 30th on the 29th of a short month; nobody in a leap month. */
export function lunarBirths(days: readonly Day[]): ReadonlyMap<Day, Day> {
  const key = `${days[0]}:${days.length}`;
  const known = kept.get(key);
  if (known) return known;
  if (kept.size >= KEPT_MAX) kept.clear();
  const marks = new Map(days.map((day) => [day, lunarOf(day)] as const));
  const found = new Map<Day, Day>();
  for (const month of new Set([...marks.values()].filter(({ leap }) => !leap).map((mark) => mark.month))) {
    const own = days.filter((day) => marks.get(day)?.month === month && !marks.get(day)?.leap);
    const at = new Map(own.map((day) => [marks.get(day)?.day ?? 0, day]));
    for (const { first, days: length } of stretchesOf(month, Math.max(...own.map((day) => marks.get(day)?.year ?? 0)))) {
      for (let nth = 1; nth <= length; nth++) {
        const on = at.get(nth) ?? (nth === 30 ? shortEnd(own, marks) : undefined), born = addDays(first, nth - 1);
        if (on !== undefined && born <= on) found.set(born, on);
      }
    }
  }
  kept.set(key, found);
  return found;
}

/** The 29th of a month of 29 days, where it is among these days. */
function shortEnd(own: readonly Day[], marks: ReadonlyMap<Day, { month: number; leap: boolean; day: number; year: number }>): Day | undefined {
  return own.find((day) => { const mark = marks.get(day); return mark?.day === 29 && LunarMonth.fromYm(mark.year, mark.month).getDayCount() === 29; });
}

/** On which of some days a birth date, or a lunar date written 'MM-DD', is kept; undefined where on none of them. */
export function keeper(days: readonly Day[], calendar: Calendar): (born: { day: Day; text: string }) => Day | undefined {
  const within = new Set(days);
  if (calendar === 'lunar') {
    const births = lunarBirths(days), texts = new Map(days.flatMap((day) => lunarMarksOn(day).map((mark) => [mark, day] as const)));
    return ({ day, text }) => births.get(day) ?? texts.get(text);
  }
  const years = [...new Set(days.map((day) => Number(day.slice(0, 4))))];
  return ({ day }) => (day === '' ? undefined : years.map((year) => inYear(day, year)).find((on) => within.has(on) && on >= day));
}
