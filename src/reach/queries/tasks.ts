import type { WorkspaceId } from '../../kernel/ids.ts';
import { maybe, sql, type Tx } from '../../kernel/sql.ts';

/** The task that a message became. */
export const taskOf = async (tx: Tx, workspaceId: WorkspaceId, message: string): Promise<string | undefined> =>
  (await maybe(tx, sql<{ id: string }>`select id from task where workspace_id = ${workspaceId} and code = 'task.contact' and params->>'message' = ${message}`))?.id;
