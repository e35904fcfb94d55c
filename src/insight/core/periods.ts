import { addDays, type Day, daysBetween } from '../../kernel/day.ts';
import { type CohortUnit, periodOf, shiftPeriod } from './cohorts.ts';

export type Period = { from: Day; to: Day };

/** The equally long period just before. */
export const before = ({ from, to }: Period): Period => ({ from: addDays(from, -(daysBetween(from, to) + 1)), to: addDays(from, -1) });

/** A period cut into calendar pieces; the first and last may be short. At most `max` of them, the newest. */
export function pieces(unit: CohortUnit, { from, to }: Period, max: number): Period[] {
  const cut: Period[] = [];
  for (let start = periodOf(unit, to); ; start = shiftPeriod(unit, start, -1)) {
    const end = addDays(shiftPeriod(unit, start, 1), -1);
    cut.unshift({ from: start < from ? from : start, to: end > to ? to : end });
    if (start <= from || cut.length >= max) return cut;
  }
}
