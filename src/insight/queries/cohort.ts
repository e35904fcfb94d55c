import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import { compileFilters, type EventFilter } from '../../kernel/conditions/index.ts';
import type { Day } from '../../kernel/day.ts';
import type { CohortUnit } from '../core/cohorts.ts';
import type { Period } from '../core/periods.ts';
import { activityScope, type Asked, scopeParams } from './scope.ts';

/** Who began in which period (their first start event ever), and in which later period they did the return event. */
export type Cohorts = { start: EventFilter; back: EventFilter; unit: CohortUnit; entry: Period; periods: number };
export type CohortSize = { cohort: Day; size: number };
export type CohortReturn = { cohort: Day; k: number; people: number };

const BUCKETS: Readonly<Record<CohortUnit, (day: string) => string>> = {
  day: (day) => day, week: (day) => `toMonday(${day})`, month: (day) => `toStartOfMonth(${day})`,
};
const DISTANCES: Readonly<Record<CohortUnit, (from: string, to: string) => string>> = {
  day: (from, to) => `dateDiff('day', ${from}, ${to})`, week: (from, to) => `intDiv(dateDiff('day', ${from}, ${to}), 7)`, month: (from, to) => `dateDiff('month', ${from}, ${to})`,
};

function statement(asked: Asked, { start, back, unit, entry, periods }: Cohorts): { entries: string; returns: string; params: Record<string, unknown> } {
  const bucket = BUCKETS[unit];
  const { predicates: [isStart, isBack], params } = compileFilters([start, back], 'f');
  const entries = `entries AS (
  SELECT customer, min(time) AS first_time, argMin(day, time) AS first, ${bucket('first')} AS cohort
  FROM   activity(workspace = {workspace:UUID})
  WHERE  ${isStart} AND ${activityScope(asked)}
  GROUP  BY customer
  HAVING first >= {from:Date32} AND first <= {to:Date32})`;
  const returns = `
  SELECT entries.customer AS customer, entries.cohort AS cohort, ${DISTANCES[unit]('entries.cohort', bucket('a.day'))} AS k
  FROM   entries
  INNER  JOIN (
    SELECT customer, time, day
    FROM   activity(workspace = {workspace:UUID})
    WHERE  ${isBack} AND ${activityScope(asked)}) AS a ON a.customer = entries.customer
  WHERE  a.time >= entries.first_time AND k <= {periods:UInt32}`;
  return { entries, returns, params: { ...scopeParams(asked), ...params, from: entry.from, to: entry.to, periods } };
}

export async function loadCohorts(ch: ClickHouse, asked: Asked, cohorts: Cohorts): Promise<{ sizes: CohortSize[]; returns: CohortReturn[] }> {
  const { entries, returns, params } = statement(asked, cohorts);
  const [sizes, counted] = await Promise.all([
    ch.rows<CohortSize>(`WITH ${entries} SELECT toString(cohort) AS cohort, count() AS size FROM entries GROUP BY cohort`, params),
    ch.rows<CohortReturn>(`WITH ${entries} SELECT toString(cohort) AS cohort, k, uniqExact(customer) AS people FROM (${returns}) GROUP BY cohort, k`, params),
  ]);
  return { sizes, returns: counted };
}

/** The people of one cohort, or of one cell of its row. */
export function cohortPeople(asked: Asked, cohorts: Cohorts, cell: { cohort: Day; k: number | null }): { sql: string; params: Record<string, unknown> } {
  const { entries, returns, params } = statement(asked, cohorts);
  const sql = cell.k === null
    ? `WITH ${entries} SELECT customer, 1 AS top, 1 AS bottom FROM entries WHERE cohort = {cohort:Date32}`
    : `WITH ${entries} SELECT customer, 1 AS top, 1 AS bottom FROM (${returns}) WHERE cohort = {cohort:Date32} AND k = {k:Int64} GROUP BY customer`;
  return { sql, params: { ...params, cohort: cell.cohort, ...(cell.k === null ? {} : { k: cell.k }) } };
}
