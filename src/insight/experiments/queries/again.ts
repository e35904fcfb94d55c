import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import type { Day } from '../../../kernel/day.ts';
import type { CustomerId, WorkspaceId } from '../../../kernel/ids.ts';
import { purchases } from '../../../kernel/readings.ts';

/** What somebody bought last: the order and its lines; money in minor units. */
export type LastOrder = { customer: CustomerId; shop: string; channel: string; amount: number; lines: { sku: string; name: string; category: string; quantity: number; amount: number; cost: number }[] };

/** The last order of each of some people before a day. */
export const lastOrders = (ch: ClickHouse, workspaceId: WorkspaceId, people: readonly CustomerId[], before: Day): Promise<LastOrder[]> =>
  ch.rows(`
SELECT o.customer AS customer, o.last.2 AS shop, toString(o.last.3) AS channel, o.last.4 AS amount,
       groupArray(CAST((l.sku, l.name, l.category, l.quantity, l.amount, l.cost), 'Tuple(sku String, name String, category String, quantity Float64, amount Int64, cost Int64)')) AS lines
FROM  (
  SELECT customer, argMax((source, shop, channel, amount, order_no), (day, order_no)) AS last
  FROM   ${purchases('customer', 'source', 'shop', 'channel', 'order_no', 'day', 'amount')}
  WHERE  day < {before:Date32} AND customer IN {people:Array(UUID)}
  GROUP  BY customer) AS o
INNER  JOIN (SELECT * FROM order_lines FINAL WHERE workspace = {workspace:UUID}) AS l ON l.source = o.last.1 AND l.shop = o.last.2 AND l.order_no = o.last.5
GROUP  BY customer, shop, channel, amount
ORDER  BY customer`, { workspace: workspaceId, people, before });
