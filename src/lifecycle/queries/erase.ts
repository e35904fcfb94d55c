import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { SubjectId, WorkspaceId } from '../../kernel/ids.ts';
import { run, sql, type Tx } from '../../kernel/sql.ts';

const IN_POSTGRES = ['core_member', 'exit_reason', 'risk_signal', 'scoring_objection', 'segment_due', 'touch_place'] as const;
const IN_CLICKHOUSE = ['stage_now', 'stage_history', 'customer_score', 'segment_now', 'segment_history', 'segment_draft', 'segment_kept'] as const;
/** A frozen list names people by who they were when it was made. */
const columnOf = (table: (typeof IN_CLICKHOUSE)[number]): string => (table === 'segment_kept' ? 'anchor' : 'customer');

/** Removes what was concluded of people, by whom and why; how many rows of each kind. */
export async function forgetInPostgres(tx: Tx, workspaceId: WorkspaceId, subjects: readonly SubjectId[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {
    risk_review: await run(tx, sql`delete from risk_review where workspace_id = ${workspaceId} and signal_id in (select id from risk_signal where workspace_id = ${workspaceId} and customer_id = any (${[...subjects]}::uuid[]))`),
  };
  for (const table of IN_POSTGRES) counts[table] = await run(tx, sql`delete from ${sql.table(table)} where workspace_id = ${workspaceId} and customer_id = any (${[...subjects]}::uuid[])`);
  return counts;
}

/** Removes where people stood and what was expected of them, with its history; the parts are written anew without them. */
export async function forgetInClickHouse(ch: ClickHouse, workspace: WorkspaceId, subjects: readonly SubjectId[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of IN_CLICKHOUSE) {
    const where = `workspace = {workspace:UUID} and ${columnOf(table)} in {subjects:Array(UUID)}`;
    const [row] = await ch.rows<{ count: number }>(`select count() as count from ${table} where ${where}`, { workspace, subjects });
    if (!row?.count) continue;
    counts[table] = row.count;
    await ch.command(`alter table ${table} delete where ${where} settings mutations_sync = 2`, { workspace, subjects }, 'pass');
  }
  return counts;
}
