import { addDays, type Day } from '../../kernel/day.ts';

/** What an attempt to reach somebody came to. */
export const OUTCOMES = ['no_answer', 'reached', 'refused', 'wrong_number', 'callback'] as const;
export type Outcome = (typeof OUTCOMES)[number];
/** How a task changed hands: taken out of the pool, given to somebody (or to the pool) by hand, returned to the pool by rule. */
export const MOVES = ['claimed', 'handed_over', 'returned'] as const;
export type StepKind = Outcome | (typeof MOVES)[number];

/** Open tasks as agents look at them: their own, of those the ones due today and overdue, what anybody may take, what rests in the pool, and what colleagues have. */
export const VIEWS = ['mine', 'today', 'overdue', 'pool', 'resting', 'others'] as const;
export type View = (typeof VIEWS)[number];

/** After so many attempts in a row that nobody answered a task returns to the pool, and rests there so many days; until then the next attempt is due after `retryDays`. */
export type ContactRule = { attempts: number; waitDays: number; retryDays: number };
export const CONTACT_RULE: ContactRule = { attempts: 3, waitDays: 7, retryDays: 1 };

/** What a task is after an attempt: done, or due again; `restsUntil` where it has returned to the pool. */
export type After = { isDone: boolean; isPooled: boolean; dueOn: Day | null; restsUntil: Day | null };

/** Attempts in a row that nobody answered, the newest first; whoever takes the task over goes on counting, the pool begins anew. */
export function unanswered(steps: readonly StepKind[]): number {
  const counted = steps.filter((kind) => kind !== 'claimed' && kind !== 'handed_over');
  const end = counted.findIndex((kind) => kind !== 'no_answer');
  return end < 0 ? counted.length : end;
}

/**
 * What follows from an attempt (R57). `before`: steps of the task until now, the newest first. Somebody reached with a next day stays a task; refused and
 * wrong numbers end it.
 */
export function afterAttempt(rule: ContactRule, { outcome, nextOn }: { outcome: Outcome; nextOn: Day | null }, before: readonly StepKind[], today: Day): After {
  const open = (dueOn: Day): After => ({ isDone: false, isPooled: false, dueOn, restsUntil: null });
  if (outcome === 'no_answer' && unanswered(before) + 1 >= rule.attempts) {
    const back = addDays(today, rule.waitDays);
    return { isDone: false, isPooled: true, dueOn: back, restsUntil: back };
  }
  if (outcome === 'no_answer') return open(nextOn ?? addDays(today, rule.retryDays));
  const goesOn = outcome === 'callback' || outcome === 'reached' ? nextOn : null;
  return goesOn ? open(goesOn) : { isDone: true, isPooled: false, dueOn: null, restsUntil: null };
}
