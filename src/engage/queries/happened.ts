import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import { compileFilters, type EventFilter } from '../../kernel/conditions/index.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { activity } from '../../kernel/readings.ts';

/** Whose: customers, by all their subjects; a few out of many are found by an index. */
export type Whose = { workspaceId: WorkspaceId; subjects: readonly string[] };

const columnsOf = (columns: readonly string[]) => [...new Set(['customer', 'event', 'moment', ...columns])] as Parameters<typeof activity.mine>;
const MS = 'toUnixTimestamp64Milli(toDateTime64(moment, 3))';

/**
 * When something of each filter happened to each of some people between two instants (the first not included): `which` numbers the filters. An order counts from when it was paid, where that is known.
 */
export async function whenHappened(ch: ClickHouse, { workspaceId, subjects }: Whose, filters: readonly EventFilter[], { after, until }: { after: Date; until: Date }): Promise<{ customer: CustomerId; which: number; instants: number[] }[]> {
  if (filters.length === 0 || subjects.length === 0) return [];
  const { predicates, events, columns, params } = compileFilters(filters);
  return ch.rows(`
SELECT customer, which, arraySort(groupUniqArray(ms)) AS instants
FROM (
  SELECT customer, ${MS} AS ms, arrayJoin(arrayFilter((n, fits) -> fits, range(${filters.length}), [${predicates.map((one) => `toUInt8(${one})`).join(', ')}])) AS which
  FROM   ${activity.mine(...columnsOf(columns))}
  WHERE  event IN ${events} AND moment > {after:DateTime64(3)} AND moment <= {until:DateTime64(3)})
GROUP  BY customer, which`, { ...params, workspace: workspaceId, subjects: [...subjects], after: stamp(after), until: stamp(until) });
}

/** One event that brings somebody in: `properties` as they came. */
export type Trigger = { customer: CustomerId; which: number; event: string; ms: number; properties: Record<string, unknown> };

/** The events of some filters, each once, between two instants (the first not included). */
export async function triggersIn(ch: ClickHouse, { workspaceId, subjects }: Whose, filters: readonly EventFilter[], { after, until }: { after: Date; until: Date }): Promise<Trigger[]> {
  if (filters.length === 0 || subjects.length === 0) return [];
  const { predicates, events, columns, params } = compileFilters(filters);
  const rows = await ch.rows<Omit<Trigger, 'properties'> & { properties: string }>(`
SELECT customer, which, event, ms, properties
FROM (
  SELECT customer, event, ${MS} AS ms, toJSONString(properties) AS properties, arrayJoin(arrayFilter((n, fits) -> fits, range(${filters.length}), [${predicates.map((one) => `toUInt8(${one})`).join(', ')}])) AS which
  FROM   ${activity.mine(...columnsOf([...columns, 'properties']))}
  WHERE  event IN ${events} AND moment > {after:DateTime64(3)} AND moment <= {until:DateTime64(3)})
ORDER  BY ms, customer, which`, { ...params, workspace: workspaceId, subjects: [...subjects], after: stamp(after), until: stamp(until) });
  return rows.map(({ properties, ...row }) => ({ ...row, properties: JSON.parse(properties) as Record<string, unknown> }));
}

const stamp = (at: Date): string => at.toISOString().replace('T', ' ').replace('Z', '');

/** The same of everybody, a page after a place in time: for a replay of the past. */
export async function everyTrigger(ch: ClickHouse, workspaceId: WorkspaceId, filters: readonly EventFilter[], { after, until, limit }: { after: Date; until: Date; limit: number }): Promise<Trigger[]> {
  if (filters.length === 0) return [];
  const { predicates, events, columns, params } = compileFilters(filters);
  const names = columnsOf([...columns, 'properties', 'day']);
  const rows = await ch.rows<Omit<Trigger, 'properties'> & { properties: string }>(`
SELECT customer, which, event, ms, properties
FROM (
  SELECT customer, event, ${MS} AS ms, toJSONString(properties) AS properties, arrayJoin(arrayFilter((n, fits) -> fits, range(${filters.length}), [${predicates.map((one) => `toUInt8(${one})`).join(', ')}])) AS which
  FROM   ${activity.since('{since_day:Date32}', ...names)}
  WHERE  event IN ${events} AND day >= {since_day:Date32} - 1 AND moment > {after:DateTime64(3)} AND moment <= {until:DateTime64(3)})
ORDER  BY ms, customer, which
LIMIT  {most:UInt32}`, { ...params, workspace: workspaceId, since_day: after.toISOString().slice(0, 10), after: stamp(after), until: stamp(until), most: limit });
  return rows.map(({ properties, ...row }) => ({ ...row, properties: JSON.parse(properties) as Record<string, unknown> }));
}

/** Days held by customers in a field. */
export const daysOfField = (ch: ClickHouse, workspaceId: WorkspaceId, customers: readonly CustomerId[], field: string): Promise<{ customer: CustomerId; day: string }[]> =>
  ch.rows(`
SELECT customer, toString(days[{field:String}]) AS day
FROM   customer_state FINAL
WHERE  workspace = {workspace:UUID} AND customer IN {customers:Array(UUID)} AND mapContains(days, {field:String})`, { workspace: workspaceId, customers: [...customers], field });

/** Who has one of some days in a field, or one of some texts (lunar dates as people write them): a page of ids. */
export const bornAmong = async (ch: ClickHouse, workspaceId: WorkspaceId, { field, days, texts }: { field: string; days: readonly string[]; texts: readonly string[] }): Promise<CustomerId[]> =>
  (await ch.rows<{ customer: CustomerId }>(`
SELECT customer
FROM   customer_state FINAL
WHERE  workspace = {workspace:UUID} AND ((mapContains(days, {field:String}) AND has(arrayMap(one -> toDate32(one), {days:Array(String)}), days[{field:String}])) OR has({texts:Array(String)}, texts[{field:String}]))
ORDER  BY customer`, { workspace: workspaceId, field, days: [...days], texts: [...texts] })).map(({ customer }) => customer);

/** What a text field says of customers. */
export const textsOfField = (ch: ClickHouse, workspaceId: WorkspaceId, customers: readonly CustomerId[], field: string): Promise<{ customer: CustomerId; text: string }[]> =>
  ch.rows(`
SELECT customer, texts[{field:String}] AS text
FROM   customer_state FINAL
WHERE  workspace = {workspace:UUID} AND customer IN {customers:Array(UUID)} AND texts[{field:String}] != ''`, { workspace: workspaceId, customers: [...customers], field });
