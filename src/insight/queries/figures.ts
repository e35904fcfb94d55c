import { REACHES } from '../../customers/index.ts';
import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { Day } from '../../kernel/day.ts';
import type { MetricId, MetricParams } from '../core/metrics.ts';
import type { Period } from '../core/periods.ts';
import { AGGREGATES, JOINS, type Measure, MEASURES, needsMoney } from './measures.ts';
import { type Asked, boughtSql, type Dimension, periodParams, scopeParams } from './scope.ts';

/** One metric at one version: what to count, with its settings filled in. */
export type Counting = { id: MetricId; params: MetricParams };

/** People by the channel they may be reached on. A person stands under each of their channels. */
export type ReachCounts = Readonly<Record<string, number>>;

export type FigureRow = {
  part: string; start: Day; top: number; bottom: number;
  counted: number; yes: number; no: number;
  countedReach: ReachCounts; yesReach: ReachCounts; noReach: ReachCounts;
};

const measuresOf = (countings: readonly Counting[]): Measure[] => countings.map(({ id, params }, at) => MEASURES[id](params, `{days${at}:UInt32}`));
const daysParams = (countings: readonly Counting[]): Record<string, unknown> => Object.fromEntries(countings.map(({ params }, at) => [`days${at}`, params.days ?? 0]));

/** The rows that measures read: `bought` grouped by customer, part and period, with only the aggregates and joins they name. */
function rowsSql(measures: readonly Measure[]): { grouped: string; joins: string } {
  const text = measures.map(({ counts, top, bottom }) => `${counts} ${top} ${bottom}`).join(' ');
  const named = Object.entries(AGGREGATES).filter(([name]) => new RegExp(`\\b${name}\\b`).test(text));
  const grouped = `grouped AS (
  SELECT customer, part, start, stop${named.map(([name, sql]) => `,\n         ${sql} AS ${name}`).join('')}
  FROM   bought
  GROUP  BY customer, part, start, stop)`;
  const joins = [...new Set(measures.flatMap((measure) => measure.joins ?? []))].map((join) => JOINS[join]).join('');
  return { grouped, joins };
}

/** A statement of the people of one metric: customer, top, bottom. */
export function metricRows(asked: Asked, counting: Counting, period: Period, by: Dimension): { sql: string; params: Record<string, unknown> } {
  const [measure] = measuresOf([counting]) as [Measure];
  const { grouped, joins } = rowsSql([measure]);
  return {
    sql: `WITH ${boughtSql(asked, by, needsMoney(measure))},
${grouped}
SELECT g.customer AS customer, g.part AS part, ${measure.top} AS top, ${measure.bottom} AS bottom
FROM   grouped AS g${joins}
WHERE  ${measure.counts}`,
    params: { ...scopeParams(asked), ...periodParams([period]), ...daysParams([counting]) },
  };
}

type Wide = { part: string; start: Day } & Record<string, unknown>;

const sumsSql = (at: number): string => `
       toInt64(sumIf(top${at}, in${at})) AS top_${at}, toInt64(sumIf(bottom${at}, in${at})) AS bottom_${at}, countIf(in${at}) AS counted_${at}, countIf(in${at} AND top${at} > 0) AS yes_${at},
       sumForEachIf(open, in${at}) AS counted_reach_${at}, sumForEachIf(open, in${at} AND top${at} > 0) AS yes_reach_${at}`;

const reachCounts = (counts: readonly number[]): ReachCounts => Object.fromEntries(REACHES.map((channel, at) => [channel, counts[at] ?? 0] as const).filter(([, count]) => count > 0));
const less = (whole: ReachCounts, part: ReachCounts): ReachCounts => Object.fromEntries(Object.entries(whole).map(([channel, count]) => [channel, count - (part[channel] ?? 0)]));

function narrow(row: Wide, at: number): FigureRow {
  const number = (name: string): number => Number(row[`${name}_${at}`]);
  const countedReach = reachCounts(row[`counted_reach_${at}`] as number[]);
  const yesReach = reachCounts(row[`yes_reach_${at}`] as number[]);
  const [counted, yes] = [number('counted'), number('yes')];
  return { part: row.part, start: row.start, top: number('top'), bottom: number('bottom'), counted, yes, no: counted - yes, countedReach, yesReach, noReach: less(countedReach, yesReach) };
}

/**
 * Several metrics for every part and period in one statement, with 可触达 beside the people counted, those above the line
 * and the rest. One list a metric, the parts with most people first; a part nobody is in is absent.
 */
export async function loadFigures(ch: ClickHouse, asked: Asked, countings: readonly Counting[], periods: readonly Period[], by: Dimension): Promise<FigureRow[][]> {
  const measures = measuresOf(countings);
  const { grouped, joins } = rowsSql(measures);
  const rows = await ch.rows<Wide>(`
WITH ${boughtSql(asked, by, measures.some(needsMoney))},
${grouped}
SELECT part, toString(start) AS start,${measures.map((_, at) => sumsSql(at)).join(',')}
FROM (
  SELECT g.part AS part, g.start AS start, c.open AS open,
         ${measures.map(({ counts, top, bottom }, at) => `(${counts}) AS in${at}, ${top} AS top${at}, ${bottom} AS bottom${at}`).join(',\n         ')}
  FROM   grouped AS g${joins}
  LEFT JOIN (
    SELECT customer, [${REACHES.map((channel) => `toUInt64(has(reach, '${channel}'))`).join(', ')}] AS open
    FROM   customer_state FINAL
    WHERE  workspace = {workspace:UUID}) AS c ON c.customer = g.customer)
GROUP  BY part, start
ORDER  BY start, part`, { ...scopeParams(asked), ...periodParams(periods), ...daysParams(countings) });
  return countings.map((_, at) => rows.map((row) => narrow(row, at)).filter((row) => row.counted > 0).sort((a, b) => (a.start === b.start ? b.counted - a.counted : 0)));
}
