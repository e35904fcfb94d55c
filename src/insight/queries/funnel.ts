import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import { compileFilters, type EventFilter } from '../../kernel/conditions/index.ts';
import { activity } from '../../kernel/readings.ts';
import type { Period } from '../core/periods.ts';
import { ACTIVITY_SCOPE, activityScope, type Asked, type Dimension, partSql, scopeParams } from './scope.ts';

export const FUNNEL_ORDERS = ['ordered', 'any'] as const;
/** `stepDays`: the longest wait between two steps. In any order, n steps may together span (n − 1) such waits. */
export type Funnel = { steps: readonly EventFilter[]; order: (typeof FUNNEL_ORDERS)[number]; stepDays: number; entry: Period };

export type FunnelRow = { part: string; counts: number[]; reaches: Readonly<Record<string, number>>[] };
type Statement = { sql: string; params: Record<string, unknown> };

/** Further back than any event can be: a step that was not reached. */
const NEVER = '-1000000000000000';

/**
 * For each step the newest moment at which a chain of steps up to it could end. A later end leaves more room for the
 * next step, so keeping the newest is enough, and one pass over a person's events decides every step.
 */
const ORDERED = `arrayMap((i, end) -> if(x.2[i] = 1 AND (i = 1 OR (acc[i - 1] > ${NEVER} AND x.1 - acc[i - 1] <= {step_ms:Int64})), x.1, end),
      arrayEnumerate(acc), acc)`;

/** Slots 1…n: when each step was last done; slots n+1…2n: when steps 1…k had first all been done close enough together. */
const ANY_ORDER = `arrayMap((i, old) -> if(i <= {steps:UInt8},
        if(x.2[i] = 1, x.1, old),
        if(old > ${NEVER} OR arrayMin(arrayMap(j -> if(x.2[j] = 1, x.1, acc[j]), range(1, toUInt64(greatest(1, toInt64(i) - {steps:UInt8} + 1))))) < x.1 - {step_ms:Int64} * ({steps:UInt8} - 1),
          old, x.1)),
      arrayEnumerate(acc), acc)`;

/** One row a person: the part their first step belongs to, and for each step when it was reached. */
function walked(asked: Asked, funnel: Funnel, by: Dimension): Statement {
  const { predicates, events, columns, params } = compileFilters(funnel.steps, 'f');
  const inEntry = 'day >= {from:Date32} AND day <= {to:Date32}';
  const marks = predicates.map((predicate, at) => (at === 0 || funnel.order === 'any' ? `${inEntry} AND ${predicate}` : predicate));
  const slots = funnel.order === 'any' ? 2 * marks.length : marks.length;
  const sql = `walked AS (
  SELECT customer, argMinIf(part, at, marks[1] = 1) AS part,
    arraySort(x -> (x.1, indexOf(x.2, 1)), groupArray((at, marks))) AS trail,
    arrayFold((acc, x) -> ${funnel.order === 'any' ? ANY_ORDER : ORDERED},
      trail, arrayWithConstant(${slots}, toInt64(${NEVER}))) AS folded,
    arraySlice(folded, ${slots - marks.length + 1}) AS ends
  FROM (
    SELECT customer, ${partSql(by)} AS part, toUnixTimestamp64Milli(time) AS at,
           [${marks.map((mark) => `toUInt8(${mark})`).join(', ')}] AS marks
    FROM   ${activity.since('{from:Date32}', ...new Set([...columns, ...ACTIVITY_SCOPE, 'source' as const, 'time' as const]))}
    WHERE  event IN ${events} AND day >= {from:Date32} AND ${activityScope(asked)})
  WHERE  has(marks, 1)
  GROUP  BY customer
  HAVING ends[1] > ${NEVER})`;
  const { entry, stepDays, steps } = funnel;
  return { sql, params: { ...scopeParams(asked), ...params, from: entry.from, to: entry.to, step_ms: stepDays * 86_400_000, steps: steps.length } };
}

/** People who reached each step, by part, with 可触达 beside each headcount. */
export async function loadFunnel(ch: ClickHouse, asked: Asked, funnel: Funnel, by: Dimension): Promise<FunnelRow[]> {
  const { sql, params } = walked(asked, funnel, by);
  return ch.rows<FunnelRow>(`
WITH ${sql}
SELECT part, sumForEach(arrayMap(end -> toUInt64(end > ${NEVER}), ends)) AS counts, [${funnel.steps.map((_, at) => `sumMapIf(c.open, ends[${at + 1}] > ${NEVER})`).join(', ')}] AS reaches
FROM   walked
LEFT   JOIN (
  SELECT customer, mapFromArrays(reach, arrayMap(one -> toUInt64(1), reach)) AS open
  FROM   customer_state FINAL
  WHERE  workspace = {workspace:UUID}) AS c ON c.customer = walked.customer
GROUP  BY part
ORDER  BY counts[1] DESC, part`, params);
}

/** Those who reached a step (counted from 0), or who reached the one before and not this. */
export function funnelPeople(asked: Asked, funnel: Funnel, by: Dimension, { part, step, lost }: { part: string; step: number; lost: boolean }): Statement {
  const { sql, params } = walked(asked, funnel, by);
  const which = lost ? `ends[{at:UInt8}] <= ${NEVER} AND ends[{at:UInt8} - 1] > ${NEVER}` : `ends[{at:UInt8}] > ${NEVER}`;
  return {
    sql: `WITH ${sql} SELECT customer, 1 AS top, 1 AS bottom FROM walked WHERE ({any_part:UInt8} OR part = {part:String}) AND ${which}`,
    params: { ...params, at: step + 1, part, any_part: by === 'none' ? 1 : 0 },
  };
}
