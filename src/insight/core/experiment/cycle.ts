import { type Refused, refuse } from '../../../kernel/refused.ts';
import type { Verdict } from './verdict.ts';

/** The five steps of an improvement cycle, in order (R55). */
export const STEPS = ['goal', 'data', 'strategy', 'execution', 'review'] as const;
export type Step = (typeof STEPS)[number];

/** What the review says: the measured effect, what was learned, and what comes next. */
export type Review = { buyers: Verdict; profit: Verdict; netMinor: number | null; learned: string; next: string };

/** Each step holds the id of what it ties in (a goal, a filter, a play, an experiment); the review its words. */
export type Cycle = { id: string; goal: string | null; data: string | null; strategy: string | null; execution: string | null; review: Review | null; startedFrom: string | null; isClosed: boolean };

/** The first step that is still empty, or null: a cycle is walked in order. */
export const stepOf = (cycle: Cycle): Step | null => STEPS.find((step) => cycle[step] === null) ?? null;

/**
 * A closed cycle. Refuses `step_missing` (with the first empty step) where anything before the review is empty,
 * `no_review` where it has none or an empty one, `unsettled` while refunds may still change what the review says,
 * `closed` where it is closed already.
 */
export function closeCycle(cycle: Cycle): Cycle | Refused<'cycle.closed' | 'cycle.step_missing' | 'cycle.no_review' | 'cycle.unsettled'> {
  if (cycle.isClosed) return refuse('cycle.closed', { id: cycle.id });
  const missing = stepOf(cycle);
  if (missing !== null && missing !== 'review') return refuse('cycle.step_missing', { step: missing });
  const { review } = cycle;
  if (!review || review.learned.trim() === '' || review.next.trim() === '') return refuse('cycle.no_review', { id: cycle.id });
  return [review.buyers, review.profit].includes('unsettled') ? refuse('cycle.unsettled', { id: cycle.id }) : { ...cycle, isClosed: true };
}

/** The next cycle on the same goal starts from the review of the one before: what it says comes next is this one's strategy to begin with. Refuses `cycle.open`. */
export function nextCycle(cycle: Cycle, id: string): Cycle | Refused<'cycle.open'> {
  if (!cycle.isClosed || !cycle.review) return refuse('cycle.open', { id: cycle.id });
  return { id, goal: cycle.goal, data: null, strategy: cycle.review.next, execution: null, review: null, startedFrom: cycle.id, isClosed: false };
}
