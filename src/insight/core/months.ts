import { addDays, type Day, daysBetween } from '../../kernel/day.ts';
import { periodOf, shiftPeriod } from './cohorts.ts';
import { type Period, pieces } from './periods.ts';

/** A month that is only partly in the data: its first day, and how many of its days are there. */
export type PartMonth = { month: Day; days: number; of: number };

export type WholeMonths = { months: Period[]; begun: PartMonth | null; running: PartMonth | null };

/** Days at the start of a month that may be missing from the first one: a shop need not sell on New Year's Day. */
const LATE_DAYS = 3;

const endOf = (month: Day): Day => addDays(shiftPeriod('month', month, 1), -1);

/**
 * The whole calendar months within the days of the data, oldest first, at most `most` of them. The month still running and a
 * first month the data enter late are left out and named: half a month beside whole ones looks like a fall.
 */
export function wholeMonths({ from, asOf }: { from: Day; asOf: Day }, most: number): WholeMonths {
  const all = pieces('month', { from, to: asOf }, most + 2).map((piece) => ({ from: periodOf('month', piece.from), to: endOf(periodOf('month', piece.from)), seen: piece }));
  const part = ({ from: month, to, seen }: (typeof all)[number]): PartMonth => ({ month, days: daysBetween(seen.from, seen.to) + 1, of: daysBetween(month, to) + 1 });
  const [last, first] = [all.at(-1), all[0]];
  const running = last && last.to > asOf ? part(last) : null;
  const begun = first && first !== last && daysBetween(first.from, first.seen.from) > LATE_DAYS ? part(first) : null;
  const months = all.slice(begun ? 1 : 0, running ? -1 : undefined).slice(-most);
  return { months: months.map(({ from: month, to }) => ({ from: month, to })), begun, running };
}
