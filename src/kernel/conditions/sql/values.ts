import type { Day } from '../../day.ts';
import { folded } from '../folded.ts';
import { demandPattern } from '../pattern.ts';
import { anniversaryMarks, dayRange, numberRange } from '../ranges.ts';
import type { DayTest, NumberTest, Test } from '../tests.ts';
import type { Binder } from './binder.ts';

/** How one comparison of a number, a day, a text or a list is written; `known` says where there is a value at all. */
export const not = (sql: string): string => `NOT (${sql})`;

export function numberSql(bind: Binder, test: NumberTest, value: string, known: string): string {
  const { low, high, lowOpen, highOpen, outside } = numberRange(test);
  const sides = [known];
  if (Number.isFinite(low)) sides.push(`${value} ${lowOpen ? '>' : '>='} ${bind.number(low)}`);
  if (Number.isFinite(high)) sides.push(`${value} ${highOpen ? '<' : '<='} ${bind.number(high)}`);
  const inside = sides.join(' AND ');
  return outside ? not(inside) : `(${inside})`;
}

export function daySql(bind: Binder, test: DayTest, value: string, known: string, asOf: Day): string {
  const { from, to, outside } = dayRange(test, asOf);
  const inside = [known, `${value} >= ${bind.day(from)}`, `${value} <= ${bind.day(to)}`];
  if (test.op === 'anniversary') inside.push(`toMonth(${value}) * 100 + toDayOfMonth(${value}) IN ${bind.marks(anniversaryMarks(asOf, test.days))}`);
  return outside ? not(inside.join(' AND ')) : `(${inside.join(' AND ')})`;
}

export function textSql(bind: Binder, test: Test, value: string): string {
  switch (test.op) {
    case 'equals': return `lower(${value}) = ${bind.text(folded(test.value))}`;
    case 'not_equals': return `lower(${value}) != ${bind.text(folded(test.value))}`;
    case 'contains': return `position(lower(${value}), ${bind.text(folded(test.value))}) > 0`;
    case 'not_contains': return `position(lower(${value}), ${bind.text(folded(test.value))}) = 0`;
    case 'starts': return `startsWith(lower(${value}), ${bind.text(folded(test.value))})`;
    case 'not_starts': return not(`startsWith(lower(${value}), ${bind.text(folded(test.value))})`);
    case 'in': return `lower(${value}) IN ${bind.texts(test.values.map(folded))}`;
    case 'not_in': return `lower(${value}) NOT IN ${bind.texts(test.values.map(folded))}`;
    case 'matches': return `match(${value}, ${bind.text(demandPattern(test.value))})`;
    case 'not_matches': return not(`match(${value}, ${bind.text(demandPattern(test.value))})`);
    case 'empty': return `${value} = ''`;
    case 'present': return `${value} != ''`;
    default: throw new Error(`no text reading of ${test.op}`);
  }
}

export function listSql(bind: Binder, test: Test, list: string): string {
  switch (test.op) {
    case 'any_of': return `hasAny(${list}, ${bind.texts(test.values)})`;
    case 'all_of': return `hasAll(${list}, ${bind.texts(test.values)})`;
    case 'none_of': return not(`hasAny(${list}, ${bind.texts(test.values)})`);
    case 'empty': return `empty(${list})`;
    case 'present': return `notEmpty(${list})`;
    default: throw new Error(`no list reading of ${test.op}`);
  }
}
