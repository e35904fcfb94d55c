import { dayIdleReaches } from './calendar.ts';
import type { Books } from './assess.ts';
import { reasonOf, type Reason } from './reason.ts';
import type { Branch, Stage, State } from './rules.ts';
import { stageHistory, type Judge } from './stage.ts';

/** One customer's rhythm over the months: what they bought, when the next purchase was or is expected, and the sentence. */
export type Strip = {
  customerId: string;
  purchases: { day: number; amountMinor: number }[];
  /** Half the people like this buy by `from`, four in five by `to`. */
  expected: { from: number; to: number } | null;
  /** Silent beyond the window: from the end of it to the day of looking. */
  overdue: { from: number; to: number } | null;
  stage: Stage;
  since: number;
  state: State;
  branch: Branch;
  cycle: number;
  reason: Reason;
};

/** The strip of one customer on `asOf`, showing purchases from `from` on. */
export function stripOf(judge: Judge, books: Books, { from, asOf }: { from: number; asOf: number }): Strip {
  const told = stageHistory(judge, books, asOf);
  const now = told.entries.at(-1);
  const expected = expectedWindow(judge, told);
  return {
    customerId: books.customerId,
    purchases: books.purchases.filter(({ day }) => day >= from && day <= asOf).map(({ day, amountMinor }) => ({ day, amountMinor })),
    expected,
    overdue: expected && expected.to < asOf ? { from: expected.to, to: asOf } : null,
    stage: now?.stage ?? 'prospect', since: now?.day ?? asOf, state: now?.state ?? 'prospect', branch: told.course?.branch ?? 'none', cycle: now?.cycle ?? 0,
    reason: reasonOf(judge, told, asOf),
  };
}

function expectedWindow(judge: Judge, { course, known }: ReturnType<typeof stageHistory>): Strip['expected'] {
  if (!course || course.usualGapDays === null) return null;
  const { decliningDays, atRiskDays } = course.cuts;
  const usual = Math.max(1, Math.round(course.usualGapDays));
  // One-time buyers turn "awaiting" at the median itself: for them the window closes with the next cut.
  const closes = course.group === '1' ? atRiskDays : decliningDays;
  const late = Math.max(usual + 1, Math.ceil((closes ?? 1.5 * usual) * course.scale));
  return { from: dayIdleReaches(judge.held, known.lastDay, usual), to: dayIdleReaches(judge.held, known.lastDay, late) };
}
