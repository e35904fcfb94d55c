import type { Moment } from '../moments.ts';
import type { EventCondition } from '../tree.ts';
import type { Binder } from './binder.ts';
import type { History } from './history.ts';
import { daySql, numberSql } from './values.ts';

/** An event condition as a predicate over a person's arrays. */
export function eventSql({ bind, history, moment }: { bind: Binder; history: History; moment: Moment }, condition: EventCondition): string {
  const { event, of } = condition;
  const mine = (array: string, extra?: string): string => history.picked(condition, array, extra ? [extra] : []);
  switch (of.measure) {
    case 'count': return numberSql(bind, of.test, history.count(condition), 'true');
    case 'days': return numberSql(bind, of.test, `arrayUniq(${mine(history.array(event, 'd'))})`, 'true');
    case 'distinct': return numberSql(bind, of.test, `arrayUniq(${mine(history.keys(event, of.property), 'x != 0')})`, 'true');
    case 'sum': return numberSql(bind, of.test, `arraySum(${mine(history.numbers(event, of.property), 'NOT isNaN(x)')})`, 'true');
    case 'average': case 'min': case 'max': {
      const values = mine(history.numbers(event, of.property), 'NOT isNaN(x)');
      return numberSql(bind, of.test, `${MEASURES[of.measure]}(${values})`, `notEmpty(${values})`);
    }
    case 'first': case 'last': {
      const days = mine(history.array(event, 'd'));
      return daySql(bind, of.test, `toDate32(${of.measure === 'first' ? 'arrayMin' : 'arrayMax'}(${days}))`, `notEmpty(${days})`, moment.day);
    }
  }
}

const MEASURES = { average: 'arrayAvg', min: 'arrayMin', max: 'arrayMax' } as const;
