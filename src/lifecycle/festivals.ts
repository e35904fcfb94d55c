import { LunarDay } from 'tyme4ts';
import { dayNumber } from '../kernel/day.ts';
import type { CalendarWindow } from './core/calendar.ts';

/** Festivals for which people in Chinese markets buy gifts, by lunar day, with the days of buying before them. */
const FESTIVALS = [
  { key: 'spring', month: 1, day: 1, daysBefore: 20 },
  { key: 'dragon-boat', month: 5, day: 5, daysBefore: 12 },
  { key: 'mid-autumn', month: 8, day: 15, daysBefore: 20 },
] as const;

const CURRENCIES = new Set(['CNY', 'TWD', 'HKD', 'MOP']);

/** The gift seasons of some years; none for a business that does not sell in a Chinese currency. */
export function festivalWindows(currency: string, { fromYear, toYear }: { fromYear: number; toYear: number }): CalendarWindow[] {
  if (!CURRENCIES.has(currency)) return [];
  const windows: CalendarWindow[] = [];
  for (let year = fromYear; year <= toYear; year++) {
    for (const { key, month, day, daysBefore } of FESTIVALS) {
      const solar = LunarDay.fromYmd(year, month, day).getSolarDay();
      const to = dayNumber(`${solar.getYear()}-${String(solar.getMonth()).padStart(2, '0')}-${String(solar.getDay()).padStart(2, '0')}`);
      windows.push({ id: `${key}-${year}`, kind: 'festival', from: to - daysBefore, to });
    }
  }
  return windows;
}
