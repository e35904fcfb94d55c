import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Caller, systemCaller } from '../../kernel/access/caller.ts';
import { audit } from '../../kernel/audit.ts';
import { Refusal } from '../../kernel/errors.ts';
import { newId, type WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { ImportOptions, RecipeView } from '../contract.ts';
import type { Mapping } from '../core/mapping.ts';
import { type Reading, readingOf } from '../core/reading.ts';
import { signatureOf } from '../core/signature.ts';
import { listEntries } from '../files/bytes.ts';
import { dueRecipes, insertRecipe, listRecipes, loadRecipe, noteRun, type RecipeRow, removeRecipe, takeFiles, takenFiles, updateRecipe, type Watched, workspacesDue } from '../queries/recipes.ts';
import { openKnown } from './known.ts';
import { parquetReader } from './parquet.ts';
import { type GivenFile, startImport } from './start.ts';
import { demandWatchable, mayWatch } from './watched.ts';

export type NewRecipe = { name: string; options: ImportOptions; mappings: (Reading & { header: string[]; mapping: Mapping })[]; watchFolder: string | null; everyMinutes: number | null };

const viewOf = ({ nextAt, lastRunAt, createdAt, ...row }: RecipeRow): RecipeView =>
  ({ ...row, nextAt: nextAt?.toISOString() ?? null, lastRunAt: lastRunAt?.toISOString() ?? null, createdAt: createdAt.toISOString() });

/** A watched folder without a rhythm is looked at every ten minutes. */
const WATCH_MINUTES = 10;
/** A file still growing is left for the next look. */
const SETTLED_MS = 5_000;

const nextAtOf = ({ watchFolder, everyMinutes }: Pick<RecipeRow, 'watchFolder' | 'everyMinutes'>, now: Date): Date | null =>
  watchFolder === null ? null : new Date(now.getTime() + (everyMinutes ?? WATCH_MINUTES) * 60_000);

/** The workspace's own recipes. */
export const recipes = async (stores: Stores, workspaceId: WorkspaceId): Promise<RecipeView[]> =>
  (await stores.pg.tx(workspaceId, (tx) => listRecipes(tx, workspaceId))).map(viewOf);

/** Saves how some files are read. With a folder it repeats by itself, first at the next turn. Refuses `recipe.folder_relative` and `recipe.folder_not_allowed`. */
export async function saveRecipe(stores: Stores, caller: Caller, recipe: NewRecipe): Promise<RecipeView> {
  const { workspaceId } = caller;
  if (recipe.watchFolder !== null) await demandWatchable(stores, workspaceId, recipe.watchFolder);
  const now = stores.clock.now();
  const id = newId();
  const { name, options, watchFolder, everyMinutes } = recipe;
  return stores.pg.tx(workspaceId, async (tx) => {
    await insertRecipe(tx, workspaceId, {
      id, name, source: options.source, options, watchFolder, everyMinutes, nextAt: watchFolder === null ? null : now, createdAt: now,
      mappings: recipe.mappings.map(({ header, mapping, ...reading }) => ({ signature: signatureOf(header), ...readingOf(reading), mapping })),
    });
    await audit(tx, stores.clock, caller, { action: 'recipe.save', target: id });
    return viewOf(await loadRecipe(tx, workspaceId, id));
  });
}

export async function changeRecipe(stores: Stores, caller: Caller, id: string, change: { name?: string | undefined; watchFolder?: string | null | undefined; everyMinutes?: number | null | undefined }): Promise<RecipeView> {
  const { workspaceId } = caller;
  if (typeof change.watchFolder === 'string') await demandWatchable(stores, workspaceId, change.watchFolder);
  return stores.pg.tx(workspaceId, async (tx) => {
    const row = await loadRecipe(tx, workspaceId, id);
    const next = {
      id, name: change.name ?? row.name, watchFolder: change.watchFolder === undefined ? row.watchFolder : change.watchFolder,
      everyMinutes: change.everyMinutes === undefined ? row.everyMinutes : change.everyMinutes,
    };
    await updateRecipe(tx, workspaceId, { ...next, nextAt: nextAtOf(next, stores.clock.now()) });
    await audit(tx, stores.clock, caller, { action: 'recipe.change', target: id });
    return viewOf(await loadRecipe(tx, workspaceId, id));
  });
}

export async function dropRecipe(stores: Stores, caller: Caller, id: string): Promise<void> {
  const { workspaceId } = caller;
  await stores.pg.tx(workspaceId, async (tx) => {
    await loadRecipe(tx, workspaceId, id);
    await removeRecipe(tx, workspaceId, id, stores.clock.now());
    await audit(tx, stores.clock, caller, { action: 'recipe.remove', target: id });
  });
}

async function newFiles(stores: Stores, workspaceId: WorkspaceId, recipe: RecipeRow, folder: string): Promise<(Watched & { path: string })[]> {
  const names = await readdir(folder).catch(() => { throw new Refusal('recipe.folder_unreadable', { folder }); });
  const taken = new Set((await stores.pg.tx(workspaceId, (tx) => takenFiles(tx, workspaceId, recipe.id))).map(({ name, bytes, changedMs }) => `${name}\0${bytes}\0${changedMs}`));
  const found: (Watched & { path: string })[] = [];
  for (const name of names.filter((one) => !one.startsWith('.')).sort()) {
    const path = join(folder, name);
    const info = await stat(path).catch(() => undefined);
    if (!info?.isFile() || !(await mayWatch(stores, workspaceId, path)) || Math.abs(stores.clock.now().getTime() - info.mtimeMs) < SETTLED_MS) continue;
    const file = { name, path, bytes: info.size, changedMs: Math.floor(info.mtimeMs) };
    if (!taken.has(`${name}\0${file.bytes}\0${file.changedMs}`)) found.push(file);
  }
  return found;
}

/** The mapping of each file by its header. Refuses `recipe.header_unknown` with the file's name. */
async function mapped(stores: Stores, recipe: RecipeRow, files: readonly Watched[], folder: string): Promise<GivenFile[]> {
  const parquet = parquetReader(stores.ch);
  const given: GivenFile[] = [];
  for (const { name } of files) {
    const path = join(folder, name);
    for (const { entry } of await listEntries(path, { name })) {
      const { opened, reading, known } = await openKnown(path, { name, ...(entry ? { entry } : {}), ...(parquet ? { parquet } : {}) }, recipe.mappings);
      await opened.close();
      if (!known) throw new Refusal('recipe.header_unknown', { name: entry || name });
      given.push({ path, name: entry || name, ...(entry ? { entry } : {}), ...readingOf(reading), mapping: known.mapping });
    }
  }
  return given;
}

/**
 * Repeats a recipe: files of its folder that are new since the last look become one import. A failure is written on the
 * recipe (`lastProblem`), shown, and tried again at the next turn. Answers the import's id, or undefined when nothing was new.
 */
export async function runRecipe(stores: Stores, workspaceId: WorkspaceId, recipe: RecipeRow): Promise<string | undefined> {
  const now = stores.clock.now();
  const nextAt = nextAtOf(recipe, now);
  try {
    const folder = recipe.watchFolder;
    if (folder === null) throw new Refusal('recipe.no_folder');
    await demandWatchable(stores, workspaceId, folder);
    const files = await newFiles(stores, workspaceId, recipe, folder);
    const given = await mapped(stores, recipe, files, folder);
    const importId = given.length === 0 ? undefined : await startImport(stores, systemCaller(workspaceId), given, { ...recipe.options, recipeId: recipe.id });
    await stores.pg.tx(workspaceId, async (tx) => {
      await takeFiles(tx, workspaceId, recipe.id, files, now);
      await noteRun(tx, workspaceId, recipe.id, { at: now, nextAt, ran: importId !== undefined, problem: null });
    });
    return importId;
  } catch (error) {
    const problem = error instanceof Refusal ? { code: error.code, facts: error.facts } : { code: 'import.broken', facts: {} };
    await stores.pg.tx(workspaceId, (tx) => noteRun(tx, workspaceId, recipe.id, { at: now, nextAt, ran: false, problem }));
    return undefined;
  }
}

export const runRecipeNow = async (stores: Stores, caller: Caller, id: string): Promise<{ importId: string | null; recipe: RecipeView }> => {
  const { workspaceId } = caller;
  const importId = await runRecipe(stores, workspaceId, await stores.pg.tx(workspaceId, (tx) => loadRecipe(tx, workspaceId, id)));
  return { importId: importId ?? null, recipe: viewOf(await stores.pg.tx(workspaceId, (tx) => loadRecipe(tx, workspaceId, id))) };
};

/** Runs every recipe whose time has come, in every workspace; to be called about once a minute. */
export async function runDueRecipes(stores: Stores): Promise<void> {
  const now = stores.clock.now();
  for (const workspaceId of await workspacesDue(stores.pg.global, now)) {
    for (const recipe of await stores.pg.tx(workspaceId, (tx) => dueRecipes(tx, workspaceId, now))) await runRecipe(stores, workspaceId, recipe);
  }
}
