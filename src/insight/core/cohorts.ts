import { addDays, type Day, dayNumber } from '../../kernel/day.ts';
import { type Interval, wilson } from './interval.ts';

export const COHORT_UNITS = ['day', 'week', 'month'] as const;
export type CohortUnit = (typeof COHORT_UNITS)[number];

/** The first day of the period a day falls in. Weeks begin on Monday. */
export function periodOf(unit: CohortUnit, day: Day): Day {
  if (unit === 'day') return day;
  return unit === 'month' ? `${day.slice(0, 7)}-01` : addDays(day, -((dayNumber(day) + 3) % 7));
}

/** The first day of the period `by` after (or before) the one that begins on `start`. */
export function shiftPeriod(unit: CohortUnit, start: Day, by: number): Day {
  if (unit !== 'month') return addDays(start, by * (unit === 'week' ? 7 : 1));
  const month = Number(start.slice(0, 4)) * 12 + Number(start.slice(5, 7)) - 1 + by;
  return `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}-01`;
}

/** Whether the whole `k`-th period after a cohort lies within the data: a cell that could still grow is not shown. */
export const isMature = (unit: CohortUnit, cohort: Day, k: number, asOf: Day): boolean => addDays(shiftPeriod(unit, cohort, k + 1), -1) <= asOf;

export type CohortCell = { k: number; people: number; rate: number; interval: Interval | null };
export type CohortRow = { cohort: Day; size: number; reach: Readonly<Record<string, number>>; cells: (CohortCell | null)[] };
export type CohortMean = { k: number; people: number; size: number; rate: number; interval: Interval | null } | null;

/** A cohort as counted: its size, and how many came back by period after its own. */
type Counted = { cohort: Day; size: number; reach: Readonly<Record<string, number>>; back: Readonly<Record<string, number>> };

/** The triangle: a row a cohort, a cell a period; immature cells are null, and a mean weighs only the cohorts that are mature there. */
export function triangle(unit: CohortUnit, counted: readonly Counted[], { periods, asOf }: { periods: number; asOf: Day }): { rows: CohortRow[]; means: CohortMean[] } {
  const ks = Array.from({ length: periods + 1 }, (_, k) => k);
  const rows = counted.map(({ cohort, size, reach, back }) => ({
    cohort,
    size,
    reach,
    cells: ks.map((k) => {
      if (!isMature(unit, cohort, k, asOf)) return null;
      const people = back[k] ?? 0;
      return { k, people, rate: people / size, interval: wilson(people, size) };
    }),
  }));
  return { rows, means: ks.map((k) => meanOf(rows, k)) };
}

function meanOf(rows: readonly CohortRow[], k: number): CohortMean {
  const mature = rows.filter((row) => row.cells[k]);
  const size = mature.reduce((sum, row) => sum + row.size, 0);
  const people = mature.reduce((sum, row) => sum + (row.cells[k]?.people ?? 0), 0);
  return size === 0 ? null : { k, people, size, rate: people / size, interval: wilson(people, size) };
}
