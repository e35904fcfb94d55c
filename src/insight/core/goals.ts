import { type Day, daysBetween } from '../../kernel/day.ts';
import type { Pace } from './metrics.ts';

/** Share of a window that has passed by the data's own day, 0–1; the first and last day count whole. */
export function elapsedShare({ from, to }: { from: Day; to: Day }, asOf: Day): number {
  if (asOf < from) return 0;
  return asOf >= to ? 1 : (daysBetween(from, asOf) + 1) / (daysBetween(from, to) + 1);
}

/**
 * Where a figure would end if the rest of the window ran like the part seen: a run rate, nothing more.
 * Null before the first day. Rates stay within 0–1.
 */
export function runRate(pace: Pace, value: number | null, elapsed: number): number | null {
  if (value === null || elapsed === 0) return null;
  switch (pace) {
    case 'level': return value;
    case 'adds': return value / elapsed;
    case 'gathers': return Math.min(1, value / elapsed);
    case 'loses': return Math.max(0, 1 - (1 - value) / elapsed);
  }
}

/**
 * How many more people it takes to reach the target (R41): for a rate, the smallest number of people that makes the share,
 * less those there are; for a headcount the difference. `better: less` counts those too many. 0 when reached.
 */
export function gapInPeople(goal: { unit: 'rate' | 'people'; better: 'more' | 'less' | 'none'; target: number }, top: number, bottom: number): number {
  const wanted = goal.unit === 'rate' ? goal.target * bottom : goal.target;
  // A target like 0.3 is slightly off in binary: 0.3 × 500 must ask for 150 people, not 151.
  const nudge = Math.max(1, wanted) * 1e-9;
  return goal.better === 'less' ? Math.max(0, top - Math.floor(wanted + nudge)) : Math.max(0, Math.ceil(wanted - nudge) - top);
}

/** The gap in people that a value would leave (R41): of a share, among as many people as count now. */
export const gapAt = (goal: Parameters<typeof gapInPeople>[0], value: number, bottom: number): number =>
  Math.max(0, Math.ceil(gapInPeople(goal, goal.unit === 'rate' ? value * bottom : value, bottom) - 1e-6));

export const GOAL_STATES = ['reached', 'on_course', 'behind', 'missed', 'waiting'] as const;
export type GoalState = (typeof GOAL_STATES)[number];

/** Where a goal stands, in one word. Before the last day only what cannot shrink again counts as reached. */
export function goalState(goal: { better: 'more' | 'less' | 'none'; target: number; pace: Pace }, current: number | null, forecast: number | null, elapsed: number): GoalState {
  if (current === null || elapsed === 0) return 'waiting';
  const meets = (value: number): boolean => (goal.better === 'less' ? value <= goal.target + 1e-12 : value >= goal.target - 1e-12);
  if (elapsed >= 1) return meets(current) ? 'reached' : 'missed';
  if (goal.better !== 'less' && (goal.pace === 'adds' || goal.pace === 'gathers') && meets(current)) return 'reached';
  return forecast !== null && meets(forecast) ? 'on_course' : 'behind';
}
