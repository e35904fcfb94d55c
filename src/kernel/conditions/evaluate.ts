import type { Day } from '../day.ts';
import { own } from '../own.ts';
import { CREATED_FIELD, NAME_FIELD, REACH_FIELD } from './catalogue.ts';
import { anniversaryMarks, dayRange, inDays, inNumbers, markOf, numberRange, windowDays } from './ranges.ts';
import type { Condition, DayTest, EventCondition, FieldCondition, NumberTest, PropertyFilter, Test, Tree } from './tree.ts';

/** One line of what a person did. `amount` is minor units of the reporting currency. */
export type Activity = {
  day: Day; event: string; source: string; shop: string; channel: string; amount: number | null;
  properties: Readonly<Record<string, unknown>>;
};
/** One customer as `customer_state` mirrors them, with their history. */
export type Person = {
  name: string;
  createdOn: Day;
  reach: readonly string[];
  texts: Readonly<Record<string, string>>;
  numbers: Readonly<Record<string, number>>;
  days: Readonly<Record<string, Day>>;
  lists: Readonly<Record<string, readonly string[]>>;
  tags: readonly string[];
  activity: readonly Activity[];
};

/** Letters A–Z compare without case; every other character as it is (what ClickHouse's `lower` does). */
export const folded = (text: string): string => text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());

const DECIMAL = /^-?\d{1,15}(\.\d{1,15})?$/;
/** A property as a number, only where it is written as a plain decimal. */
export const decimalOf = (text: string | undefined): number | undefined => (text !== undefined && DECIMAL.test(text) ? Number(text) : undefined);

function textHolds(test: Test, value: string): boolean {
  switch (test.op) {
    case 'equals': return folded(value) === folded(test.value);
    case 'not_equals': return folded(value) !== folded(test.value);
    case 'contains': return folded(value).includes(folded(test.value));
    case 'not_contains': return !folded(value).includes(folded(test.value));
    case 'starts': return folded(value).startsWith(folded(test.value));
    case 'not_starts': return !folded(value).startsWith(folded(test.value));
    case 'in': return test.values.some((one) => folded(one) === folded(value));
    case 'not_in': return !test.values.some((one) => folded(one) === folded(value));
    case 'empty': return value === '';
    case 'present': return value !== '';
    default: return false;
  }
}

const numberHolds = (test: NumberTest, value: number | undefined): boolean =>
  value === undefined ? test.op === 'is_not' : inNumbers(numberRange(test), value);

function dayHolds(test: DayTest, day: Day | undefined, asOf: Day): boolean {
  if (day === undefined) return test.op === 'not_within_last';
  if (!inDays(dayRange(test, asOf), day)) return false;
  return test.op !== 'anniversary' || anniversaryMarks(asOf, test.days).includes(markOf(day));
}

function listHolds(test: Test, list: readonly string[]): boolean {
  switch (test.op) {
    case 'any_of': return test.values.some((value) => list.includes(value));
    case 'all_of': return test.values.every((value) => list.includes(value));
    case 'none_of': return !test.values.some((value) => list.includes(value));
    case 'empty': return list.length === 0;
    case 'present': return list.length > 0;
    default: return false;
  }
}

/** Which reading an operator asks for; `empty` and `present` look in every slot of the key. */
function fieldHolds({ field, test }: FieldCondition, person: Person, asOf: Day): boolean {
  const text = field === NAME_FIELD ? person.name : own(person.texts, field) ?? '';
  const number = own(person.numbers, field);
  const day = field === CREATED_FIELD ? person.createdOn : own(person.days, field);
  const list = field === REACH_FIELD ? person.reach : own(person.lists, field) ?? [];
  switch (test.op) {
    case 'yes': return number === 1;
    case 'no': return number === 0;
    case 'empty': return text === '' && number === undefined && day === undefined && list.length === 0;
    case 'present': return text !== '' || number !== undefined || day !== undefined || list.length > 0;
    case 'is': case 'is_not': case 'greater': case 'at_least': case 'less': case 'at_most': case 'between': return numberHolds(test, number);
    case 'on': case 'before': case 'after': case 'between_days': case 'within_last': case 'not_within_last': case 'within_next':
    case 'older_than': case 'anniversary': return dayHolds(test, day, asOf);
    case 'any_of': case 'all_of': case 'none_of': return listHolds(test, list);
    default: return textHolds(test, text);
  }
}

/** A value as the text ClickHouse keeps of it; an absent or null property is undefined. Dots walk into objects. */
export function propertyText(properties: Readonly<Record<string, unknown>>, path: string): string | undefined {
  let at: unknown = own(properties, path);
  if (at === undefined) at = path.split('.').reduce<unknown>((node, part) => (typeof node === 'object' && node !== null ? own(node as Record<string, unknown>, part) : undefined), properties);
  if (typeof at === 'string') return at;
  return typeof at === 'number' || typeof at === 'boolean' ? String(at) : undefined;
}

const COLUMNS = { $shop: 'shop', $channel: 'channel', $source: 'source' } as const;
function textOf(activity: Activity, property: string): string | undefined {
  if (property === '$amount') return activity.amount === null ? undefined : String(activity.amount);
  const column = own(COLUMNS, property);
  return column ? activity[column] : propertyText(activity.properties, property);
}

function filterHolds({ property, test }: PropertyFilter, activity: Activity): boolean {
  const text = textOf(activity, property);
  switch (test.op) {
    case 'is': case 'is_not': case 'greater': case 'at_least': case 'less': case 'at_most': case 'between': return numberHolds(test, decimalOf(text));
    case 'yes': return text === 'true';
    case 'no': return text === 'false';
    default: return textHolds(test, text ?? '');
  }
}

function eventHolds({ event, where, window, of }: EventCondition, person: Person, asOf: Day): boolean {
  const { from, to } = windowDays(window, asOf);
  const seen = person.activity.filter((a) => a.event === event && a.day >= from && a.day <= to && where.every((filter) => filterHolds(filter, a)));
  switch (of.measure) {
    case 'count': return numberHolds(of.test, seen.length);
    case 'days': return numberHolds(of.test, new Set(seen.map((a) => a.day)).size);
    case 'sum': return numberHolds(of.test, seen.reduce((sum, a) => sum + (decimalOf(textOf(a, of.property)) ?? 0), 0));
    case 'distinct': return numberHolds(of.test, new Set(seen.map((a) => textOf(a, of.property) ?? '').filter((text) => text !== '')).size);
    case 'first': case 'last': {
      const days = seen.map((a) => a.day).sort();
      return dayHolds(of.test, of.measure === 'first' ? days[0] : days.at(-1), asOf);
    }
  }
}

function holds(condition: Condition, person: Person, asOf: Day): boolean {
  switch (condition.kind) {
    case 'and': return condition.of.every((child) => holds(child, person, asOf));
    case 'or': return condition.of.some((child) => holds(child, person, asOf));
    case 'not': return !holds(condition.of, person, asOf);
    case 'tag': return listHolds(condition.test, person.tags);
    case 'field': return fieldHolds(condition, person, asOf);
    case 'event': return eventHolds(condition, person, asOf);
  }
}

/**
 * Does this person fit the tree on the as-of day? Pure; the same answer as the compiled SQL
 * (held by conditions.test.ts on random trees and histories).
 */
export const evaluate = (tree: Tree, person: Person, asOf: Day): boolean => holds(tree.root, person, asOf);
