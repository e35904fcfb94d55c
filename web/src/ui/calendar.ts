import type { DatePicker } from 'antd';

/** A calendar day as the picker holds it: midnight UTC, so no zone can move it. */
type Held = Date;

export const heldOf = (day: string): Held => new Date(`${day}T00:00:00Z`);
export const dayOf = (held: Held): string => held.toISOString().slice(0, 10);

const at = (year: number, month: number, date: number): Held => new Date(Date.UTC(year, month, date));
const parts = (held: Held) => ({ year: held.getUTCFullYear(), month: held.getUTCMonth(), date: held.getUTCDate() });
/** The month moved, the day kept unless the month is too short for it. */
const inMonth = (held: Held, year: number, month: number): Held => at(year, month, Math.min(parts(held).date, at(year, month + 1, 0).getUTCDate()));
const sameTime = (held: Held): Held => held;
const noTime = (): number => 0;

/** antd says 'zh_CN' where Intl says 'zh-CN'. */
const tagOf = (locale: string): string => locale.replace('_', '-');
const isEnglish = (locale: string): boolean => locale.startsWith('en');
const nameOf = (locale: string, options: Intl.DateTimeFormatOptions, held: Held): string => new Intl.DateTimeFormat(tagOf(locale), { timeZone: 'UTC', ...options }).format(held);
const firstOfWeek = (locale: string, held: Held): Held => {
  const back = (held.getUTCDay() - (tagOf(locale) === 'zh-CN' ? 1 : 0) + 7) % 7;
  const { year, month, date } = parts(held);
  return at(year, month, date - back);
};

function write(locale: string, held: Held, format: string): string {
  const { year, month, date } = parts(held);
  const said: Readonly<Record<string, string>> = { YYYY: String(year), MMM: nameOf(locale, { month: 'short' }, held), MM: String(month + 1).padStart(2, '0'), M: String(month + 1), DD: String(date).padStart(2, '0'), D: String(date) };
  return format.replaceAll(/YYYY|MMM|MM|M|DD|D/g, (token) => said[token] ?? token);
}

/** What people type: 2026-3-8, 2026/03/08, 2026年3月8日; in English also "Mar 8, 2026". */
export function readDay(locale: string, text: string): Held | null {
  const [, year, month, date] = /^\s*(\d{4})\D+(\d{1,2})\D+(\d{1,2})\D*$/.exec(text) ?? [];
  const read = year ? at(Number(year), Number(month) - 1, Number(date)) : isEnglish(locale) && /^[A-Za-z]+ \d{1,2}, \d{4}$/.test(text.trim()) ? new Date(`${text.trim()} UTC`) : null;
  if (!read || Number.isNaN(read.getTime())) return null;
  return year && (read.getUTCMonth() !== Number(month) - 1 || read.getUTCDate() !== Number(date)) ? null : read;
}

/** Days for antd's picker, in the app's language and without a second date library. */
export const calendar: Parameters<typeof DatePicker.generatePicker<Held>>[0] = {
  getWeekDay: (held) => held.getUTCDay(), getDate: (held) => parts(held).date, getMonth: (held) => parts(held).month, getYear: (held) => parts(held).year,
  getHour: noTime, getMinute: noTime, getSecond: noTime, getMillisecond: noTime,
  setHour: sameTime, setMinute: sameTime, setSecond: sameTime, setMillisecond: sameTime,
  getNow: () => {
    const now = new Date();
    return at(now.getFullYear(), now.getMonth(), now.getDate());
  },
  getFixedDate: heldOf,
  getEndDate: (held) => at(parts(held).year, parts(held).month + 1, 0),
  addYear: (held, more) => inMonth(held, parts(held).year + more, parts(held).month),
  addMonth: (held, more) => inMonth(held, parts(held).year, parts(held).month + more),
  addDate: (held, more) => at(parts(held).year, parts(held).month, parts(held).date + more),
  setYear: (held, year) => inMonth(held, year, parts(held).month),
  setMonth: (held, month) => inMonth(held, parts(held).year, month),
  setDate: (held, date) => at(parts(held).year, parts(held).month, date),
  isAfter: (one, other) => one.getTime() > other.getTime(),
  isValidate: (held) => !Number.isNaN(held.getTime()),
  locale: {
    getWeekFirstDay: (locale) => (tagOf(locale) === 'zh-CN' ? 1 : 0),
    getWeekFirstDate: firstOfWeek,
    getWeek: (locale, held) => Math.ceil(((firstOfWeek(locale, held).getTime() - at(parts(held).year, 0, 1).getTime()) / 86_400_000 + 7) / 7),
    format: write,
    parse: readDay,
    getShortWeekDays: (locale) => Array.from({ length: 7 }, (_, weekday) => nameOf(locale, { weekday: isEnglish(locale) ? 'short' : 'narrow' }, at(2023, 0, 1 + weekday))),
    getShortMonths: (locale) => Array.from({ length: 12 }, (_, month) => nameOf(locale, { month: 'short' }, at(2023, month, 1))),
  },
};
