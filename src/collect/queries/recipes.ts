import type { Facts } from '../../kernel/errors.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, one, run, sql, type Tx } from '../../kernel/sql.ts';
import type { ImportOptions } from '../contract.ts';
import type { Mapping } from '../core/mapping.ts';
import type { Reading } from '../core/reading.ts';

export type SignedMapping = Reading & { signature: string; mapping: Mapping };
export type RecipeRow = {
  id: string; name: string; source: string; mappings: SignedMapping[]; options: ImportOptions; watchFolder: string | null; everyMinutes: number | null; nextAt: Date | null;
  lastRunAt: Date | null; lastProblem: { code: string; facts: Facts } | null; runs: number; createdAt: Date;
};

const COLUMNS = sql`
  id, name, source, mappings, options, watch_folder as "watchFolder", every_minutes as "everyMinutes", next_at as "nextAt", last_run_at as "lastRunAt",
  last_problem as "lastProblem", runs, created_at as "createdAt"`;

export const listRecipes = (tx: Tx, workspaceId: WorkspaceId): Promise<RecipeRow[]> =>
  many(tx, sql<RecipeRow>`select ${COLUMNS} from import_recipe where workspace_id = ${workspaceId} and removed_at is null order by created_at, id`);

export const loadRecipe = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<RecipeRow> =>
  one(tx, sql<RecipeRow>`select ${COLUMNS} from import_recipe where workspace_id = ${workspaceId} and id = ${id} and removed_at is null`, 'recipe');

/** Every mapping somebody saved, the newest first. */
export const savedMappings = async (tx: Tx, workspaceId: WorkspaceId): Promise<SignedMapping[]> =>
  (await listRecipes(tx, workspaceId)).reverse().flatMap(({ mappings }) => mappings);

export async function insertRecipe(tx: Tx, workspaceId: WorkspaceId, row: Omit<RecipeRow, 'lastRunAt' | 'lastProblem' | 'runs'>): Promise<void> {
  await run(tx, sql`
    insert into import_recipe (workspace_id, id, name, source, mappings, options, watch_folder, every_minutes, next_at, created_at)
    values (${workspaceId}, ${row.id}, ${row.name}, ${row.source}, ${JSON.stringify(row.mappings)}::jsonb, ${JSON.stringify(row.options)}::jsonb,
            ${row.watchFolder}, ${row.everyMinutes}, ${row.nextAt}, ${row.createdAt})`);
}

export async function updateRecipe(tx: Tx, workspaceId: WorkspaceId, row: Pick<RecipeRow, 'id' | 'name' | 'watchFolder' | 'everyMinutes' | 'nextAt'>): Promise<void> {
  await run(tx, sql`
    update import_recipe set name = ${row.name}, watch_folder = ${row.watchFolder}, every_minutes = ${row.everyMinutes}, next_at = ${row.nextAt}
     where workspace_id = ${workspaceId} and id = ${row.id}`);
}

export async function removeRecipe(tx: Tx, workspaceId: WorkspaceId, id: string, at: Date): Promise<void> {
  await run(tx, sql`update import_recipe set removed_at = ${at}, next_at = null where workspace_id = ${workspaceId} and id = ${id}`);
}

/** Recipes whose time has come by a bound instant. */
export const dueRecipes = (tx: Tx, workspaceId: WorkspaceId, at: Date): Promise<RecipeRow[]> =>
  many(tx, sql<RecipeRow>`select ${COLUMNS} from import_recipe where workspace_id = ${workspaceId} and next_at <= ${at} and removed_at is null order by next_at`);

export const workspacesDue = async (db: Tx, at: Date): Promise<WorkspaceId[]> =>
  (await many(db, sql<{ workspaceId: WorkspaceId }>`select workspace_id as "workspaceId" from recipes_due(${at})`)).map(({ workspaceId }) => workspaceId);

export async function noteRun(tx: Tx, workspaceId: WorkspaceId, id: string, { at, nextAt, ran, problem }: { at: Date; nextAt: Date | null; ran: boolean; problem: { code: string; facts: Facts } | null }): Promise<void> {
  await run(tx, sql`
    update import_recipe
       set last_run_at = ${at}, next_at = ${nextAt}, runs = runs + ${ran ? 1 : 0}::int, last_problem = ${problem ? JSON.stringify(problem) : null}::jsonb
     where workspace_id = ${workspaceId} and id = ${id}`);
}

export type Watched = { name: string; bytes: number; changedMs: number };

export const takenFiles = (tx: Tx, workspaceId: WorkspaceId, recipeId: string): Promise<Watched[]> =>
  many(tx, sql<Watched>`select name, bytes, changed_ms as "changedMs" from watched_file where workspace_id = ${workspaceId} and recipe_id = ${recipeId}`);

export async function takeFiles(tx: Tx, workspaceId: WorkspaceId, recipeId: string, files: readonly Watched[], at: Date): Promise<void> {
  await run(tx, sql`
    insert into watched_file (workspace_id, recipe_id, name, bytes, changed_ms, taken_at)
    select ${workspaceId}, ${recipeId}, f.name, f.bytes, f."changedMs", ${at}
      from jsonb_to_recordset(${JSON.stringify(files)}::jsonb) as f (name text, bytes bigint, "changedMs" bigint)
    on conflict do nothing`);
}
