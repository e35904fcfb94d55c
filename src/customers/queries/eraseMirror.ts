import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { SubjectId, WorkspaceId } from '../../kernel/ids.ts';

/** Tables of ClickHouse that hold rows of customers, and by which columns. */
const TABLES = { customer_state: ['customer'], subject_owner: ['subject', 'customer'] } as const;

/** Takes customers out of the mirror for good: the parts are written anew without them. How many rows of each table. */
export async function eraseMirror(ch: ClickHouse, workspace: WorkspaceId, subjects: readonly SubjectId[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const [table, columns] of Object.entries(TABLES)) {
    const where = `workspace = {workspace:UUID} and (${columns.map((column) => `${column} in {subjects:Array(UUID)}`).join(' or ')})`;
    const [row] = await ch.rows<{ count: number }>(`select count() as count from ${table} where ${where}`, { workspace, subjects });
    if (!row?.count) continue;
    counts[table] = row.count;
    await ch.command(`alter table ${table} delete where ${where} settings mutations_sync = 2`, { workspace, subjects }, 'pass');
  }
  return counts;
}
