import { basename } from 'node:path';
import { type ImportReport, lookAtFiles, runImport, startImport } from '../src/collect/index.ts';
import { systemCaller } from '../src/kernel/access/caller.ts';
import type { WorkspaceId } from '../src/kernel/ids.ts';
import type { Stores } from '../src/kernel/stores.ts';
import { recalibrate } from '../src/lifecycle/index.ts';
import { stopwatch, type Timed, timed } from './support.ts';

const OPTIONS = { source: 'bench', shop: '', channel: '' } as const;

/** A file from the disk to customers, orders, events and stages, as a person who drops it gets them; prints where the time went. */
export async function importToStages(stores: Stores, workspaceId: WorkspaceId, path: string): Promise<Timed<ImportReport>> {
  const caller = systemCaller(workspaceId);
  const parts = stopwatch();
  const outcome = await timed(async () => {
    const look = await lookAtFiles(stores, workspaceId, [{ path, name: basename(path), upload: path }], OPTIONS);
    parts.mark('looked at');
    const id = await startImport(stores, caller, look.files.map(({ name, mapping }) => ({ path, name, mapping })), OPTIONS);
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
