import { REACHES } from '../../customers/index.ts';
import type { Day } from '../../kernel/day.ts';
import type { MetricId, MetricParams } from '../core/metrics.ts';
import type { Period } from '../core/periods.ts';
import { ACROSS, AGGREGATES, bottomOf, boughtOn, GATHERED, JOINS, type Measure, MEASURES, topOf } from './measures.ts';
import { OPEN_TO, REACH, type ReachCounts, reachCounts } from './reach.ts';
import { type Asked, type Base, boughtSql, type Dimension, doneSql, PERIODS, periodParams, type Reader, scopeParams, soldSql } from './scope.ts';

/** One metric at one version: what to count, with its settings filled in. */
export type Counting = { id: MetricId; params: MetricParams };

export type FigureRow = {
  part: string; start: Day; stop: Day; top: number; bottom: number;
  counted: number; yes: number; no: number;
  countedReach: ReachCounts; yesReach: ReachCounts; noReach: ReachCounts;
};

const measuresOf = (countings: readonly Counting[]): Measure[] => countings.map(({ id, params }, at) => MEASURES[id](params, `{days${at}:UInt32}`));
const daysParams = (countings: readonly Counting[]): Record<string, unknown> => Object.fromEntries(countings.map(({ params }, at) => [`days${at}`, params.days ?? 0]));

/** Purchases are among the movements of money; what people did is another pass. */
const baseOf = (measures: readonly Measure[]): Base => (measures.some(({ of }) => of === 'doings') ? 'doings' : measures.some(({ of }) => of === 'money') ? 'money' : 'purchases');
/** What people did is looked at so many days back; of purchases before the periods the first and the last are enough. */
const backOf = (countings: readonly Counting[]): number => (baseOf(measuresOf(countings)) === 'doings' ? Math.max(0, ...countings.map(({ params }) => params.days ?? 0)) : 0);

type Columns = Readonly<Record<string, string>>;
const namesIn = (columns: Columns, text: string): string[] => Object.keys(columns).filter((name) => new RegExp(`\\b${name}\\b`).test(text));
const columnsSql = (columns: Columns, names: readonly string[]): string => names.map((name) => `,\n         ${columns[name] === name ? '' : `${columns[name]} AS `}${name}`).join('');
const carried = (names: readonly string[]): string => names.map((name) => `, ${name}`).join('');

const textOf = (measures: readonly Measure[]): string => measures.map((measure) => `${measure.counts} ${topOf(measure)} ${bottomOf(measure)}`).join(' ');

/** What rows of measures are made of: the base, the text that names their columns, and what is joined. */
type Wanted = { base: Base; by: Dimension; text: string; joins: readonly (keyof typeof JOINS)[]; reach: boolean };

/** Nobody is grouped by a part where all are one: a text among the keys costs a sixth of the statement. */
const oneOrPart = (by: Dimension): string => (by === 'none' ? "'' AS part" : 'part');
const splitBy = (by: Dimension): string => (by === 'none' ? '' : 'part, ');

/** What fell into a period, grouped beside it. */
function insideSql(asked: Asked, { base, by, text, reach }: Wanted): string {
  const named = namesIn(AGGREGATES, text);
  return `(
  WITH ${boughtSql(asked, by, base === 'money', true)}
  SELECT g.customer AS customer, part, start, stop${carried(named)}${reach ? ', open' : ''}
  FROM (
    WITH   ${boughtOn(base === 'money')} AS bought_on, bought_on >= start AND bought_on <= stop AS inside
    SELECT customer, ${oneOrPart(by)}, start, stop${columnsSql(AGGREGATES, named)}
    FROM   bought
    GROUP  BY customer, ${splitBy(by)}start, stop) AS g${reach ? REACH : ''})`;
}

/**
 * Where days outside a period have a say, what somebody did is gathered and joined once and only then set beside the periods: rows beside each period from the
 * beginning would be as many as purchases times periods.
 */
function acrossSql(asked: Asked, { base, by, text, joins, reach }: Wanted): string {
  const named = namesIn(ACROSS, text), gathered = namesIn(GATHERED, `${named.map((name) => ACROSS[name as keyof typeof ACROSS]).join(' ')} ${text}`);
  const columnsOf = (join: keyof typeof JOINS): string[] => namesIn(JOINS[join].columns, text), joined = [...joins.flatMap(columnsOf), ...(reach ? ['open'] : [])];
  return `(
  SELECT customer, part, start, stop, at${carried(joined)}${columnsSql(ACROSS, named)}
  FROM (
  SELECT customer, part${carried([...gathered, ...joined])}, period.1 AS start, period.2 AS stop, period.3 AS at
  FROM (
  SELECT g.customer AS customer, part, begun${carried([...gathered, ...joined])}
  FROM (
    WITH   ${boughtOn(base === 'money')} AS bought_on
    SELECT customer, ${oneOrPart(by)}, min(day) AS begun${columnsSql(GATHERED, gathered)}
    FROM (${base === 'doings' ? doneSql(asked, by) : soldSql(asked, by, base === 'money')})
    GROUP  BY ${splitBy(by)}customer) AS g${joins.map((join) => JOINS[join].join(columnsSql(JOINS[join].columns, columnsOf(join)).slice(1))).join('')}${reach ? REACH : ''})
  ARRAY JOIN arrayFilter(one -> begun <= one.2, ${PERIODS}) AS period))`;
}

/** One row a customer, part and period, with only the columns and joins that measures name. */
function rowsSql(asked: Asked, by: Dimension, measures: readonly Measure[], reach: boolean): string {
  const text = textOf(measures), base = baseOf(measures), joins = [...new Set(measures.flatMap((measure) => measure.joins ?? []))];
  const looksBeyond = namesIn(ACROSS, text).some((name) => !(name in AGGREGATES));
  return (looksBeyond ? acrossSql : insideSql)(asked, { base, by, text, joins, reach });
}

/** A statement of the people of one metric: customer, top, bottom. */
export function metricRows(asked: Asked, counting: Counting, period: Period, by: Dimension): { sql: string; params: Record<string, unknown> } {
  const [measure] = measuresOf([counting]) as [Measure];
  return {
    sql: `SELECT customer, part, ${topOf(measure)} AS top, ${bottomOf(measure)} AS bottom FROM ${rowsSql(asked, by, [measure], false)} WHERE ${measure.counts}`,
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

/** Into which parts figures are split, and whether 可触达 is wanted beside them: who only draws a line spares looking everybody up. */
export type Split = { by: Dimension; reach?: boolean };

/**
 * Several metrics for every part and period, those of purchases in one statement and those of doings in another, with 可触达 beside the people counted, those above the line
 * and the rest. One list a metric, the parts with most people first; a part nobody is in is absent. The statement counts
 * people who are alike, and each metric adds up its own: planning a statement costs more than running it, by the expression.
 */
export async function loadFigures(ch: Reader, asked: Asked, countings: readonly Counting[], periods: readonly Period[], { by, reach = true }: Split): Promise<FigureRow[][]> {
  const isDone = (counting: Counting): boolean => baseOf(measuresOf([counting])) === 'doings';
  const [done, sold] = [countings.filter(isDone), countings.filter((counting) => !isDone(counting))];
  const [ofDoings, ofSales] = await Promise.all([loadPass(ch, asked, done, periods, { by, reach }), loadPass(ch, asked, sold, periods, { by, reach })]);
  return countings.map((counting) => (isDone(counting) ? ofDoings[done.indexOf(counting)] : ofSales[sold.indexOf(counting)]) ?? []);
}

/** Metrics of one base, in one statement. */
async function loadPass(ch: Reader, asked: Asked, countings: readonly Counting[], periods: readonly Period[], { by, reach }: Required<Split>): Promise<FigureRow[][]> {
  if (countings.length === 0) return [];
  const measures = measuresOf(countings);
  const { conditions, sums, places } = placesOf(measures);
  const rows = await ch.rows<Alike>(`
SELECT part, toString(start) AS start, toString(stop) AS stop, any(length_days) AS days, flags, count() AS people, ${reach ? OPEN_TO : '[]'} AS reach${sums.map((_, at) => `, sum(value${at}) AS sum${at}`).join('')}
FROM (
  SELECT part, start, stop, dateDiff('day', start, stop) + 1 AS length_days${reach ? ', open' : ''}${sums.map((sql, at) => `, ${sql} AS value${at}`).join('')},
         [${conditions.join(',\n          ')}] AS flags
  FROM   ${rowsSql(asked, by, measures, reach)})
GROUP  BY part, start, stop, flags`, { ...scopeParams(asked), ...periodParams(periods, backOf(countings)), ...daysParams(countings) });
  const cells = [...Map.groupBy(rows, (row) => `${row.start} ${row.stop} ${row.part}`).values()];
  return measures.map((measure, at) => cells.map((cell) => figureOf(cell, measure, places[at] as Places))
    .filter((row) => row.counted > 0).sort(byPeriodAndPeople));
}
