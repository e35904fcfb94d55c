import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import { activity } from '../../../kernel/readings.ts';
import type { Compiled } from '../../../kernel/conditions/index.ts';
import type { CustomerId, WorkspaceId } from '../../../kernel/ids.ts';
import type { Sort } from '../sorts.ts';

/** A compiled filter narrowed to the customers of some shops; none means all. */
export function within(shops: readonly string[], compiled: Compiled): Compiled {
  if (shops.length === 0) return compiled;
  const where = `${compiled.where} AND hasAny(c.lists['shops'], {within_shops:Array(String)})`;
  return { ...compiled, where, sql: `SELECT c.customer AS customer FROM ${compiled.from} WHERE ${where}`, params: { ...compiled.params, within_shops: [...shops] } };
}

/** How many fit a filter, and by which channel they may be reached. */
export type Size = { count: number; reach: Readonly<Record<string, number>> };

export async function sizeOf(ch: ClickHouse, workspaceId: WorkspaceId, { from, where, params }: Compiled): Promise<Size> {
  const [row] = await ch.rows<Size>(`
SELECT count() AS count, sumMap(mapFromArrays(c.reach, arrayMap(one -> toUInt64(1), c.reach))) AS reach
FROM   ${from}
WHERE  ${where}`, { ...params, workspace: workspaceId });
  return row ?? { count: 0, reach: {} };
}

/** Ids of those who fit, in one fixed order, after the last id of the page before. */
export async function idsAfter(ch: ClickHouse, workspaceId: WorkspaceId, { from, where, params }: Compiled, after: CustomerId | null, limit: number): Promise<CustomerId[]> {
  const rows = await ch.rows<{ customer: CustomerId }>(`
SELECT c.customer AS customer
FROM   ${from}
WHERE  ${where}
AND    ({first_page:UInt8} OR c.customer > {after:UUID})
ORDER  BY c.customer
LIMIT  {most:UInt32}`, { ...params, workspace: workspaceId, first_page: after ? 0 : 1, after: after ?? '00000000-0000-0000-0000-000000000000', most: limit });
  return rows.map((row) => row.customer);
}

type SortSql = { value: string; known: string; type: 'String' | 'Float64' };
const dayMap = (key: string): SortSql => ({ value: `toString(c.days['${key}'])`, known: `mapContains(c.days, '${key}')`, type: 'String' });
const numberMap = (key: string): SortSql => ({ value: `c.numbers['${key}']`, known: `mapContains(c.numbers, '${key}')`, type: 'Float64' });

const SORT_SQL: Readonly<Record<Sort, SortSql>> = {
  name: { value: 'c.name', known: "c.name != ''", type: 'String' },
  created_on: { value: 'toString(c.created_on)', known: 'true', type: 'String' },
  first_on: dayMap('first_on'), last_on: dayMap('last_on'), stage_since: dayMap('stage_since'),
  net_minor: numberMap('net_minor'), order_count: numberMap('order_count'), gap_days: numberMap('gap_days'), churn_probability: numberMap('churn_probability'),
};

/** Whether a sort goes by text or by number: what a cursor must hold. */
export const sortsByText = (sort: Sort): boolean => SORT_SQL[sort].type === 'String';

/** Where a row stands in a list: `missing` is 1 for those without the value, who come last whichever way it goes. */
export type Position = { missing: 0 | 1; value: string | number; customer: CustomerId };
export type Page = { sort: Sort; descending: boolean; after: Position | null; limit: number; among: readonly CustomerId[] | null };

/** One page of those who fit (and are `among` the ones given), in the order asked; one more than the limit tells that there is another. */
export async function sortedPage(ch: ClickHouse, workspaceId: WorkspaceId, { from, where, params }: Compiled, { sort, descending, after, limit, among }: Page): Promise<Position[]> {
  const { value, known, type } = SORT_SQL[sort];
  return ch.rows<Position>(`
SELECT toUInt8(NOT (${known})) AS missing, ${value} AS value, c.customer AS customer
FROM   ${from}
WHERE  ${where}
AND    ({anybody:UInt8} OR c.customer IN {among:Array(UUID)})
AND    ({first_page:UInt8} OR missing > {after_missing:UInt8} OR (missing = {after_missing:UInt8} AND (
          value ${descending ? '<' : '>'} {after_value:${type}} OR (value = {after_value:${type}} AND c.customer > {after:UUID}))))
ORDER  BY missing, value ${descending ? 'DESC' : 'ASC'}, c.customer
LIMIT  {most:UInt32}`, {
    ...params, workspace: workspaceId, anybody: among ? 0 : 1, among: among ?? [], first_page: after ? 0 : 1, after_missing: after?.missing ?? 0,
    after_value: after?.value ?? (type === 'String' ? '' : 0), after: after?.customer ?? '00000000-0000-0000-0000-000000000000', most: limit + 1,
  });
}

/** How many fit, counted no further than `most`. */
export async function countUpTo(ch: ClickHouse, workspaceId: WorkspaceId, { from, where, params }: Compiled, among: readonly CustomerId[] | null, most: number): Promise<number> {
  const [row] = await ch.rows<{ count: number }>(`
SELECT count() AS count FROM (
  SELECT 1
  FROM   ${from}
  WHERE  ${where}
  AND    ({anybody:UInt8} OR c.customer IN {among:Array(UUID)})
  LIMIT  {most:UInt32})`, { ...params, workspace: workspaceId, anybody: among ? 0 : 1, among: among ?? [], most: most + 1 });
  return row?.count ?? 0;
}

/** Names of the events that happened, the most frequent first. */
export const eventsSeen = (ch: ClickHouse, workspaceId: WorkspaceId, limit: number): Promise<{ event: string; times: number }[]> =>
  ch.rows(`
SELECT toString(event) AS event, count() AS times
FROM   ${activity('event', 'kind')}
WHERE  kind IN ('track', 'order', 'refund')
GROUP  BY event
ORDER  BY times DESC, event
LIMIT  {limit:UInt32}`, { workspace: workspaceId, limit });
