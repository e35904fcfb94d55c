import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { Day } from '../../kernel/day.ts';
import type { MetricId, MetricParams } from '../core/metrics.ts';
import type { Period } from '../core/periods.ts';
import { METRIC_ROWS } from './metricRows.ts';
import { type Asked, boughtSql, type Dimension, periodParams, scopeParams } from './scope.ts';

/** One metric at one version: what to count, with its settings filled in. */
export type Counting = { id: MetricId; params: MetricParams };

/** People by the channel they may be reached on. A person stands under each of their channels. */
export type ReachCounts = Readonly<Record<string, number>>;

export type FigureRow = {
  part: string; start: Day; top: number; bottom: number;
  counted: number; yes: number; no: number;
  counted_reach: ReachCounts; yes_reach: ReachCounts; no_reach: ReachCounts;
};

export const countingParams = ({ params }: Counting): Record<string, unknown> => ({ days: params.days ?? 0 });

/** A metric for every part and period in one statement, with 可触达 beside the people counted, those above the line and the rest. */
export async function loadFigures(ch: ClickHouse, asked: Asked, counting: Counting, periods: readonly Period[], by: Dimension): Promise<FigureRow[]> {
  return ch.rows<FigureRow>(`
WITH ${boughtSql(asked, by)},
counted AS (${METRIC_ROWS[counting.id](counting.params)})
SELECT counted.part AS part, toString(counted.start) AS start, toInt64(sum(counted.top)) AS top, toInt64(sum(counted.bottom)) AS bottom,
       count() AS counted, countIf(counted.top > 0) AS yes, countIf(counted.top <= 0) AS no,
       sumMap(c.open)                     AS counted_reach,
       sumMapIf(c.open, counted.top > 0)  AS yes_reach,
       sumMapIf(c.open, counted.top <= 0) AS no_reach
FROM   counted
LEFT   JOIN (
  SELECT customer, mapFromArrays(reach, arrayMap(one -> toUInt64(1), reach)) AS open
  FROM   customer_state FINAL
  WHERE  workspace = {workspace:UUID}) AS c ON c.customer = counted.customer
GROUP  BY part, start
ORDER  BY start, bottom DESC, part`, { ...scopeParams(asked), ...periodParams(periods), ...countingParams(counting) });
}
