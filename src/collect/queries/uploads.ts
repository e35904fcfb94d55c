import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, one, run, sql, type Tx } from '../../kernel/sql.ts';
import type { ImportFile } from '../contract.ts';
import { allImports, type ImportRow } from './imports.ts';

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

/** Uploads that no import reads. */
export const uploadsLeft = (tx: Tx, workspaceId: WorkspaceId): Promise<{ path: string; name: string }[]> => many(tx, sql<{ path: string; name: string }>`
  select u.path, u.name from upload u
   where u.workspace_id = ${workspaceId} and not exists (select 1 from import i cross join jsonb_array_elements(i.files) as f where i.workspace_id = u.workspace_id and f ->> 'path' = u.path)`);

/** Every use of a stored file: which import reads it as which of its files. */
export const fileUses = async (tx: Tx, workspaceId: WorkspaceId): Promise<{ row: ImportRow; at: number; file: ImportFile }[]> =>
  (await allImports(tx, workspaceId)).flatMap((row) => row.files.map((file, at) => ({ row, at, file })));

/** How these imports stand, held until the transaction ends: none of them begins meanwhile. */
export const lockedStatuses = async (tx: Tx, workspaceId: WorkspaceId, ids: readonly string[]): Promise<ImportRow['status'][]> =>
  (await many(tx, sql<Pick<ImportRow, 'status'>>`select status from import where workspace_id = ${workspaceId} and id = any (${[...ids]}::uuid[]) order by id for update`)).map(({ status }) => status);

export const dropUpload = (tx: Tx, workspaceId: WorkspaceId, path: string): Promise<number> => run(tx, sql`delete from upload where workspace_id = ${workspaceId} and path = ${path}`);

export type Replacement = { importId: string; at: number; name: string; path: string; bytes: number; shift: number; password?: string };

/** An import reads one of its files from elsewhere, as CSV; rows of it that were put aside keep to their lines. The digest stays that of the file as it was given. */
export async function replaceFile(tx: Tx, workspaceId: WorkspaceId, { importId, at, name, path, bytes, shift, password }: Replacement): Promise<void> {
  await run(tx, sql`
    update import set files = jsonb_set(files, array[${String(at)}], (files -> ${at}::int) - array['entry', 'sheet', 'password'] || ${JSON.stringify({ path, bytes, encoding: 'utf-8', delimiter: ',', password })}::jsonb)
     where workspace_id = ${workspaceId} and id = ${importId}`);
  if (shift !== 0) await run(tx, sql`update quarantine set line = line + ${shift}::int where workspace_id = ${workspaceId} and import_id = ${importId} and file = ${name}`);
}
