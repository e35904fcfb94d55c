import type { Caller } from '../../kernel/access/caller.ts';
import { audit } from '../../kernel/audit.ts';
import { Refusal } from '../../kernel/errors.ts';
import { announce } from '../../kernel/facts.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import { enqueue } from '../../kernel/jobs.ts';
import type { Stores } from '../../kernel/stores.ts';
import { refreshSources } from '../freshness.ts';
import { beginImport, loadImport, nextVersion, settleImport, undoneImports } from '../queries/imports.ts';
import { takeOut } from '../queries/stored.ts';

/** Asks for an import to be undone whole. Refuses `import.not_undoable` unless it is finished or failed. */
export async function startUndo(stores: Stores, caller: Caller, importId: string): Promise<void> {
  const { workspaceId } = caller;
  await stores.pg.tx(workspaceId, async (tx) => {
    const { status } = await loadImport(tx, workspaceId, importId);
    const row = await beginImport(tx, workspaceId, importId, ['finished', 'failed'], 'undoing', stores.clock.now());
    if (!row) throw new Refusal('import.not_undoable', { status }, 409);
    await enqueue(tx, workspaceId, 'collect.undo', { importId }, { key: `import:${importId}` });
    await audit(tx, stores.clock, caller, { action: 'import.undo', target: importId });
  });
}

/**
 * Undoes an import: what it replaced comes back, what it brought goes; stages follow through the fact `import.undone`.
 * May be run again after a kill. Customers it made stay, without orders: somebody may have worked with them since.
 */
export async function runUndo(stores: Stores, workspaceId: WorkspaceId, importId: string): Promise<void> {
  const [row, undone, version] = await stores.pg.tx(workspaceId, async (tx) =>
    [await loadImport(tx, workspaceId, importId), await undoneImports(tx, workspaceId), await nextVersion(tx)] as const);
  if (row.status !== 'undoing') return;
  await takeOut(stores.ch, workspaceId, importId, undone, version);
  await refreshSources(stores, workspaceId, [row.source]);
  await stores.pg.tx(workspaceId, async (tx) => {
    const ended = await settleImport(tx, workspaceId, importId, 'undoing', { status: 'undone', at: stores.clock.now() });
    if (ended) await announce(tx, stores.clock, workspaceId, 'import.undone', { importId, source: row.source, from: row.report?.from ?? '', to: row.report?.to ?? '' });
  });
}
