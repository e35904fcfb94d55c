import { daysBetween } from '../day.ts';
import { Refusal } from '../errors.ts';
import { own } from '../own.ts';
import { CONSENT_LISTS, CREATED_FIELD, NAME_FIELD, REACH_FIELD, wordOf } from './catalogue.ts';
import { eventHolds, sequenceHolds, unfollowedHolds } from './evaluateEvents.ts';
import { dayHolds, listHolds, numberHolds, textHolds } from './evaluateValues.ts';
import { type AsOf, type Moment, momentOf } from './moments.ts';
import type { Person } from './person.ts';
import { windowDays } from './ranges.ts';
import type { Condition, ConsentCondition, FieldCondition, StageCondition, Tree } from './tree.ts';

/** Which reading an operator asks for; `empty` and `present` look in every slot of the key. */
function fieldHolds({ field, test }: FieldCondition, person: Person, { day: asOf }: Moment): boolean {
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

function consentHolds({ channel, purpose, state }: ConsentCondition, { lists }: Person): boolean {
  const has = (list: string): boolean => (own(lists, list) ?? []).includes(wordOf({ channel, purpose }));
  return state === 'unknown' ? !has(CONSENT_LISTS.given) && !has(CONSENT_LISTS.withdrawn) : has(CONSENT_LISTS[state]);
}

function stageHolds(condition: StageCondition, { stages }: Person, { day: asOf }: Moment): boolean {
  const on = (day: string) => stages.findLast(({ since }) => since <= day);
  const now = on(asOf);
  switch (condition.ask) {
    case 'is': return condition.stages.includes(on(condition.day !== undefined && condition.day < asOf ? condition.day : asOf)?.stage ?? '');
    case 'cycle': return numberHolds(condition.test, now?.cycle);
    case 'lasted': return now !== undefined && condition.stages.includes(now.stage) && numberHolds(condition.test, daysBetween(now.since, asOf));
    case 'entered': {
      const { from, to } = windowDays(condition.window, asOf);
      const comes = (at: number): boolean => !condition.from || condition.from.includes(stages[at - 1]?.stage ?? '');
      return numberHolds(condition.times, stages.filter(({ stage, since }, at) => condition.stages.includes(stage) && comes(at) && since >= from && since <= to).length);
    }
  }
}

/** One condition of a tree. Refuses `condition.segment_unresolved`. */
export function holds(condition: Condition, person: Person, moment: Moment): boolean {
  switch (condition.kind) {
    case 'and': return condition.of.every((child) => holds(child, person, moment));
    case 'or': return condition.of.some((child) => holds(child, person, moment));
    case 'not': return !holds(condition.of, person, moment);
    case 'tag': return listHolds(condition.test, person.tags);
    case 'field': return fieldHolds(condition, person, moment);
    case 'event': return eventHolds(condition, person.activity, moment);
    case 'sequence': return sequenceHolds(condition, person.activity, moment);
    case 'unfollowed': return unfollowedHolds(condition, person.activity, moment);
    case 'stage': return stageHolds(condition, person, moment);
    case 'consent': return consentHolds(condition, person);
    case 'kept': return person.kept.includes(condition.list);
    case 'segment': throw new Refusal('condition.segment_unresolved', { segment: condition.segment });
  }
}

/**
 * Does this person fit the tree at the moment, or at the end of the day, given? Pure; the same answer as the compiled SQL
 * (held by conditions.test.ts on random trees and histories). Refuses `condition.segment_unresolved`: segments are resolved first (resolve.ts).
 */
export const evaluate = (tree: Tree, person: Person, asOf: AsOf): boolean => holds(tree.root, person, momentOf(asOf));
