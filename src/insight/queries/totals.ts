import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { Day } from '../../kernel/day.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Period } from '../core/periods.ts';

/** Money of a period as 对账 counts it: every paid order and unlinked refund, and the part that belongs to nobody. Minor units. */
export type SalesTotal = { orders: number; amount: number; refunded: number; net: number; nobody_net: number };

const NOTHING: SalesTotal = { orders: 0, amount: 0, refunded: 0, net: 0, nobody_net: 0 };

/** One total a period, in the order given. */
export async function loadSalesTotals(ch: ClickHouse, workspaceId: WorkspaceId, periods: readonly Period[], shops: readonly string[]): Promise<SalesTotal[]> {
  const rows = await ch.rows<SalesTotal & { start: Day }>(`
SELECT toString(period.1) AS start, toInt64(countIf(s.kind = 'order' AND s.status IN ('paid', 'shipped', 'done'))) AS orders, toInt64(sum(s.amount)) AS amount, toInt64(sum(s.refunded)) AS refunded, toInt64(sum(s.net)) AS net,
       toInt64(sumIf(s.net, s.customer = toUUID('00000000-0000-0000-0000-000000000000'))) AS nobody_net
FROM (
  SELECT customer, kind, status, amount, refunded, net, day, period
  FROM   sales(workspace = {workspace:UUID})
  ARRAY  JOIN arrayZip({starts:Array(Date32)}, {stops:Array(Date32)}) AS period
  WHERE  day >= period.1 AND day <= period.2
  AND    (empty({shops:Array(String)}) OR shop IN {shops:Array(String)})) AS s
GROUP  BY start`, { workspace: workspaceId, starts: periods.map((one) => one.from), stops: periods.map((one) => one.to), shops });
  return periods.map(({ from }) => rows.find((row) => row.start === from) ?? NOTHING);
}

/** First and last day that any order, refund or event is of; null while there is none. */
export async function loadDataSpan(ch: ClickHouse, workspaceId: WorkspaceId): Promise<Period | null> {
  const [row] = await ch.rows<{ rows: number; from: Day; to: Day }>(`
SELECT count() AS rows, toString(min(day)) AS from, toString(max(day)) AS to
FROM (
  SELECT day FROM sales(workspace = {workspace:UUID})
  UNION ALL
  SELECT day FROM events FINAL WHERE workspace = {workspace:UUID})`, { workspace: workspaceId });
  return row && row.rows > 0 ? { from: row.from, to: row.to } : null;
}

/** What a scope can be narrowed to. */
export async function loadDimensions(ch: ClickHouse, workspaceId: WorkspaceId): Promise<{ shops: string[]; channels: string[]; events: string[] }> {
  const [[sold], [done]] = await Promise.all([
    ch.rows<{ shops: string[]; channels: string[] }>(`
SELECT arraySort(groupUniqArrayIf(toString(shop), shop != '')) AS shops, arraySort(groupUniqArrayIf(toString(channel), channel != '')) AS channels
FROM   sales(workspace = {workspace:UUID})`, { workspace: workspaceId }),
    ch.rows<{ events: string[] }>(`
SELECT arraySort(groupUniqArray(1000)(toString(event))) AS events FROM activity(workspace = {workspace:UUID})`, { workspace: workspaceId }),
  ]);
  return { shops: sold?.shops ?? [], channels: sold?.channels ?? [], events: done?.events ?? [] };
}
