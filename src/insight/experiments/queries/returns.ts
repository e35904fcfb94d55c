import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import type { Day } from '../../../kernel/day.ts';
import type { WorkspaceId } from '../../../kernel/ids.ts';
import { purchases } from '../../../kernel/readings.ts';
import { DRAW } from './results.ts';

export type Returned = { arm: string; days: number; people: number; back: number; lostAgain: number };

/**
 * Of those who were lost when they came into an experiment and whose days have passed: who bought within so many days, and who of these was lost a second time since, by what
 * is known of stages today. `starts`: the first day of whoever has none of their own.
 */
export const returnedBy = (ch: ClickHouse, workspace: WorkspaceId, { drawId, starts, asOf, days }: { drawId: string; starts: Day; asOf: Day; days: readonly number[] }): Promise<Returned[]> =>
  ch.rows<Returned>(`
WITH ${DRAW}
SELECT arm, n AS days, count() AS people, countIf(returned) AS back, countIf(returned AND lost) AS lostAgain
FROM (
  SELECT d.arm AS arm, arrayJoin({days:Array(UInt16)}) AS n, greatest(d.begun, {starts:Date32}) AS first, arrayFirst(one -> one >= first, c.bought) AS came,
         came >= first AND came < first + n AS returned, arrayExists((stage, day) -> stage = 'churned' AND day > came, s.stages, s.entered) AS lost
  FROM   draw AS d
  LEFT JOIN (SELECT customer, arraySort(groupUniqArray(day)) AS bought FROM ${purchases('customer', 'day')} WHERE customer IN (SELECT customer FROM draw) GROUP BY customer) AS c ON c.customer = d.customer
  LEFT JOIN (SELECT customer, stages, entered FROM stage_now FINAL WHERE workspace = {workspace:UUID}) AS s ON s.customer = d.customer
  WHERE  first + n <= {as_of:Date32}
    AND (s.stages[arrayLastIndex(day -> day < first, s.entered)] = 'churned' OR arrayExists((stage, day) -> stage = 'churned' AND day = first, s.stages, s.entered)))
GROUP  BY arm, n
ORDER  BY n, arm`, { workspace, draw: drawId, starts, as_of: asOf, days: [...days] });
