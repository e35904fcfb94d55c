import type { Day } from '../day.ts';
import { own } from '../own.ts';
import { CREATED_FIELD, NAME_FIELD, REACH_FIELD } from './catalogue.ts';
import { measured, picked } from './evaluateEvents.ts';
import { type AsOf, type Moment, momentOf } from './moments.ts';
import type { Person } from './person.ts';
import type { FieldCondition, Leaf, StageCondition } from './tree.ts';

/** What a condition found of a person: what it compares. `none`: nothing is known, or it compares no single value. */
export type Found = { kind: 'none' } | { kind: 'text'; value: string } | { kind: 'number'; value: number } | { kind: 'day'; value: Day } | { kind: 'list'; values: readonly string[] };

const NONE: Found = { kind: 'none' };
const numberOr = (value: number | undefined): Found => (value === undefined || !Number.isFinite(value) ? NONE : { kind: 'number', value });
const textOr = (value: string | undefined): Found => (value ? { kind: 'text', value } : NONE);
const dayOr = (value: Day | undefined): Found => (value ? { kind: 'day', value } : NONE);
const listOr = (values: readonly string[]): Found => (values.length > 0 ? { kind: 'list', values } : NONE);

function fieldFound({ field }: FieldCondition, person: Person): Found {
  if (field === NAME_FIELD) return textOr(person.name);
  if (field === CREATED_FIELD) return dayOr(person.createdOn);
  if (field === REACH_FIELD) return listOr(person.reach);
  const [text, number, day, list] = [own(person.texts, field), own(person.numbers, field), own(person.days, field), own(person.lists, field)];
  return text ? textOr(text) : number !== undefined ? numberOr(number) : day !== undefined ? dayOr(day) : listOr(list ?? []);
}

function stageFound(condition: StageCondition, { stages }: Person, { day: asOf }: Moment): Found {
  const day = condition.ask === 'is' && condition.day !== undefined && condition.day < asOf ? condition.day : asOf;
  const standing = stages.findLast(({ since }) => since <= day);
  if (condition.ask === 'cycle') return numberOr(standing?.cycle);
  return condition.ask === 'entered' ? numberOr(stages.filter(({ stage, since }) => condition.stages.includes(stage) && since <= asOf).length) : textOr(standing?.stage);
}

/** The value a condition looks at, of this person at this moment; chains, consents, lists and segments have none but their truth. */
export function foundOf(leaf: Leaf, person: Person, asOf: AsOf): Found {
  const moment = momentOf(asOf);
  switch (leaf.kind) {
    case 'field': return fieldFound(leaf, person);
    case 'tag': return listOr(person.tags);
    case 'stage': return stageFound(leaf, person, moment);
    case 'event': {
      const value = measured(leaf.of, picked(leaf, person.activity, moment));
      return typeof value === 'number' ? numberOr(value) : dayOr(value);
    }
    default: return NONE;
  }
}
