import { REACHES } from '../../customers/index.ts';
import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { Day } from '../../kernel/day.ts';
import type { MetricId, MetricParams } from '../core/metrics.ts';
import type { Period } from '../core/periods.ts';
import { AGGREGATES, bottomOf, boughtOn, INSIDE, JOINS, type Measure, MEASURES, topOf } from './measures.ts';
import { type Asked, type Base, boughtSql, type Dimension, doneSql, periodParams, scopeParams } from './scope.ts';

/** One metric at one version: what to count, with its settings filled in. */
export type Counting = { id: MetricId; params: MetricParams };

/** People by the channel they may be reached on. A person stands under each of their channels. */
export type ReachCounts = Readonly<Record<string, number>>;

export type FigureRow = {
  part: string; start: Day; stop: Day; top: number; bottom: number;
  counted: number; yes: number; no: number;
  countedReach: ReachCounts; yesReach: ReachCounts; noReach: ReachCounts;
};

const measuresOf = (countings: readonly Counting[]): Measure[] => countings.map(({ id, params }, at) => MEASURES[id](params, `{days${at}:UInt32}`));
const daysParams = (countings: readonly Counting[]): Record<string, unknown> => Object.fromEntries(countings.map(({ params }, at) => [`days${at}`, params.days ?? 0]));

const backOf = (countings: readonly Counting[]): number => Math.max(0, ...countings.map(({ params }) => params.days ?? 0));

/** Purchases are among the movements of money; what people did is another pass. */
const baseOf = (measures: readonly Measure[]): Base => (measures.some(({ of }) => of === 'doings') ? 'doings' : measures.some(({ of }) => of === 'money') ? 'money' : 'purchases');
const columnsSql = (columns: Readonly<Record<string, string>>, text: string): string[] =>
  Object.entries(columns).filter(([name]) => new RegExp(`\\b${name}\\b`).test(text)).map(([name, sql]) => (name === sql ? name : `${sql} AS ${name}`));

const textOf = (measures: readonly Measure[]): string => measures.map((measure) => `${measure.counts} ${topOf(measure)} ${bottomOf(measure)}`).join(' ');

/** What measures are grouped from; where none of them looks beyond its period, only what fell into it. */
function rowsIn(asked: Asked, by: Dimension, measures: readonly Measure[]): string {
  const base = baseOf(measures), text = textOf(measures), looksBeyond = Object.keys(AGGREGATES).some((name) => !INSIDE.has(name) && new RegExp(`\\b${name}\\b`).test(text));
  return base === 'doings' ? doneSql(asked, by) : boughtSql(asked, by, base === 'money', !looksBeyond);
}

/** The rows that measures read: `bought` grouped by customer, part and period, with only the aggregates and joins they name. */
function rowsSql(measures: readonly Measure[], by: Dimension): { grouped: string; joins: string } {
  const text = textOf(measures), named = columnsSql(AGGREGATES, text);
  const grouped = `grouped AS (
  WITH   ${boughtOn(baseOf(measures) === 'money')} AS bought_on, bought_on >= start AND bought_on <= stop AS inside
  SELECT customer, ${by === 'none' ? "''" : 'part'} AS part, start, stop${named.map((column) => `,\n         ${column}`).join('')}
  FROM   bought
  GROUP  BY customer, ${by === 'none' ? '' : 'part, '}start, stop)`;
  const joins = [...new Set(measures.flatMap((measure) => measure.joins ?? []))].map((join) => JOINS[join].join(columnsSql(JOINS[join].columns, text).join(', '))).join('');
  return { grouped, joins };
}

/** A statement of the people of one metric: customer, top, bottom. */
export function metricRows(asked: Asked, counting: Counting, period: Period, by: Dimension): { sql: string; params: Record<string, unknown> } {
  const [measure] = measuresOf([counting]) as [Measure];
  const { grouped, joins } = rowsSql([measure], by);
  return {
    sql: `WITH ${rowsIn(asked, by, [measure])},
${grouped}
SELECT g.customer AS customer, g.part AS part, ${topOf(measure)} AS top, ${bottomOf(measure)} AS bottom
FROM   grouped AS g${joins}
WHERE  ${measure.counts}`,
    params: { ...scopeParams(asked), ...periodParams([period], backOf([counting])), ...daysParams([counting]) },
  };
}

/** People of a part and period who are alike in every condition asked (`flags`), by reach, and what each sum asked adds up to. */
type Alike = { part: string; start: Day; stop: Day; days: number; flags: number[]; people: number; reach: number[] } & Record<`sum${number}`, number>;

/** Where the conditions and sums of a measure stand in the rows: each is asked once, however many measures share it. */
type Places = { counts: number; yes: number | null; top: number; bottom: number };

function placesOf(measures: readonly Measure[]): { conditions: string[]; sums: string[]; places: Places[] } {
  const [conditions, sums]: [string[], string[]] = [[], []];
  const put = (list: string[], sql: string): number => (list.includes(sql) ? list.indexOf(sql) : list.push(sql) - 1);
  const places = measures.map((measure): Places => ({
    counts: put(conditions, measure.counts),
    yes: measure.kind === 'heads' ? null : put(conditions, measure.kind === 'share' ? measure.yes : `${measure.top} > 0`),
    top: measure.kind === 'sums' || measure.kind === 'daily' ? put(sums, measure.top) : -1,
    bottom: measure.kind === 'sums' && measure.bottom !== '1' ? put(sums, measure.bottom) : -1,
  }));
  return { conditions, sums, places };
}

type Sum = { people: number; reach: number[]; top: number; bottom: number };
const NOTHING: Sum = { people: 0, reach: REACHES.map(() => 0), top: 0, bottom: 0 };
const add = (sum: Sum, row: Alike, { top, bottom }: Places): Sum => ({
  people: sum.people + row.people, reach: sum.reach.map((count, at) => count + (row.reach[at] ?? 0)),
  top: sum.top + (top < 0 ? 0 : Number(row[`sum${top}`])), bottom: sum.bottom + (bottom < 0 ? 0 : Number(row[`sum${bottom}`])),
});

const reachCounts = (counts: readonly number[]): ReachCounts => Object.fromEntries(REACHES.map((channel, at) => [channel, counts[at] ?? 0] as const).filter(([, count]) => count > 0));
const less = (whole: ReachCounts, part: ReachCounts): ReachCounts => Object.fromEntries(Object.entries(whole).map(([channel, count]) => [channel, count - (part[channel] ?? 0)]));

/** One figure of the rows of one part and period. */
function figureOf(rows: readonly Alike[], { kind }: Measure, places: Places): FigureRow {
  const [{ part, start, stop, days }] = rows as [Alike];
  const counted = rows.filter((row) => row.flags[places.counts]);
  const whole = counted.reduce((sum, row) => add(sum, row, places), NOTHING);
  const above = places.yes === null ? whole : counted.filter((row) => row.flags[places.yes as number]).reduce((sum, row) => add(sum, row, places), NOTHING);
  const [countedReach, yesReach] = [reachCounts(whole.reach), reachCounts(above.reach)];
  return {
    part, start, stop, top: places.top < 0 ? above.people : whole.top, bottom: kind === 'daily' ? days : places.bottom < 0 ? whole.people : whole.bottom,
    counted: whole.people, yes: above.people, no: whole.people - above.people, countedReach, yesReach, noReach: less(countedReach, yesReach),
  };
}

const byPeriodAndPeople = (a: FigureRow, b: FigureRow): number =>
  (a.start === b.start && a.stop === b.stop ? b.counted - a.counted || (a.part < b.part ? -1 : 1) : a.start < b.start || (a.start === b.start && a.stop < b.stop) ? -1 : 1);

/**
 * Several metrics for every part and period, those of purchases in one statement and those of doings in another, with 可触达 beside the people counted, those above the line
 * and the rest. One list a metric, the parts with most people first; a part nobody is in is absent. The statement counts
 * people who are alike, and each metric adds up its own: planning a statement costs more than running it, by the expression.
 */
export async function loadFigures(ch: ClickHouse, asked: Asked, countings: readonly Counting[], periods: readonly Period[], by: Dimension): Promise<FigureRow[][]> {
  const isDone = (counting: Counting): boolean => baseOf(measuresOf([counting])) === 'doings';
  const [done, sold] = [countings.filter(isDone), countings.filter((counting) => !isDone(counting))];
  const [ofDoings, ofSales] = await Promise.all([loadPass(ch, asked, done, periods, by), loadPass(ch, asked, sold, periods, by)]);
  return countings.map((counting) => (isDone(counting) ? ofDoings[done.indexOf(counting)] : ofSales[sold.indexOf(counting)]) ?? []);
}

/** Metrics of one base, in one statement. */
async function loadPass(ch: ClickHouse, asked: Asked, countings: readonly Counting[], periods: readonly Period[], by: Dimension): Promise<FigureRow[][]> {
  if (countings.length === 0) return [];
  const measures = measuresOf(countings);
  const { grouped, joins } = rowsSql(measures, by);
  const { conditions, sums, places } = placesOf(measures);
  const rows = await ch.rows<Alike>(`
WITH ${rowsIn(asked, by, measures)},
${grouped}
SELECT part, toString(start) AS start, toString(stop) AS stop, any(days) AS days, flags, count() AS people, sumForEach(open) AS reach${sums.map((_, at) => `, sum(value${at}) AS sum${at}`).join('')}
FROM (
  SELECT g.part AS part, g.start AS start, g.stop AS stop, dateDiff('day', g.start, g.stop) + 1 AS days, c.open AS open${sums.map((sql, at) => `, ${sql} AS value${at}`).join('')},
         [${conditions.join(',\n          ')}] AS flags
  FROM   grouped AS g${joins}
  LEFT JOIN (
    SELECT customer, [${REACHES.map((channel) => `has(reach, '${channel}')`).join(', ')}] AS open
    FROM   customer_state FINAL
    WHERE  workspace = {workspace:UUID}) AS c ON c.customer = g.customer)
GROUP  BY part, start, stop, flags`, { ...scopeParams(asked), ...periodParams(periods, backOf(countings)), ...daysParams(countings) });
  const cells = [...Map.groupBy(rows, (row) => `${row.start} ${row.stop} ${row.part}`).values()];
  return measures.map((measure, at) => cells.map((cell) => figureOf(cell, measure, places[at] as Places))
    .filter((row) => row.counted > 0).sort(byPeriodAndPeople));
}
