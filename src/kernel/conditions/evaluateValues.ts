import type { Day } from '../day.ts';
import { folded } from './folded.ts';
import { isFound } from './pattern.ts';
import { anniversaryMarks, dayRange, inDays, inNumbers, markOf, numberRange } from './ranges.ts';
import type { DayTest, NumberTest, Test } from './tests.ts';

/** Whether one comparison of a text, a number, a day or a list holds; undefined is no value. */
export function textHolds(test: Test, value: string): boolean {
  switch (test.op) {
    case 'equals': return folded(value) === folded(test.value);
    case 'not_equals': return folded(value) !== folded(test.value);
    case 'contains': return folded(value).includes(folded(test.value));
    case 'not_contains': return !folded(value).includes(folded(test.value));
    case 'starts': return folded(value).startsWith(folded(test.value));
    case 'not_starts': return !folded(value).startsWith(folded(test.value));
    case 'in': return test.values.some((one) => folded(one) === folded(value));
    case 'not_in': return !test.values.some((one) => folded(one) === folded(value));
    case 'matches': return isFound(test.value, value);
    case 'not_matches': return !isFound(test.value, value);
    case 'empty': return value === '';
    case 'present': return value !== '';
    default: return false;
  }
}

export const numberHolds = (test: NumberTest, value: number | undefined): boolean =>
  value === undefined ? test.op === 'is_not' : inNumbers(numberRange(test), value);

export function dayHolds(test: DayTest, day: Day | undefined, asOf: Day): boolean {
  if (day === undefined) return test.op === 'not_within_last';
  if (!inDays(dayRange(test, asOf), day)) return false;
  return test.op !== 'anniversary' || anniversaryMarks(asOf, test.days).includes(markOf(day));
}

export function listHolds(test: Test, list: readonly string[]): boolean {
  switch (test.op) {
    case 'any_of': return test.values.some((value) => list.includes(value));
    case 'all_of': return test.values.every((value) => list.includes(value));
    case 'none_of': return !test.values.some((value) => list.includes(value));
    case 'empty': return list.length === 0;
    case 'present': return list.length > 0;
    default: return false;
  }
}
