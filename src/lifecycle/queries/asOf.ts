import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { Day } from '../../kernel/day.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import { one, sql, type Tx } from '../../kernel/sql.ts';

export async function newestDay(ch: ClickHouse, workspaceId: WorkspaceId): Promise<Day | null> {
  const [row] = await ch.rows<{ rows: number; day: Day }>(`
SELECT count() AS rows, toString(max(day)) AS day
FROM (
  SELECT day FROM orders WHERE workspace = {workspace:UUID} AND deleted = 0
  UNION ALL
  SELECT day FROM refunds WHERE workspace = {workspace:UUID} AND deleted = 0
  UNION ALL
  SELECT day FROM events WHERE workspace = {workspace:UUID} AND deleted = 0 AND kind != 'message')`, { workspace: workspaceId });
  return row && row.rows > 0 ? row.day : null;
}

export const zoneOf = async (tx: Tx, workspaceId: WorkspaceId): Promise<string> =>
  (await one(tx, sql<{ timezone: string }>`select timezone from workspace where id = ${workspaceId}`, 'workspace')).timezone;
