import type { Facts } from '../../kernel/errors.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, maybe, one, run, sql, type Tx } from '../../kernel/sql.ts';
import type { ImportFile, ImportOptions, ImportReport, ImportStatus, Progress } from '../contract.ts';

export type ImportRow = {
  id: string; recipeId: string | null; source: string; status: ImportStatus; files: ImportFile[]; options: ImportOptions; version: number; attempt: number;
  progress: Progress; report: ImportReport | null; problem: { code: string; facts: Facts } | null; madeBy: { kind: string; id: string };
  createdAt: Date; startedAt: Date | null; finishedAt: Date | null; undoneAt: Date | null;
};

const COLUMNS = sql`
  id, recipe_id as "recipeId", source, status, files, options, version, attempt, progress, report, problem, made_by as "madeBy",
  created_at as "createdAt", started_at as "startedAt", finished_at as "finishedAt", undone_at as "undoneAt"`;

export const nextVersion = async (tx: Tx): Promise<number> => (await one(tx, sql<{ version: number }>`select nextval('fact_version') as version`)).version;

export async function insertImport(tx: Tx, workspaceId: WorkspaceId, row: Pick<ImportRow, 'id' | 'recipeId' | 'source' | 'files' | 'options' | 'version' | 'madeBy' | 'createdAt'>): Promise<void> {
  await run(tx, sql`
    insert into import (workspace_id, id, recipe_id, source, status, files, options, version, made_by, created_at)
    values (${workspaceId}, ${row.id}, ${row.recipeId}, ${row.source}, 'waiting', ${JSON.stringify(row.files)}::jsonb, ${JSON.stringify(row.options)}::jsonb,
            ${row.version}, ${JSON.stringify(row.madeBy)}::jsonb, ${row.createdAt})`);
}

export const loadImport = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<ImportRow> =>
  one(tx, sql<ImportRow>`select ${COLUMNS} from import where workspace_id = ${workspaceId} and id = ${id}`, 'import');

/** Newest first, before an id (ids rise with time). */
export const listImports = (tx: Tx, workspaceId: WorkspaceId, before: string | null, limit: number): Promise<ImportRow[]> =>
  many(tx, sql<ImportRow>`
    select ${COLUMNS} from import
     where workspace_id = ${workspaceId} and (${before}::uuid is null or id < ${before}::uuid)
     order by id desc
     limit ${limit}`);

/** Claims an import for a run; undefined when it is not in one of the states named, or has yet to begin while another of its source is being undone. */
export const beginImport = (tx: Tx, workspaceId: WorkspaceId, id: string, from: readonly ImportStatus[], to: ImportStatus, at: Date): Promise<ImportRow | undefined> =>
  maybe(tx, sql<ImportRow>`
    update import set status = ${to}, attempt = attempt + 1, started_at = coalesce(started_at, ${at}), problem = null
     where workspace_id = ${workspaceId} and id = ${id} and status = any (${from})
       and not (status = 'waiting' and attempt = 0
                and exists (select 1 from import u where u.workspace_id = import.workspace_id and u.source = import.source and u.status = 'undoing'))
    returning ${COLUMNS}`);

/** Whether an import of a source is at work, or being undone. */
export const isBusy = async (tx: Tx, workspaceId: WorkspaceId, source: string): Promise<boolean> =>
  (await maybe(tx, sql`select 1 from import where workspace_id = ${workspaceId} and source = ${source} and status in ('running', 'undoing') limit 1`)) !== undefined;

/** Every import, whatever became of it, the oldest first. */
export const allImports = (tx: Tx, workspaceId: WorkspaceId): Promise<ImportRow[]> => many(tx, sql<ImportRow>`select ${COLUMNS} from import where workspace_id = ${workspaceId} order by id`);

/** Imports that have begun and were not undone, the oldest first. */
export const standingImports = (tx: Tx, workspaceId: WorkspaceId): Promise<ImportRow[]> =>
  many(tx, sql<ImportRow>`
    select ${COLUMNS} from import
     where workspace_id = ${workspaceId} and status not in ('undoing', 'undone') and attempt > 0
     order by id`);

/** Notes on an import which others are read again for its undoing; all that ever were noted. */
export const noteReread = async (tx: Tx, workspaceId: WorkspaceId, id: string, ids: readonly string[]): Promise<string[]> =>
  (await one(tx, sql<{ reread: string[] }>`
    update import set reread = array(select distinct unnest(reread || ${[...ids]}::uuid[]))
     where workspace_id = ${workspaceId} and id = ${id}
    returning reread`, 'import')).reread;

/** Imports of a source that have yet to begin. */
export const waitingImports = async (tx: Tx, workspaceId: WorkspaceId, source: string): Promise<string[]> =>
  (await many(tx, sql<{ id: string }>`select id from import where workspace_id = ${workspaceId} and source = ${source} and status = 'waiting' and attempt = 0 order by id`)).map(({ id }) => id);

/** Makes a finished import one that waits to be read again, under a new version. */
export const renewImport = (tx: Tx, workspaceId: WorkspaceId, id: string, version: number): Promise<number> =>
  run(tx, sql`update import set status = 'waiting', version = ${version} where workspace_id = ${workspaceId} and id = ${id} and status in ('finished', 'failed', 'waiting', 'running')`);

export async function saveProgress(tx: Tx, workspaceId: WorkspaceId, id: string, progress: Progress): Promise<void> {
  await run(tx, sql`update import set progress = ${JSON.stringify(progress)}::jsonb where workspace_id = ${workspaceId} and id = ${id}`);
}

export type Settled = { status: ImportStatus; at: Date; report?: ImportReport; problem?: { code: string; facts: Facts } };

/** Ends a run; false when somebody else has ended it already. */
export async function settleImport(tx: Tx, workspaceId: WorkspaceId, id: string, from: ImportStatus, { status, at, report, problem }: Settled): Promise<boolean> {
  const touched = await run(tx, sql`
    update import
       set status = ${status}, report = coalesce(${report ? JSON.stringify(report) : null}::jsonb, report), problem = ${problem ? JSON.stringify(problem) : null}::jsonb,
           finished_at = case when ${status} = 'undone' then finished_at else ${at} end,
           undone_at = case when ${status} = 'undone' then ${at}::timestamptz end
     where workspace_id = ${workspaceId} and id = ${id} and status = ${from}`);
  return touched > 0;
}

export const undoneImports = async (tx: Tx, workspaceId: WorkspaceId): Promise<string[]> =>
  (await many(tx, sql<{ id: string }>`select id from import where workspace_id = ${workspaceId} and status in ('undoing', 'undone')`)).map(({ id }) => id);

export type WorkspaceRow = { timezone: string; currency: string; simulated: boolean };
export const loadWorkspace = (tx: Tx, workspaceId: WorkspaceId): Promise<WorkspaceRow> =>
  one(tx, sql<WorkspaceRow>`select timezone, currency, simulated from workspace where id = ${workspaceId}`, 'workspace');
