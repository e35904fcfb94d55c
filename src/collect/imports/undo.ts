import type { Caller } from '../../kernel/access/caller.ts';
import { audit } from '../../kernel/audit.ts';
import { resolve, takeBack } from '../../customers/index.ts';
import { Refusal } from '../../kernel/errors.ts';
import { announce } from '../../kernel/facts.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import { enqueue } from '../../kernel/jobs.ts';
import type { Stores } from '../../kernel/stores.ts';
import { refreshSources } from '../freshness.ts';
import { beginImport, type ImportRow, isBusy, loadImport, nextVersion, noteReread, renewImport, settleImport, standingImports, undoneImports, waitingImports } from '../queries/imports.ts';
import { settleUndone } from '../queries/quarantine.ts';
import { replacersOf, takeOut } from '../queries/stored.ts';
import { FATES } from './scene.ts';
import { replayAgain } from './replay.ts';
import { demandFiles, toldBy, toldByAll } from './reread.ts';
import { runImport } from './run.ts';

/**
 * Asks for an import to be undone whole. Refuses `import.not_undoable` unless it is finished or failed, `import.source_busy` while another of
 * its source is at work, and `import.file_missing` when a file that must be read again for it is gone.
 */
export async function startUndo(stores: Stores, caller: Caller, importId: string): Promise<void> {
  const { workspaceId } = caller;
  const [imported, standing] = await stores.pg.tx(workspaceId, async (tx) => [await loadImport(tx, workspaceId, importId), await standingImports(tx, workspaceId)] as const);
  if (imported.status !== 'finished' && imported.status !== 'failed') throw new Refusal('import.not_undoable', { status: imported.status }, 409);
  for (const row of standing) if (row.report !== null) await demandFiles(stores, row);
  await stores.pg.tx(workspaceId, async (tx) => {
    if (await isBusy(tx, workspaceId, imported.source)) throw new Refusal('import.source_busy', { source: imported.source }, 409);
    const row = await beginImport(tx, workspaceId, importId, ['finished', 'failed'], 'undoing', stores.clock.now());
    if (!row) throw new Refusal('import.not_undoable', { status: imported.status }, 409);
    await enqueue(tx, workspaceId, 'collect.undo', { importId }, { key: `import:${importId}` });
    await audit(tx, stores.clock, caller, { action: 'import.undo', target: importId });
  });
}

const met = ({ report }: ImportRow): boolean => report === null || FATES.some((what) => report[what].updated + report[what].unchanged > 0);

/** Later imports of the same source that met rows of others: what they say was laid over these, or not written down because it stood there already. */
async function laidOver(stores: Stores, workspaceId: WorkspaceId, undone: ImportRow): Promise<ImportRow[]> {
  const standing = await stores.pg.tx(workspaceId, (tx) => standingImports(tx, workspaceId));
  const replacers = new Set(await replacersOf(stores.ch, workspaceId, undone.id));
  const over = standing.filter((row) => replacers.has(row.id) || (row.source === undone.source && row.id > undone.id && met(row)));
  const noted = new Set(await stores.pg.tx(workspaceId, (tx) => noteReread(tx, workspaceId, undone.id, over.map(({ id }) => id))));
  return standing.filter(({ id }) => noted.has(id));
}

/** Takes rows of imports out, the newest first, and reads the imports again from their files, the oldest first. */
async function readAgain(stores: Stores, workspaceId: WorkspaceId, rows: readonly ImportRow[]): Promise<void> {
  const out = await stores.pg.tx(workspaceId, (tx) => undoneImports(tx, workspaceId));
  for (const { id } of [...rows].reverse()) {
    out.push(id);
    await takeOut(stores.ch, workspaceId, id, out, await stores.pg.tx(workspaceId, nextVersion));
  }
  for (const { id, report } of rows) {
    await stores.pg.tx(workspaceId, async (tx) => renewImport(tx, workspaceId, id, await nextVersion(tx)));
    try {
      await runImport(stores, workspaceId, id);
      await replayAgain(stores, workspaceId, id);
    } catch (error) {
      // One that failed before may fail again: it says so itself.
      if (report !== null) throw error;
    }
  }
}

/** Takes back what the import said of people; every other import is read again, so that what they say too stays. */
async function unsay(stores: Stores, workspaceId: WorkspaceId, undone: ImportRow): Promise<void> {
  const standing = await stores.pg.tx(workspaceId, (tx) => standingImports(tx, workspaceId));
  await takeBack(stores, workspaceId, { told: toldBy(stores, workspaceId, undone), still: toldByAll(stores, workspaceId, standing) });
  // Imports that began meanwhile may have spoken of somebody who is gone now.
  const heard = new Set(standing.map(({ id }) => id));
  const since = (await stores.pg.tx(workspaceId, (tx) => standingImports(tx, workspaceId))).filter(({ id }) => !heard.has(id));
  for await (const items of toldByAll(stores, workspaceId, since)) await resolve(stores, workspaceId, items, { from: 'file' });
}

/**
 * Undoes an import; the workspace is as if it had never been. Rows it replaced come back, rows it brought go, and later imports that met
 * them are read again from their files. What it said of people is taken back; stages follow through the fact `import.undone`.
 * Every step may be repeated, so after a kill it is run again from the start.
 */
export async function runUndo(stores: Stores, workspaceId: WorkspaceId, importId: string): Promise<void> {
  const [row, undone, version] = await stores.pg.tx(workspaceId, async (tx) =>
    [await loadImport(tx, workspaceId, importId), await undoneImports(tx, workspaceId), await nextVersion(tx)] as const);
  if (row.status !== 'undoing') return;
  await takeOut(stores.ch, workspaceId, importId, undone, version);
  await readAgain(stores, workspaceId, await laidOver(stores, workspaceId, row));
  await unsay(stores, workspaceId, row);
  await refreshSources(stores, workspaceId, [row.source]);
  await stores.pg.tx(workspaceId, async (tx) => {
    const ended = await settleImport(tx, workspaceId, importId, 'undoing', { status: 'undone', at: stores.clock.now() });
    if (!ended) return;
    await settleUndone(tx, workspaceId, importId, stores.clock.now());
    for (const id of await waitingImports(tx, workspaceId, row.source)) {
      // Their rows have to be newer than what was deleted just now.
      await renewImport(tx, workspaceId, id, await nextVersion(tx));
      await enqueue(tx, workspaceId, 'collect.import', { importId: id }, { key: `import:${id}` });
    }
    await announce(tx, stores.clock, workspaceId, 'import.undone', { importId, source: row.source, from: row.report?.from ?? '', to: row.report?.to ?? '' });
  });
}
