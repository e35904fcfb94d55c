import { addDays, type Day } from '../../kernel/day.ts';
import type { Entry } from './definition.ts';
import { weekdayOf } from './zone.ts';

const lastOf = (day: Day): number => Number(addDays(addDays(`${day.slice(0, 7)}-28`, 4).slice(0, 8).concat('01'), -1).slice(8));

/** Whether a day is one of a cadence: every day; a weekday (1–7); a day of every month, or of a quarter's first month, at most the month's last. */
export function isCadenceDay({ every, on }: Pick<Extract<Entry, { kind: 'cadence' }>, 'every' | 'on'>, day: Day): boolean {
  if (every === 'day') return true;
  if (every === 'week') return weekdayOf(day) === on;
  const isMonth = every === 'month' || (Number(day.slice(5, 7)) - 1) % 3 === 0;
  return isMonth && Number(day.slice(8)) === Math.min(on, lastOf(day));
}
