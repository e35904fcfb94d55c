import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { Day } from '../../kernel/day.ts';
import type { Period } from '../core/periods.ts';
import { type Counting, metricRows } from './figures.ts';
import type { Asked, Dimension } from './scope.ts';

export type PersonRow = {
  customer: string; name: string; stage: string; orders: number; net: number; last_on: Day | null; reach: string[]; top: number; bottom: number;
};
/** Where a page begins: after this customer, who has this much net revenue. */
export type After = { net: number; customer: string } | null;
/** A statement that gives customer, top and bottom: the people of one figure. */
export type Behind = { sql: string; params: Record<string, unknown> };

/** Which of a figure's people: all counted, those above the line, or the rest. */
export const WHICH = ['counted', 'yes', 'no'] as const;
export type Which = (typeof WHICH)[number];
const WHICH_SQL: Readonly<Record<Which, string>> = { counted: 'true', yes: 'top > 0', no: 'top <= 0' };

export function metricPeople(asked: Asked, counting: Counting, period: Period, by: Dimension, { part, which }: { part: string; which: Which }): Behind {
  const { sql, params } = metricRows(asked, counting, period, by);
  return { sql: `SELECT customer, top, bottom FROM (${sql}) WHERE part = {part:String} AND ${WHICH_SQL[which]}`, params: { ...params, part } };
}

/** A page of the people behind a figure, the most valuable first; one more than the limit tells that there is another page. */
export async function loadPeople(ch: ClickHouse, behind: Behind, after: After, limit: number): Promise<PersonRow[]> {
  return ch.rows<PersonRow>(`
SELECT p.customer AS customer, c.name AS name, c.texts['stage'] AS stage, toInt64(c.numbers['order_count']) AS orders, toInt64(c.numbers['net_minor']) AS net,
       if(mapContains(c.days, 'last_on'), toString(c.days['last_on']), NULL) AS last_on, c.reach AS reach, p.top AS top, p.bottom AS bottom
FROM  (${behind.sql}) AS p
LEFT   JOIN (SELECT * FROM customer_state FINAL WHERE workspace = {workspace:UUID}) AS c ON c.customer = p.customer
WHERE  {first_page:UInt8} OR (net, customer) < ({after_net:Int64}, {after_customer:UUID})
ORDER  BY net DESC, customer DESC
LIMIT  {most:UInt32}`, {
    ...behind.params, first_page: after ? 0 : 1, after_net: after?.net ?? 0, after_customer: after?.customer ?? '00000000-0000-0000-0000-000000000000', most: limit + 1,
  });
}

/** How many people stand behind a figure, exact up to `most`. */
export async function countPeople(ch: ClickHouse, behind: Behind, most: number): Promise<number> {
  const [row] = await ch.rows<{ count: number }>(`SELECT count() AS count FROM (SELECT customer FROM (${behind.sql}) LIMIT {most:UInt32})`, { ...behind.params, most: most + 1 });
  return row?.count ?? 0;
}
