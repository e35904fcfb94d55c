import type { WorkspaceId } from '../../kernel/ids.ts';
import { one, run, sql, type Tx } from '../../kernel/sql.ts';

export type UploadRow = { id: string; name: string; path: string; bytes: number };

export async function insertUpload(tx: Tx, workspaceId: WorkspaceId, row: UploadRow, { by, at }: { by: string; at: Date }): Promise<void> {
  await run(tx, sql`
    insert into upload (workspace_id, id, name, path, bytes, made_by, created_at)
    values (${workspaceId}, ${row.id}, ${row.name}, ${row.path}, ${row.bytes}, ${by}, ${at})`);
}

export const loadUpload = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<UploadRow> =>
  one(tx, sql<UploadRow>`select id, name, path, bytes from upload where workspace_id = ${workspaceId} and id = ${id}`, 'upload');
