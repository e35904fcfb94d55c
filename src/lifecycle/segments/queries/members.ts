import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import type { Compiled } from '../../../kernel/conditions/index.ts';
import type { CustomerId, WorkspaceId } from '../../../kernel/ids.ts';

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

/** What a list of customers may be sorted by. Never a masked or sealed field. */
export const SORTS = ['name', 'created_on', 'first_on', 'last_on', 'net_minor', 'order_count', 'stage_since', 'gap_days', 'churn_probability'] as const;
export type Sort = (typeof SORTS)[number];

/** Each sort as a number or a text that is never null: what a customer lacks sorts as the least. */
const SORT_SQL: Readonly<Record<Sort, string>> = {
  name: 'c.name',
  created_on: 'toString(c.created_on)',
  first_on: "if(mapContains(c.days, 'first_on'), toString(c.days['first_on']), '')",
  last_on: "if(mapContains(c.days, 'last_on'), toString(c.days['last_on']), '')",
  stage_since: "if(mapContains(c.days, 'stage_since'), toString(c.days['stage_since']), '')",
  net_minor: "c.numbers['net_minor']",
  order_count: "c.numbers['order_count']",
  gap_days: "c.numbers['gap_days']",
  churn_probability: "c.numbers['churn_probability']",
};
const TEXT_SORTS: ReadonlySet<Sort> = new Set(['name', 'created_on', 'first_on', 'last_on', 'stage_since']);

export type Position = { value: string | number; customer: CustomerId };
export type Page = { sort: Sort; descending: boolean; after: Position | null; limit: number; among: readonly CustomerId[] | null };

/** One page of those who fit (and are `among` the ones given), in the order asked; one more than the limit tells that there is another. */
export async function sortedPage(ch: ClickHouse, workspaceId: WorkspaceId, { from, where, params }: Compiled, { sort, descending, after, limit, among }: Page): Promise<Position[]> {
  const isText = TEXT_SORTS.has(sort);
  const direction = descending ? 'DESC' : 'ASC';
  const rows = await ch.rows<Position>(`
SELECT ${SORT_SQL[sort]} AS value, c.customer AS customer
FROM   ${from}
WHERE  ${where}
AND    ({anybody:UInt8} OR c.customer IN {among:Array(UUID)})
AND    ({first_page:UInt8} OR (value, c.customer) ${descending ? '<' : '>'} ({after_value:${isText ? 'String' : 'Float64'}}, {after:UUID}))
ORDER  BY value ${direction}, c.customer ${direction}
LIMIT  {most:UInt32}`, {
    ...params, workspace: workspaceId, anybody: among ? 0 : 1, among: among ?? [], first_page: after ? 0 : 1,
    after_value: after?.value ?? (isText ? '' : 0), after: after?.customer ?? '00000000-0000-0000-0000-000000000000', most: limit + 1,
  });
  return rows;
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
FROM   activity(workspace = {workspace:UUID})
WHERE  kind IN ('track', 'order', 'refund')
GROUP  BY event
ORDER  BY times DESC, event
LIMIT  {limit:UInt32}`, { workspace: workspaceId, limit });
