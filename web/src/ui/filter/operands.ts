import { type CatalogueField, OPS_OF } from '../../../../src/kernel/conditions/catalogue.ts';
import type { Op, PropertyFilter, Test } from '../../../../src/kernel/conditions/tests.ts';

/** What an operator is compared with: nothing, one text, several, a number, two, a day, two, a number of days. */
export type Shape = 'bare' | 'text' | 'pattern' | 'texts' | 'number' | 'numbers' | 'day' | 'days' | 'count';

const SHAPE_OF: Readonly<Record<Op, Shape>> = {
  empty: 'bare', present: 'bare', yes: 'bare', no: 'bare',
  equals: 'text', not_equals: 'text', contains: 'text', not_contains: 'text', starts: 'text', not_starts: 'text', matches: 'pattern', not_matches: 'pattern',
  in: 'texts', not_in: 'texts', any_of: 'texts', all_of: 'texts', none_of: 'texts',
  is: 'number', is_not: 'number', greater: 'number', at_least: 'number', less: 'number', at_most: 'number', between: 'numbers',
  on: 'day', before: 'day', after: 'day', between_days: 'days', within_last: 'count', not_within_last: 'count', within_next: 'count', older_than: 'count', anniversary: 'count',
};
export const shapeOf = (op: Op): Shape => SHAPE_OF[op];

export const NUMBER_OPS = ['at_least', 'greater', 'at_most', 'less', 'is', 'is_not', 'between'] as const;
export const DAY_OPS = OPS_OF.day.filter((op) => op !== 'empty' && op !== 'present');
export const LIST_OPS = ['any_of', 'all_of', 'none_of'] as const;
/** A property of an event may be anything. */
export const PROPERTY_OPS: readonly Op[] = [
  'equals', 'not_equals', 'in', 'not_in', 'contains', 'not_contains', 'starts', 'not_starts', 'matches', 'not_matches', 'at_least', 'greater', 'at_most', 'less', 'is', 'is_not', 'between', 'yes', 'no', 'present', 'empty',
];
export const AMOUNT = '$amount';
const AMOUNT_OPS: readonly Op[] = [...NUMBER_OPS, 'present', 'empty'];
/** Operators in the order they are offered; the one in use is always among them. */
const withNow = (ops: readonly Op[], now: Op): readonly Op[] => (ops.includes(now) ? ops : [now, ...ops]);
export const opsOfProperty = ({ property, test }: PropertyFilter): readonly Op[] => withNow(property === AMOUNT ? AMOUNT_OPS : PROPERTY_OPS, test.op);
export const opsOfField = (field: CatalogueField | undefined, now: Op): readonly Op[] =>
  withNow(!field ? [] : field.encrypted ? ['empty', 'present'] : OPS_OF[field.type], now);

const COUNT_DAYS = 30;
const blankOf = (op: Op): Record<string, unknown> => {
  switch (SHAPE_OF[op]) {
    case 'bare': return { op };
    case 'text': case 'pattern': return { op, value: '' };
    case 'texts': return { op, values: [] };
    case 'number': return { op, value: Number.NaN };
    case 'numbers': return { op, from: Number.NaN, to: Number.NaN };
    case 'day': return { op, day: '' };
    case 'days': return { op, from: '', to: '' };
    case 'count': return { op, days: COUNT_DAYS };
  }
};

/** A test with nothing to compare with yet: numbers that are none, empty texts. */
export const blankTest = (op: Op): Test => blankOf(op) as Test;

/** The same test asked in another way; what it was compared with stays where the other way has a place for it. */
export function withOp(test: Test, op: Op): Test {
  const blank = blankOf(op), before: Record<string, unknown> = { ...test };
  if (blank.values && typeof before.value === 'string' && before.value !== '') return { ...blank, values: [before.value] } as unknown as Test;
  if (blank.value === '' && Array.isArray(before.values) && typeof before.values[0] === 'string') return { ...blank, value: before.values[0] } as Test;
  if (SHAPE_OF[op] === 'numbers' && typeof before.value === 'number') return { ...blank, from: before.value } as Test;
  const kept = Object.entries(blank).map(([key, value]) => [key, key !== 'op' && key in before && typeof before[key] === typeof value && Array.isArray(before[key]) === Array.isArray(value) ? before[key] : value]);
  return Object.fromEntries(kept) as Test;
}

/** Money is kept in minor units; people read and write major ones. */
const MINOR = 100;
/** Digits that a number of this size holds for sure. */
const DIGITS = 15;
export const shownNumber = (value: number, isMoney: boolean): string => (Number.isFinite(value) ? String(isMoney ? value / MINOR : value) : '');
/** A number that is none where the text is none. */
export const readNumber = (text: string, isMoney: boolean): number => {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return isMoney && Number.isFinite(value) ? Number((value * MINOR).toPrecision(DIGITS)) : value;
};
