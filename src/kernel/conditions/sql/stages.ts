import type { Moment } from '../moments.ts';
import { windowDays } from '../ranges.ts';
import type { StageCondition } from '../tree.ts';
import type { Binder } from './binder.ts';
import { numberSql } from './values.ts';

/** Which of the stages a person was in at the end of a day: 0 before the first. */
const placeAt = (day: string): string => `arrayLastIndex(e -> e <= ${day}, entered)`;

/** A condition on the way through the stages as a predicate over a person's arrays `stages`, `entered` and `cycles`. */
export function stageSql(bind: Binder, condition: StageCondition, { day }: Moment): string {
  const asOf = bind.day(day);
  switch (condition.ask) {
    // A day to come has no stage yet.
    case 'is': return `has(${bind.texts(condition.stages)}, stages[${placeAt(condition.day === undefined ? asOf : `least(${bind.day(condition.day)}, ${asOf})`)}])`;
    case 'cycle': return numberSql(bind, condition.test, `cycles[${placeAt(asOf)}]`, `${placeAt(asOf)} > 0`);
    case 'lasted': return `has(${bind.texts(condition.stages)}, stages[${placeAt(asOf)}]) AND ${numberSql(bind, condition.test, `dateDiff('day', entered[${placeAt(asOf)}], ${asOf})`, 'true')}`;
    case 'entered': {
      const { from, to } = windowDays(condition.window, day);
      const before = condition.from ? ` AND has(${bind.texts(condition.from)}, b)` : '';
      return numberSql(bind, condition.times, `arrayCount((s, b, e) -> has(${bind.texts(condition.stages)}, s)${before} AND e >= ${bind.day(from)} AND e <= ${bind.day(to)}, stages, arrayPushFront(arrayPopBack(stages), ''), entered)`, 'true');
    }
  }
}

/** The way of every customer of the workspace who has one. */
export const STAGES = `(SELECT customer, arrayMap(s -> toString(s), stages) AS stages, entered, cycles FROM stage_now FINAL WHERE workspace = {workspace:UUID})`;
