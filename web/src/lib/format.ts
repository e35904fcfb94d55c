import { useMemo } from 'react';
import { type Language, useLanguage } from './language.tsx';

/** Decimal places by currency, as Intl knows them. */
const decimalsOf = (currency: string): number => new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
const NARROW = { style: 'currency', currencyDisplay: 'narrowSymbol' } as const;
const kept = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function once<T extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, make: () => T): T {
  const known = kept.get(key) as T | undefined;
  if (known) return known;
  const made = make();
  kept.set(key, made);
  return made;
}

const dateOf = (day: string): Date => new Date(`${day.slice(0, 10)}T00:00:00Z`);

/** How a language writes numbers, money (minor units), shares and days. "—" stands for what is not known. */
export function formats(language: Language) {
  const number = (name: string, options: Intl.NumberFormatOptions) => once(`${language} ${name}`, () => new Intl.NumberFormat(language, options));
  const date = (name: string, options: Intl.DateTimeFormatOptions) => once(`${language} ${name}`, () => new Intl.DateTimeFormat(language, { timeZone: 'UTC', ...options }));
  const known = <T>(value: T | null | undefined, write: (value: T) => string): string => (value === null || value === undefined ? '—' : write(value));
  const major = (minor: number, currency: string): number => minor / 10 ** decimalsOf(currency);
  return {
    count: (value: number | null | undefined) => known(value, (v) => number('count', { maximumFractionDigits: 0 }).format(v)),
    decimal: (value: number | null | undefined, digits = 1) => known(value, (v) => number(`decimal${digits}`, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(v)),
    /** A share of 0–1 as a percentage. */
    percent: (share: number | null | undefined, digits = 1) => known(share, (v) => number(`percent${digits}`, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits }).format(v)),
    money: (minor: number | null | undefined, currency: string) => known(minor, (v) => number(`money ${currency}`, { ...NARROW, currency }).format(major(v, currency))),
    /** Money without the small change, for charts, headings and columns of estimates. */
    moneyRound: (minor: number | null | undefined, currency: string) =>
      known(minor, (v) => number(`round ${currency}`, { ...NARROW, currency, maximumFractionDigits: 0, minimumFractionDigits: 0 }).format(major(v, currency))),
    compact: (value: number | null | undefined) => known(value, (v) => number('compact', { notation: 'compact', maximumFractionDigits: 1 }).format(v)),
    moneyCompact: (minor: number | null | undefined, currency: string) =>
      known(minor, (v) => number(`compact ${currency}`, { ...NARROW, currency, notation: 'compact', maximumFractionDigits: 1 }).format(major(v, currency))),
    /** 2026-03-08 as the language writes a full day. */
    day: (day: string | null | undefined) => known(day, (v) => date('day', language === 'en' ? { day: 'numeric', month: 'short', year: 'numeric' } : { year: 'numeric', month: '2-digit', day: '2-digit' }).format(dateOf(v))),
    shortDay: (day: string | null | undefined) => known(day, (v) => date('short', { month: language === 'en' ? 'short' : 'numeric', day: 'numeric' }).format(dateOf(v))),
    /** A day of the week, 1 is Monday. */
    weekday: (day: number, style: 'short' | 'long' = 'long') => date(`weekday ${style}`, { weekday: style }).format(new Date(Date.UTC(2024, 0, day))),
    month: (month: string | null | undefined) => known(month, (v) => date('month', { year: 'numeric', month: 'short' }).format(dateOf(`${v.slice(0, 7)}-01`))),
    /** An instant in the reader's own zone. */
    moment: (instant: string | null | undefined) =>
      known(instant, (v) => once(`${language} moment`, () => new Intl.DateTimeFormat(language, { year: 'numeric', ...(language === 'en' ? { month: 'short', day: 'numeric' } : { month: '2-digit', day: '2-digit' }), hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })).format(new Date(v))),
    /** An instant to the second, for what just happened; the day is today's or yesterday's. */
    second: (instant: string | null | undefined) =>
      known(instant, (v) => once(`${language} second`, () => new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })).format(new Date(v))),
    list: (items: readonly string[]) => new Intl.ListFormat(language, { type: 'conjunction' }).format(items),
    bytes: (bytes: number) => {
      const unit = bytes < 1e3 ? 'byte' : bytes < 1e6 ? 'kilobyte' : bytes < 1e9 ? 'megabyte' : 'gigabyte';
      const scale = { byte: 1, kilobyte: 1e3, megabyte: 1e6, gigabyte: 1e9 }[unit];
      return number(`bytes ${unit}`, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: unit === 'byte' ? 0 : 1 }).format(bytes / scale);
    },
  };
}

export type Formats = ReturnType<typeof formats>;
export const useFormats = (): Formats => {
  const language = useLanguage();
  return useMemo(() => formats(language), [language]);
};
