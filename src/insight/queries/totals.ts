import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { Day } from '../../kernel/day.ts';
import { NOBODY_SQL, type WorkspaceId } from '../../kernel/ids.ts';
import { sales } from '../../kernel/readings.ts';
import type { Period } from '../core/periods.ts';
import type { Reader } from './scope.ts';

/** Money of a period as 对账 counts it: every paid order and unlinked refund, and the part that belongs to nobody. Minor units. */
export type SalesTotal = { orders: number; amount: number; refunded: number; net: number; nobody_net: number };

const NOTHING: SalesTotal = { orders: 0, amount: 0, refunded: 0, net: 0, nobody_net: 0 };


/** One total a period, in the order given. Nobody owns the subject that is nobody, so owners need not be asked. */
export async function loadSalesTotals(ch: Reader, workspaceId: WorkspaceId, periods: readonly Period[], shops: readonly string[]): Promise<SalesTotal[]> {
  const inShops = shops.length > 0;
  const rows = await ch.rows<Omit<SalesTotal, 'net'> & { start: Day }>(`
SELECT toString(begun) AS start, countIf(kind = 'order' AND status IN ('paid', 'shipped', 'done')) AS orders, sum(s.amount) AS amount, sum(s.refunded) AS refunded,
       sumIf(s.amount - s.refunded, subject = ${NOBODY_SQL}) AS nobody_net
FROM   ${sales('subject', 'kind', 'status', 'amount', 'refunded', 'day', ...(inShops ? ['shop' as const] : []))} AS s
ARRAY  JOIN {starts:Array(Date32)} AS begun, {stops:Array(Date32)} AS stop
WHERE  day >= begun AND day <= stop${inShops ? ' AND shop IN {shops:Array(String)}' : ''}
GROUP  BY begun`, { workspace: workspaceId, starts: periods.map((one) => one.from), stops: periods.map((one) => one.to), ...(inShops && { shops }) });
  return periods.map(({ from }) => {
    const row = rows.find(({ start }) => start === from);
    return row ? { orders: row.orders, amount: row.amount, refunded: row.refunded, net: row.amount - row.refunded, nobody_net: row.nobody_net } : NOTHING;
  });
}

/** What a scope can be narrowed to; `from` is null while nothing has happened. */
export type Dimensions = { from: Day | null; shops: string[]; channels: string[]; events: string[]; rows: number };

/** First day of any order, refund or event, and every shop, channel and event there is: read from the tables themselves, since only names are wanted. */
export async function loadDimensions(ch: ClickHouse, workspaceId: WorkspaceId): Promise<Dimensions> {
  const [row] = await ch.rows<Dimensions>(`
SELECT count() AS rows, toString(min(day)) AS from, arraySort(groupUniqArrayIf(toString(shop), shop != '')) AS shops,
       arraySort(groupUniqArrayIf(toString(channel), channel != '')) AS channels, arraySort(groupUniqArrayIf(1000)(toString(event), event != '')) AS events
FROM (
  SELECT day, shop, channel,
         if(status IN ('paid', 'shipped', 'done') AND full_refund IN ('', 'pending') AND NOT free AND subject != ${NOBODY_SQL}, 'order.paid', '') AS event
  FROM   orders FINAL WHERE workspace = {workspace:UUID}
  UNION  ALL
  SELECT day, shop, '' AS channel, if(status = 'done' AND subject != ${NOBODY_SQL}, 'order.refunded', '') AS event
  FROM   refunds FINAL WHERE workspace = {workspace:UUID}
  UNION  ALL
  SELECT day, shop, channel, if(subject != ${NOBODY_SQL}, toString(event), '') AS event
  FROM   events FINAL WHERE workspace = {workspace:UUID})`, { workspace: workspaceId });
  return row && row.rows > 0 ? row : { from: null, shops: [], channels: [], events: [], rows: 0 };
}

/** How many orders and events lie there, told from the index alone: newer versions of a row count too. */
export async function storedRows(ch: ClickHouse, workspaceId: WorkspaceId): Promise<number> {
  const [row] = await ch.rows<{ rows: number }>('SELECT (SELECT count() FROM orders WHERE workspace = {workspace:UUID}) + (SELECT count() FROM events WHERE workspace = {workspace:UUID}) AS rows', { workspace: workspaceId });
  return row?.rows ?? 0;
}
