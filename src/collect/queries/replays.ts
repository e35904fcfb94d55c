import type { WorkspaceId } from '../../kernel/ids.ts';
import { run, sql, type Tx } from '../../kernel/sql.ts';

/** Moves rows from "quarantined" to "accepted" in an import's report. */
export async function countReplayed(tx: Tx, workspaceId: WorkspaceId, importId: string, rows: number): Promise<void> {
  await run(tx, sql`
    update import
       set report = report || jsonb_build_object(
             'rowsAccepted', (report ->> 'rowsAccepted')::int + ${rows}::int,
             'rowsQuarantined', (report ->> 'rowsQuarantined')::int - ${rows}::int)
     where workspace_id = ${workspaceId} and id = ${importId}`);
}
