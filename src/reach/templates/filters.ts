import { decimalsOf, toMajor } from '../../kernel/money.ts';
import type { Language } from '../../kernel/words/types.ts';

/** How a message says money, numbers and days: the reader's language, their zone, the workspace's currency; `now` of the sending. */
export type Manner = { language: Language; zone: string; currency: string; now: Date };

const KEPT = 400;
const kept = <T>(make: (key: string) => T): ((key: string) => T) => {
  const made = new Map<string, T>();
  return (key) => {
    const known = made.get(key);
    if (known) return known;
    if (made.size >= KEPT) made.clear();
    const fresh = make(key);
    made.set(key, fresh);
    return fresh;
  };
};

const numberFormat = kept((key) => {
  const [language, digits, currency] = key.split(' ');
  const places = Number(digits);
  return new Intl.NumberFormat(language, { minimumFractionDigits: places, maximumFractionDigits: places, ...(currency ? { style: 'currency', currency, currencyDisplay: 'narrowSymbol' } : {}) });
});
const dateFormat = kept((key) => {
  const [language = 'en', zone = 'UTC', style] = key.split(' ');
  return new Intl.DateTimeFormat(language, { timeZone: zone, ...STYLES[style as Style] });
});

const STYLES = {
  day: { year: 'numeric', month: 'long', day: 'numeric' }, short: { year: 'numeric', month: '2-digit', day: '2-digit' }, month: { year: 'numeric', month: 'long' },
  birthday: { month: 'long', day: 'numeric' }, weekday: { weekday: 'long' }, time: { hour: '2-digit', minute: '2-digit', hour12: false }, moment: { year: 'numeric', month: 'long', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false },
  parts: { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>;
type Style = keyof typeof STYLES;

const finite = (value: unknown): number | undefined => {
  const number = typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
};

const CURRENCY = /^[A-Z]{3}$/;

/** Minor units as money: 123450 → ¥1,234.50. Undefined, which no message says, where it is no number. */
export function money(value: unknown, currency: unknown, { language, currency: own }: Manner): string | undefined {
  const minor = finite(value), code = typeof currency === 'string' && CURRENCY.test(currency) ? currency : own;
  return minor === undefined ? undefined : numberFormat(`${language} ${decimalsOf(code)} ${code}`).format(toMajor(minor, code));
}

const DIGITS_MAX = 6;

/** A number with so many digits after the point (0 to 6). */
export function number(value: unknown, digits: unknown, { language }: Manner): string | undefined {
  const given = finite(value), places = Math.min(DIGITS_MAX, Math.max(0, Math.trunc(finite(digits) ?? 0)));
  return given === undefined ? undefined : numberFormat(`${language} ${places}`).format(given);
}

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?$/;
const YEAR_2300_MS = 10_413_792_000_000;

/** A day is that day everywhere; an instant is shown in the reader's zone; one without a zone is taken as UTC. */
function timeOf(value: unknown, manner: Manner): { at: Date; zone: string } | undefined {
  if (value === 'now' || value === 'today') return { at: manner.now, zone: manner.zone };
  const text = typeof value === 'string' ? value.trim() : '';
  const isDay = DAY.test(text);
  const ms = typeof value === 'number' ? value : isDay ? Date.parse(`${text}T00:00:00Z`) : INSTANT.test(text) ? Date.parse(/Z$|[+-]\d{2}:?\d{2}$/.test(text) ? text : `${text}Z`) : Number.NaN;
  return Number.isFinite(ms) && Math.abs(ms) < YEAR_2300_MS ? { at: new Date(ms), zone: isDay ? 'UTC' : manner.zone } : undefined;
}

const LETTERS: Readonly<Record<string, Intl.DateTimeFormatPartTypes>> = { Y: 'year', m: 'month', d: 'day', H: 'hour', M: 'minute', S: 'second' };

/** %Y %m %d %H %M %S, and %-m and the like without a leading nought. */
function written(at: Date, zone: string, pattern: string): string {
  const parts = new Map(dateFormat(`en-CA ${zone} parts`).formatToParts(at).map(({ type, value }) => [type, value]));
  return pattern.replace(/%(-?)([YmdHMS%])/g, (_, bare: string, letter: string) => {
    const value = letter === '%' ? '%' : parts.get(LETTERS[letter] as Intl.DateTimeFormatPartTypes) ?? '';
    return bare === '' ? value : value.replace(/^0+(?=\d)/, '');
  });
}

const PATTERN_MAX = 100;

/** A day or an instant: by name (day, short, month, birthday, weekday, time, moment) or by a pattern of %Y %m %d %H %M %S. */
export function date(value: unknown, style: unknown, manner: Manner): string | undefined {
  const time = timeOf(value, manner);
  if (!time) return undefined;
  const wanted = typeof style === 'string' && style !== '' ? style.slice(0, PATTERN_MAX) : 'day';
  if (wanted.includes('%')) return written(time.at, time.zone, wanted);
  return Object.hasOwn(STYLES, wanted) && wanted !== 'parts' ? dateFormat(`${manner.language} ${time.zone} ${wanted}`).format(time.at) : undefined;
}
