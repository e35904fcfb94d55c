import { LunarDay } from 'tyme4ts';
import { addDays, dayNumber, type Day } from '../../kernel/day.ts';

/** A stretch of the shop's calendar in which people buy more (or, at New Year, less) and pay less. */
export type Season = Readonly<{
  id: string; name: string; from: Day; to: Day;
  /** Purchases against an ordinary day. */
  lift: number;
  /** Share taken off the list price; 0 means a season, not a promotion. */
  discountShare: number;
  /** How the workspace's promotion calendar holds it; '' for a season that is neither. */
  kind: 'promo' | 'festival' | '';
}>;

/** The solar day of a day of the lunar calendar. */
export function lunar(year: number, month: number, day: number): Day {
  const solar = LunarDay.fromYmd(year, month, day).getSolarDay();
  return `${solar.getYear()}-${String(solar.getMonth()).padStart(2, '0')}-${String(solar.getDay()).padStart(2, '0')}`;
}

const season = (id: string, name: string, from: Day, to: Day, lift: number, discountShare = 0, kind: Season['kind'] = ''): Season =>
  ({ id, name, from, to, lift, discountShare, kind });

/** One year of the shop, in the order of the calendar; a later season wins where two overlap. */
function seasonsOf(year: number): Season[] {
  const newYear = lunar(year, 1, 1), dragonBoat = lunar(year, 5, 5), midAutumn = lunar(year, 8, 15);
  return [
    season(`${year}-nianhuo`, '年货节', addDays(newYear, -45), addDays(newYear, -8), 1.6, 0.1, 'festival'),
    season(`${year}-spring-festival`, '春节休市', addDays(newYear, -4), addDays(newYear, 9), 0.25),
    season(`${year}-spring-tea`, '春茶上新', `${year}-03-20`, `${year}-04-30`, 1.6),
    season(`${year}-dragon-boat`, '端午礼遇', addDays(dragonBoat, -12), addDays(dragonBoat, -2), 1.25, 0.05, 'festival'),
    season(`${year}-618`, '618 年中大促', `${year}-06-08`, `${year}-06-15`, 1.3, 0.1, 'promo'),
    season(`${year}-618`, '618 年中大促', `${year}-06-16`, `${year}-06-18`, 2.6, 0.18, 'promo'),
    season(`${year}-mid-autumn`, '中秋礼遇', addDays(midAutumn, -20), addDays(midAutumn, -2), 1.5, 0.08, 'festival'),
    season(`${year}-double-11`, '双11', `${year}-10-31`, `${year}-11-03`, 2.6, 0.2, 'promo'),
    season(`${year}-double-11`, '双11', `${year}-11-09`, `${year}-11-11`, 3.4, 0.2, 'promo'),
    season(`${year}-double-12`, '双12', `${year}-12-10`, `${year}-12-12`, 1.6, 0.12, 'promo'),
  ];
}

/** Every season that touches the stretch of days, earliest first. */
export function seasonsBetween(first: Day, last: Day): Season[] {
  const years = [];
  for (let year = Number(first.slice(0, 4)) - 1; year <= Number(last.slice(0, 4)) + 1; year++) years.push(year);
  return years.flatMap(seasonsOf).filter(({ from, to }) => to >= first && from <= last)
    .sort((a, b) => (a.from < b.from ? -1 : 1));
}

/** A dated window of the promotion calendar, both days included. */
export type Promotion = Readonly<{ id: string; name: string; kind: 'promo' | 'festival'; from: Day; to: Day }>;

/** The promotion calendar of the sample: one window an event, its phases joined; festivals are when people buy for others. */
export function promotionsBetween(first: Day, last: Day): Promotion[] {
  const windows = new Map<string, Promotion>();
  for (const { id, name, kind, from, to } of seasonsBetween(first, last)) {
    if (kind !== '') windows.set(id, { id, name, kind, from: windows.get(id)?.from ?? from, to });
  }
  return [...windows.values()];
}

/** The shop's days from first to last: their names, the season each lies in, and how busy each is (ordinary = 1). */
export type Days = Readonly<{
  first: Day; last: Day; names: readonly Day[]; seasons: ReadonlyArray<Season | null>; busy: Float64Array;
  /** Busy days so far, one edge a day: the shop's own clock, on which habits are even. */
  passed: Float64Array;
}>;

export function daysBetween(first: Day, last: Day): Days {
  const count = dayNumber(last) - dayNumber(first) + 1;
  const names = Array.from({ length: count }, (_, i) => addDays(first, i));
  const seasons: Array<Season | null> = names.map(() => null);
  for (const one of seasonsBetween(first, last)) {
    const start = Math.max(0, dayNumber(one.from) - dayNumber(first));
    const end = Math.min(count - 1, dayNumber(one.to) - dayNumber(first));
    for (let i = start; i <= end; i++) seasons[i] = one;
  }
  const busy = Float64Array.from(names, (day, i) => (seasons[i]?.lift ?? 1) * (dayNumber(day) % 7 === 2 || dayNumber(day) % 7 === 3 ? 1.15 : 0.94));
  const passed = new Float64Array(count);
  let sum = 0;
  busy.forEach((lift, i) => { sum += lift; passed[i] = sum; });
  return { first, last, names, seasons, busy, passed };
}

/** First day of the month in which a stretch of `months` months that ends on `last` begins. */
export function firstDayOf(last: Day, months: number): Day {
  const next = addDays(last, 1);
  const at = new Date(Date.UTC(Number(next.slice(0, 4)), Number(next.slice(5, 7)) - 1 - months, 1));
  return at.toISOString().slice(0, 10);
}
