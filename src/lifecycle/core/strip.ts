import { dayIdleReaches } from './calendar.ts';
import type { Purchase } from './habits.ts';
import type { Judge, StageHistory } from './stage.ts';

/** So far back a strip shows purchases. */
const STRIP_DAYS = 731;

/** The days between which the next purchase is or was expected: half the people like this buy by `from`, four in five by `to`. */
export type Expected = { from: number; to: number };

/** The purchases a strip of `asOf` shows, oldest first. */
export const shownPurchases = (purchases: readonly Purchase[], asOf: number): Purchase[] => purchases.filter(({ day }) => day >= asOf - STRIP_DAYS && day <= asOf);

/** When the next purchase is expected; null where nobody like this has bought again. */
export function expectedWindow(judge: Judge, { course, known }: StageHistory): Expected | null {
  if (!course || course.usualGapDays === null) return null;
  const { decliningDays, atRiskDays } = course.cuts;
  const usual = Math.max(1, Math.round(course.usualGapDays));
  // One-time buyers turn "awaiting" at the median itself: for them the window closes with the next cut.
  const closes = course.group === '1' ? atRiskDays : decliningDays;
  const late = Math.max(usual + 1, Math.ceil((closes ?? 1.5 * usual) * course.scale));
  return { from: dayIdleReaches(judge.held, known.lastDay, usual), to: dayIdleReaches(judge.held, known.lastDay, late) };
}
