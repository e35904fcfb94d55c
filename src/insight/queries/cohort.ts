import { compileFilters, type EventFilter } from '../../kernel/conditions/index.ts';
import type { Day } from '../../kernel/day.ts';
import { activity } from '../../kernel/readings.ts';
import type { CohortUnit } from '../core/cohorts.ts';
import type { Period } from '../core/periods.ts';
import { OPEN_TO, REACH, type ReachCounts, reachCounts } from './reach.ts';
import { ACTIVITY_SCOPE, activityScope, type Asked, type Reader, scopeParams } from './scope.ts';

/** Who began in which period (their first start event ever), and in which later period they did the return event. */
export type Cohorts = { start: EventFilter; back: EventFilter; unit: CohortUnit; entry: Period; periods: number };
export type CohortRow = { cohort: Day; size: number; reach: ReachCounts; back: Readonly<Record<string, number>> };

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
  SELECT customer, ${bucket('first')} AS cohort,
         arrayDistinct(arrayFilter(k -> k <= {periods:UInt32}, arrayMap(one -> toInt64(${DISTANCES[unit]('cohort', bucket('one'))}), arrayFilter((one, at) -> at >= first_time, back_days, back_times)))) AS ks
  FROM (
    SELECT customer, minIf(time, is_start) AS first_time, argMinIf(day, time, is_start) AS first, groupArrayIf(time, is_back) AS back_times, groupArrayIf(day, is_back) AS back_days
    FROM (
      SELECT customer, time, day, (${isStart}) AS is_start, (${isBack}) AS is_back
      FROM   ${activity(...new Set([...columns, ...ACTIVITY_SCOPE, 'time' as const]))}
      WHERE  event IN ${events} AND ${activityScope(asked)})
    GROUP  BY customer
    HAVING countIf(is_start) > 0 AND first >= {from:Date32} AND first <= {to:Date32}))`;
  return { sql, params: { ...scopeParams(asked), ...params, from: entry.from, to: entry.to, periods } };
}

/** Stands for everybody of a cohort, among the periods some of them came back in. */
const WHOLE = -1;

/** Each cohort's size and, by period after its own, how many came back; 可触达 beside the size. */
export async function loadCohorts(ch: Reader, asked: Asked, cohorts: Cohorts): Promise<CohortRow[]> {
  const { sql, params } = entries(asked, cohorts);
  const rows = await ch.rows<{ cohort: Day; k: number; people: number; reach: number[] }>(`
WITH ${sql}
SELECT toString(cohort) AS cohort, arrayJoin(arrayPushFront(ks, ${WHOLE})) AS k, count() AS people, ${OPEN_TO} AS reach
FROM   entries AS g${REACH}
GROUP  BY cohort, k
ORDER  BY cohort, k`, params);
  return [...Map.groupBy(rows, ({ cohort }) => cohort)].map(([cohort, cells]) => {
    const whole = cells.find(({ k }) => k === WHOLE);
    return { cohort, size: whole?.people ?? 0, reach: reachCounts(whole?.reach ?? []), back: Object.fromEntries(cells.filter(({ k }) => k !== WHOLE).map(({ k, people }) => [k, people])) };
  });
}

/** The people of one cohort, or of one cell of its row. */
export function cohortPeople(asked: Asked, cohorts: Cohorts, cell: { cohort: Day; k: number | null }): { sql: string; params: Record<string, unknown> } {
  const { sql, params } = entries(asked, cohorts);
  return {
    sql: `WITH ${sql} SELECT customer, 1 AS top, 1 AS bottom FROM entries WHERE cohort = {cohort:Date32} AND ({whole:UInt8} OR has(ks, {k:Int64}))`,
    params: { ...params, cohort: cell.cohort, whole: cell.k === null ? 1 : 0, k: cell.k ?? 0 },
  };
}
