import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import { compileFilters, type EventFilter } from '../../kernel/conditions/index.ts';
import type { Day } from '../../kernel/day.ts';
import { activity } from '../../kernel/readings.ts';
import type { CohortUnit } from '../core/cohorts.ts';
import type { Period } from '../core/periods.ts';
import { ACTIVITY_SCOPE, activityScope, type Asked, scopeParams } from './scope.ts';

/** Who began in which period (their first start event ever), and in which later period they did the return event. */
export type Cohorts = { start: EventFilter; back: EventFilter; unit: CohortUnit; entry: Period; periods: number };
export type CohortRow = { cohort: Day; size: number; reach: Readonly<Record<string, number>>; back: Readonly<Record<string, number>> };

const BUCKETS: Readonly<Record<CohortUnit, (day: string) => string>> = {
  day: (day) => day, week: (day) => `toMonday(${day})`, month: (day) => `toStartOfMonth(${day})`,
};
const DISTANCES: Readonly<Record<CohortUnit, (from: string, to: string) => string>> = {
  day: (from, to) => `dateDiff('day', ${from}, ${to})`, week: (from, to) => `intDiv(dateDiff('day', ${from}, ${to}), 7)`, month: (from, to) => `dateDiff('month', ${from}, ${to})`,
};

/** One row a person: the period of their first start event, and the later periods (`ks`) in which they did the return event. */
function entries(asked: Asked, { start, back, unit, entry, periods }: Cohorts): { sql: string; params: Record<string, unknown> } {
  const bucket = BUCKETS[unit];
  const { predicates: [isStart, isBack], events, columns, params } = compileFilters([start, back], 'f');
  const sql = `entries AS (
  SELECT customer, minIf(time, is_start) AS first_time, argMinIf(day, time, is_start) AS first, ${bucket('first')} AS cohort,
         arrayDistinct(arrayFilter(k -> k <= {periods:UInt32}, arrayMap(r -> toInt64(${DISTANCES[unit]('cohort', bucket('r.2'))}),
           arrayFilter(r -> r.1 >= first_time, groupArrayIf((time, day), is_back))))) AS ks
  FROM (
    SELECT customer, time, day, (${isStart}) AS is_start, (${isBack}) AS is_back
    FROM   ${activity(...new Set([...columns, ...ACTIVITY_SCOPE, 'time' as const]))}
    WHERE  event IN ${events} AND ${activityScope(asked)})
  GROUP  BY customer
  HAVING countIf(is_start) > 0 AND first >= {from:Date32} AND first <= {to:Date32})`;
  return { sql, params: { ...scopeParams(asked), ...params, from: entry.from, to: entry.to, periods } };
}

/** Each cohort's size and, by period after its own, how many came back; 可触达 beside the size. */
export async function loadCohorts(ch: ClickHouse, asked: Asked, cohorts: Cohorts): Promise<CohortRow[]> {
  const { sql, params } = entries(asked, cohorts);
  return ch.rows<CohortRow>(`
WITH ${sql}
SELECT toString(cohort) AS cohort, count() AS size, sumMap(mapFromArrays(ks, arrayMap(k -> toUInt64(1), ks))) AS back, sumMap(c.open) AS reach
FROM   entries
LEFT   JOIN (
  SELECT customer, mapFromArrays(reach, arrayMap(one -> toUInt64(1), reach)) AS open
  FROM   customer_state FINAL
  WHERE  workspace = {workspace:UUID}) AS c ON c.customer = entries.customer
GROUP  BY cohort
ORDER  BY cohort`, params);
}

/** The people of one cohort, or of one cell of its row. */
export function cohortPeople(asked: Asked, cohorts: Cohorts, cell: { cohort: Day; k: number | null }): { sql: string; params: Record<string, unknown> } {
  const { sql, params } = entries(asked, cohorts);
  return {
    sql: `WITH ${sql} SELECT customer, 1 AS top, 1 AS bottom FROM entries WHERE cohort = {cohort:Date32} AND ({whole:UInt8} OR has(ks, {k:Int64}))`,
    params: { ...params, cohort: cell.cohort, whole: cell.k === null ? 1 : 0, k: cell.k ?? 0 },
  };
}
