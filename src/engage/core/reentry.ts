import type { Reentry } from './definition.ts';
import { localOf, weekdayOf } from './zone.ts';
import { addDays } from '../../kernel/day.ts';

const DAY_MS = 86_400_000;

/** What of the calendar a rule looks at, as text: two instants with the same text are in the same day, week, month or year of the person. */
function stretchOf(rule: 'day' | 'week' | 'month' | 'year', zone: string, ms: number): string {
  const { day } = localOf(zone, ms);
  if (rule === 'week') return addDays(day, 1 - weekdayOf(day));
  return rule === 'day' ? day : day.slice(0, rule === 'month' ? 7 : 4);
}

/** The last time somebody (with this key) entered; `inside`: they have not left. */
export type Before = { enteredAt: number; inside: boolean };

/** Whether somebody may enter now. Whoever is inside with the same key never enters a second time beside. */
export function mayEnter(rule: Reentry, before: Before | undefined, zone: string, moment: number): boolean {
  if (!before) return true;
  if (before.inside || rule === 'once') return false;
  if (rule === 'always') return true;
  if (typeof rule === 'object') return moment - before.enteredAt >= rule.days * DAY_MS;
  return stretchOf(rule, zone, before.enteredAt) !== stretchOf(rule, zone, moment);
}
