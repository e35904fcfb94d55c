import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, one, run, sql, type Tx } from '../../kernel/sql.ts';

export type UploadRow = { id: string; name: string; path: string; bytes: number };

export async function insertUpload(tx: Tx, workspaceId: WorkspaceId, row: UploadRow, { by, at }: { by: string; at: Date }): Promise<void> {
  await run(tx, sql`
    insert into upload (workspace_id, id, name, path, bytes, made_by, created_at)
    values (${workspaceId}, ${row.id}, ${row.name}, ${row.path}, ${row.bytes}, ${by}, ${at})`);
}

export const loadUpload = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<UploadRow> =>
  one(tx, sql<UploadRow>`select id, name, path, bytes from upload where workspace_id = ${workspaceId} and id = ${id}`, 'upload');

/** Every workspace, since a folder of uploads may outlive its last row. */
export const workspacesWithUploads = async (global: Tx): Promise<WorkspaceId[]> =>
  (await many(global, sql<{ id: WorkspaceId }>`select id from workspace order by id`)).map(({ id }) => id);

/** Forgets uploads from before an instant that no import took; where their files lie. */
export const dropUnused = async (tx: Tx, workspaceId: WorkspaceId, before: Date): Promise<string[]> =>
  (await many(tx, sql<{ path: string }>`
    delete from upload u
     where u.workspace_id = ${workspaceId} and u.created_at < ${before}
       and not exists (select 1 from import i cross join jsonb_array_elements(i.files) as f where i.workspace_id = u.workspace_id and f ->> 'path' = u.path)
    returning u.path`)).map(({ path }) => path);

/** Where the files lie that an upload or an import names. */
export const keptPaths = async (tx: Tx, workspaceId: WorkspaceId): Promise<string[]> =>
  (await many(tx, sql<{ path: string }>`
    select path from upload where workspace_id = ${workspaceId}
    union
    select f ->> 'path' from import i cross join jsonb_array_elements(i.files) as f where i.workspace_id = ${workspaceId}`)).map(({ path }) => path);
