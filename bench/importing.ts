import { systemCaller } from '../src/kernel/access/caller.ts';
import { proposeMapping } from '../src/collect/core/detect.ts';
import { openRows } from '../src/collect/files/openRows.ts';
import { runImport } from '../src/collect/imports/run.ts';
import { startImport } from '../src/collect/imports/start.ts';
import type { ImportReport } from '../src/collect/contract.ts';
import { recalibrate } from '../src/lifecycle/rules.ts';
import type { WorkspaceId } from '../src/kernel/ids.ts';
import type { Stores } from '../src/kernel/stores.ts';
import { stopwatch, type Timed, timed } from './support.ts';

/** Proposes a mapping from the first rows, as the import page does. */
async function mappingOf(path: string) {
  const opened = await openRows(path);
  try {
    for await (const { rows } of opened.rows) return proposeMapping(opened.header, rows.slice(0, 200)).mapping;
    throw new Error('the file is empty');
  } finally {
    await opened.close();
  }
}

/** A file from the disk to customers, orders, events and stages, as a person who drops it gets them; prints where the time went. */
export async function importToStages(stores: Stores, workspaceId: WorkspaceId, path: string): Promise<Timed<ImportReport>> {
  const caller = systemCaller(workspaceId);
  const parts = stopwatch();
  const outcome = await timed(async () => {
    const mapping = await mappingOf(path);
    parts.mark('mapping proposed');
    const id = await startImport(stores, caller, [{ path, mapping }], { source: 'bench', shop: '', channel: '' });
    parts.mark('file kept');
    let phase = 'reading';
    const report = await runImport(stores, workspaceId, id, (progress) => {
      parts.mark(`import: ${phase}`);
      phase = progress.phase ?? phase;
    });
    parts.mark(`import: ${phase}`);
    if (!report) throw new Error('the import did not run');
    await recalibrate(stores, { asOf: report.to, caller });
    parts.mark('stages learned and told');
    return report;
  });
  parts.print();
  return outcome;
}
