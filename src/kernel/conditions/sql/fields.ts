import type { Day } from '../../day.ts';
import { CONSENT_LISTS, CREATED_FIELD, NAME_FIELD, REACH_FIELD, wordOf } from '../catalogue.ts';
import type { ConsentCondition, FieldCondition } from '../tree.ts';
import type { Binder } from './binder.ts';
import { daySql, listSql, not, numberSql, textSql } from './values.ts';

/** Where each reading of a field is found: a column of its own for three of them, else the map of its slot. */
const textAt = (bind: Binder, field: string): string => (field === NAME_FIELD ? 'c.name' : `c.texts[${bind.text(field)}]`);
const listAt = (bind: Binder, field: string): string => (field === REACH_FIELD ? 'c.reach' : `c.lists[${bind.text(field)}]`);
function dayAt(bind: Binder, field: string): { day: string; known: string } {
  if (field === CREATED_FIELD) return { day: 'c.created_on', known: 'true' };
  const key = bind.text(field);
  return { day: `c.days[${key}]`, known: `mapContains(c.days, ${key})` };
}

const emptySql = (bind: Binder, field: string): string =>
  `(${textAt(bind, field)} = '' AND NOT mapContains(c.numbers, ${bind.text(field)}) AND NOT ${dayAt(bind, field).known} AND empty(${listAt(bind, field)}))`;

/** A condition on a field as a predicate over `c` (customer_state). */
export function fieldSql(bind: Binder, { field, test }: FieldCondition, asOf: Day): string {
  const key = () => bind.text(field);
  switch (test.op) {
    case 'empty': return emptySql(bind, field);
    case 'present': return not(emptySql(bind, field));
    case 'yes': case 'no': {
      const at = key();
      return `(mapContains(c.numbers, ${at}) AND c.numbers[${at}] = ${test.op === 'yes' ? 1 : 0})`;
    }
    case 'is': case 'is_not': case 'greater': case 'at_least': case 'less': case 'at_most': case 'between': {
      const at = key();
      return numberSql(bind, test, `c.numbers[${at}]`, `mapContains(c.numbers, ${at})`);
    }
    case 'on': case 'before': case 'after': case 'between_days': case 'within_last': case 'not_within_last': case 'within_next':
    case 'older_than': case 'anniversary': {
      const { day, known } = dayAt(bind, field);
      return daySql(bind, test, day, known, asOf);
    }
    case 'any_of': case 'all_of': case 'none_of': return listSql(bind, test, listAt(bind, field));
    default: return textSql(bind, test, textAt(bind, field));
  }
}

/** The newest word on a channel and purpose, which the mirror keeps in two lists. */
export function consentSql(bind: Binder, { channel, purpose, state }: ConsentCondition): string {
  const has = (list: string): string => `has(c.lists[${bind.text(list)}], ${bind.text(wordOf({ channel, purpose }))})`;
  if (state !== 'unknown') return has(CONSENT_LISTS[state]);
  return not(`${has(CONSENT_LISTS.given)} OR ${has(CONSENT_LISTS.withdrawn)}`);
}
