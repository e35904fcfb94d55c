import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import type { Compiled } from '../../../kernel/conditions/index.ts';
import type { WorkspaceId } from '../../../kernel/ids.ts';
import { purchaseLines } from '../../../kernel/readings.ts';

/** People of one value of one dimension: in everybody, in the segment, and in the one beside it. */
export type Cell = { dimension: string; value: string; all: number; a: number; b: number };
/** Fields by the map that holds them: texts, booleans (numbers 1 and 0), lists. */
export type Dimensions = { texts: readonly string[]; booleans: readonly string[]; lists: readonly string[] };
type Asked = { a: Compiled; b: Compiled | null; everybody: Compiled; dimensions: Dimensions; bands: readonly number[] };

const inside = ({ a, b }: Asked): string => `toUInt8(c.customer IN (${a.sql})) AS ina, ${b ? `toUInt8(c.customer IN (${b.sql}))` : 'toUInt8(0)'} AS inb`;
const params = (workspaceId: WorkspaceId, { a, b, everybody }: Asked): Record<string, unknown> => ({ ...a.params, ...b?.params, ...everybody.params, workspace: workspaceId });

/** One pass over customers: each value of each dimension, with how many bear it. `value` holds the band of what they brought, by the cuts given. */
export const cellsOf = (ch: ClickHouse, workspaceId: WorkspaceId, asked: Asked): Promise<Cell[]> =>
  ch.rows(`
SELECT one.1 AS dimension, one.2 AS value, count() AS all, sum(ina) AS a, sum(inb) AS b
FROM (
  SELECT ${inside(asked)}, arrayDistinct(arrayConcat(
    [('', '')],
    arrayFilter(one -> one.2 != '', arrayMap(key -> (key, c.texts[key]), {texts:Array(String)})),
    arrayMap(key -> (key, toString(c.numbers[key])), arrayFilter(key -> mapContains(c.numbers, key), {booleans:Array(String)})),
    arrayFlatten(arrayMap(key -> arrayMap(one -> (key, toString(one)), c.lists[key]), {lists:Array(String)})),
    arrayMap(one -> ('reach', toString(one)), c.reach),
    if(mapContains(c.numbers, 'net_minor'), [('net_minor', toString(arrayCount(cut -> c.numbers['net_minor'] >= cut, {bands:Array(Float64)})))], []))) AS every
  FROM   ${asked.everybody.from}
  WHERE  ${asked.everybody.where})
ARRAY JOIN every AS one
GROUP  BY dimension, value
ORDER  BY dimension, all DESC, value`, { ...params(workspaceId, asked), ...asked.dimensions, bands: asked.bands });

/** The cuts between four equal parts of what customers with any brought, in minor units. */
export async function valueCuts(ch: ClickHouse, workspaceId: WorkspaceId, { from, where, params: bound }: Compiled): Promise<number[]> {
  const [row] = await ch.rows<{ cuts: number[] }>(`SELECT quantilesExact(0.25, 0.5, 0.75)(c.numbers['net_minor']) AS cuts FROM ${from} WHERE ${where} AND mapContains(c.numbers, 'net_minor')`, { ...bound, workspace: workspaceId });
  return [...new Set((row?.cuts ?? []).filter((cut) => Number.isFinite(cut)))];
}

/** How many bought of each category, of whoever bought of any. */
export const categoriesOf = (ch: ClickHouse, workspaceId: WorkspaceId, asked: Asked): Promise<Cell[]> =>
  ch.rows(`
SELECT 'category' AS dimension, value, count() AS all, sum(ina) AS a, sum(inb) AS b
FROM (
  SELECT l.customer AS customer, l.category AS value, c.ina AS ina, c.inb AS inb
  FROM   (SELECT DISTINCT customer, toString(category) AS category FROM ${purchaseLines('customer', 'category')} WHERE category != '') AS l
  INNER JOIN (SELECT c.customer AS customer, ${inside(asked)} FROM ${asked.everybody.from} WHERE ${asked.everybody.where}) AS c ON c.customer = l.customer)
GROUP  BY value
ORDER  BY all DESC, value`, params(workspaceId, asked));
