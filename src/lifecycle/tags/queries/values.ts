import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import { type AsOf, compilePicked, type Picking } from '../../../kernel/conditions/index.ts';
import type { CustomerId, SubjectId, WorkspaceId } from '../../../kernel/ids.ts';
import { type Band, beginnings, CATEGORY, type Measure, type Ties } from '../../core/tags/bands.ts';
import type { MetricSpec, MomentSpec, PreferenceSpec } from '../contract.ts';

/** Named customers with all their subjects, or everybody; `shops` narrows to customers of these. */
export type Whom = { customers?: readonly CustomerId[]; subjects?: readonly SubjectId[]; shops?: readonly string[] };
export type Sought = { kind: 'first' | 'last'; spec: MomentSpec } | { kind: 'preference'; spec: PreferenceSpec } | { kind: 'metric'; spec: MetricSpec };
/** Rows of (customer, value), as a part of a statement that reads the bound `workspace`. */
type Part = { sql: string; params: Readonly<Record<string, unknown>> };

const VALUE_MAX = 200;
const CLEAN = `substringUTF8(trimBoth(replaceRegexpAll(value, '[\\x00-\\x1f\\x7f]', ' ')), 1, ${VALUE_MAX})`;

const named = ({ customers, subjects }: Whom): Record<string, unknown> => (customers ? { customers, subjects: subjects ?? [] } : {});

/** Customers there are, and that are meant: what people did under other names than a customer's is nobody's. */
const people = ({ customers, shops = [] }: Whom): string =>
  `(SELECT customer, numbers FROM customer_state FINAL WHERE workspace = {workspace:UUID}${customers ? ' AND customer IN {customers:Array(UUID)}' : ''}${shops.length > 0 ? ` AND hasAny(lists['shops'], {tag_shops:Array(String)})` : ''})`;
const shopsIn = ({ shops = [] }: Whom): Record<string, unknown> => (shops.length > 0 ? { tag_shops: shops } : {});

/** What was done, one row a time and value: (customer, ms, value). Of purchases by category one row an order and category of its goods. */
function seenRows({ property, ...picking }: Picking, asOf: AsOf, whom: Whom): Part {
  const mine = whom.customers !== undefined;
  if (property !== CATEGORY) {
    const { rows, params } = compilePicked({ ...picking, property }, asOf, { mine });
    return { sql: `(SELECT customer, ms, ${CLEAN} AS value FROM ${rows} WHERE value != '')`, params };
  }
  const { rows, params } = compilePicked({ ...picking, property: 'order_no' }, asOf, { mine });
  const lines = `(SELECT DISTINCT source, shop, order_no, toString(category) AS category FROM order_lines FINAL WHERE workspace = {workspace:UUID} AND kind = 'goods' AND category != ''${mine ? ` AND (source, shop, order_no) IN (SELECT source, shop, value FROM ${rows})` : ''})`;
  return { sql: `(SELECT o.customer AS customer, o.ms AS ms, l.category AS value FROM ${rows} AS o INNER JOIN ${lines} AS l ON l.source = o.source AND l.shop = o.shop AND l.order_no = o.value)`, params };
}

/** Each customer's values with how often and when: (customer, value, times, first_ms, last_ms). */
function seenValues(picking: Picking, asOf: AsOf, whom: Whom): Part {
  const { sql, params } = seenRows(picking, asOf, whom);
  return { sql: `(SELECT customer, value, toInt64(count()) AS times, min(ms) AS first_ms, max(ms) AS last_ms FROM ${sql} WHERE value != '' AND customer IN (SELECT customer FROM ${people(whom)}) GROUP BY customer, value)`, params };
}

/** What ranks a value, the lowest first. Alike in all of it, the alphabet decides. */
const RANKS: Readonly<Record<'first' | 'last' | Ties, string>> = {
  first: '(first_ms, value)', last: '(-last_ms, value)', latest: '(-times, -last_ms, value)', earliest: '(-times, first_ms, value)', none: '(-times, value)',
};
const rankOf = ({ kind, spec }: Exclude<Sought, { kind: 'metric' }>): string => RANKS[kind === 'preference' ? spec.ties : kind];

function seenBest(sought: Exclude<Sought, { kind: 'metric' }>, asOf: AsOf, whom: Whom): Part {
  const { sql, params } = seenValues(sought.spec, asOf, whom), isLiked = sought.kind === 'preference';
  const alone = isLiked && sought.spec.ties === 'none' ? ' HAVING countEqual(groupArray(times), max(times)) = 1' : '';
  return { sql: `(SELECT customer, argMin(value, ${rankOf(sought)}) AS value FROM ${sql}${isLiked ? ' WHERE times >= {tag_least:Int64}' : ''} GROUP BY customer${alone})`, params: { ...params, ...(isLiked ? { tag_least: sought.spec.least } : {}) } };
}

const FIGURES: Readonly<Record<Measure, string>> = {
  count: 'count()', days: 'uniqExact(day)', distinct: "uniqExactIf(value, value != '')", sum: 'sumIf(number, NOT isNaN(number))', average: 'avgIf(number, NOT isNaN(number))', min: 'minIf(number, NOT isNaN(number))', max: 'maxIf(number, NOT isNaN(number))',
};
/** Of nothing there is no average, no smallest and no largest; its count and sum are none at all. */
const OF_NOTHING: readonly Measure[] = ['count', 'days', 'distinct', 'sum'];

/** Everybody's figure where there is one: (customer, figure). */
function figures({ figure }: MetricSpec, asOf: AsOf, whom: Whom): Part {
  if (figure.of === 'field') return { sql: `(SELECT customer, numbers[{tag_field:String}] AS figure FROM ${people(whom)} WHERE mapContains(numbers, {tag_field:String}))`, params: { tag_field: figure.field } };
  const { measure, ...picking } = figure, { rows, params } = compilePicked(picking, asOf, { mine: whom.customers !== undefined });
  const done = `(SELECT customer, toFloat64(${FIGURES[measure]}) AS figure, ${OF_NOTHING.includes(measure) ? 'count()' : 'countIf(NOT isNaN(number))'} AS known FROM ${rows} GROUP BY customer)`;
  return { sql: `(SELECT c.customer AS customer, f.figure AS figure FROM ${people(whom)} AS c LEFT JOIN ${done} AS f ON f.customer = c.customer${OF_NOTHING.includes(measure) ? '' : ' WHERE f.known > 0'})`, params };
}

/** The place of a figure's band from 1, none below the first. */
const PLACE = 'arrayCount(one -> figure >= one, {tag_froms:Array(Float64)})';
const bandParams = (bands: readonly Band[]): Record<string, unknown> => ({ tag_froms: beginnings(bands), tag_names: bands.map(({ name }) => name) });

function values(sought: Sought, asOf: AsOf, whom: Whom): Part {
  if (sought.kind !== 'metric') return seenBest(sought, asOf, whom);
  const { sql, params } = figures(sought.spec, asOf, whom);
  return { sql: `(SELECT customer, {tag_names:Array(String)}[${PLACE}] AS value FROM ${sql} WHERE ${PLACE} > 0)`, params: { ...params, ...bandParams(sought.spec.bands) } };
}

/** Whom a tag has a value for, and which. */
export function valuesOf(ch: ClickHouse, workspace: WorkspaceId, sought: Sought, asOf: AsOf, whom: Whom = {}): Promise<{ customer: CustomerId; value: string }[]> {
  const { sql, params } = values(sought, asOf, whom);
  return ch.rows(`SELECT toString(customer) AS customer, value FROM ${sql}`, { ...params, ...named(whom), ...shopsIn(whom), workspace });
}

/** How many would get which value, the most frequent first. */
export function valueCounts(ch: ClickHouse, workspace: WorkspaceId, sought: Sought, asOf: AsOf, { whom = {}, most }: { whom?: Whom; most: number }): Promise<{ value: string; count: number; valued: number; values: number }[]> {
  const { sql, params } = values(sought, asOf, whom);
  return ch.rows(`
SELECT value, count() AS count, sum(count) OVER () AS valued, toInt64(count() OVER ()) AS values
FROM   ${sql}
GROUP  BY value
ORDER  BY count DESC, value
LIMIT  {most:UInt32}`, { ...params, ...shopsIn(whom), workspace, most });
}

export async function countPeople(ch: ClickHouse, workspace: WorkspaceId, whom: Whom = {}): Promise<number> {
  const [row] = await ch.rows<{ count: number }>(`SELECT count() AS count FROM ${people(whom)}`, { ...shopsIn(whom), workspace });
  return row?.count ?? 0;
}

export type Seen = { value: string; times: number; first: number; last: number };

/** What one customer's value was chosen among, the deciding one first. */
export function seenOf(ch: ClickHouse, workspace: WorkspaceId, sought: Exclude<Sought, { kind: 'metric' }>, asOf: AsOf, { whom, most }: { whom: Whom; most: number }): Promise<Seen[]> {
  const { sql, params } = seenValues(sought.spec, asOf, whom);
  return ch.rows(`SELECT value, times, first_ms AS first, last_ms AS last FROM ${sql} ORDER BY ${rankOf(sought)} LIMIT {most:UInt32}`, { ...params, ...named(whom), workspace, most });
}

/** One customer's figure; null where there is none. */
export async function figureOf(ch: ClickHouse, workspace: WorkspaceId, spec: MetricSpec, asOf: AsOf, whom: Whom): Promise<number | null> {
  const { sql, params } = figures(spec, asOf, whom);
  const [row] = await ch.rows<{ figure: number }>(`SELECT figure FROM ${sql}`, { ...params, ...named(whom), workspace });
  return row?.figure ?? null;
}
