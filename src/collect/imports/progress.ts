import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { Progress } from '../contract.ts';
import { saveProgress } from '../queries/imports.ts';

/** Called with every new figure; a start-up screen draws it. */
export type OnProgress = (progress: Progress) => void;

export type Meter = {
  rows(count: number): void;
  bytes(read: number, total: number): void;
  phase(phase: NonNullable<Progress['phase']>): Promise<void>;
  tick(): Promise<void>;
  snapshot(): Progress;
};

const MS_PER_SAVE = 500;

/** Measures a run. `nowMs` is a stopwatch, not the calendar; how many rows there are is reckoned from the bytes read so far. */
export function openMeter(stores: Stores, workspaceId: WorkspaceId, importId: string, onProgress: OnProgress, nowMs: () => number): Meter {
  const startedMs = nowMs();
  let rowsRead = 0, bytesRead = 0, bytesTotal = 0, savedMs = -Infinity;
  let phase: NonNullable<Progress['phase']> = 'reading';
  const snapshot = (): Progress => {
    const elapsedMs = Math.max(1, nowMs() - startedMs);
    const rowsTotal = bytesRead > 0 ? Math.max(rowsRead, Math.round((rowsRead * bytesTotal) / bytesRead)) : rowsRead;
    const rowsPerSecond = Math.round((rowsRead * 1000) / elapsedMs);
    const remainingMs = rowsRead > 0 ? Math.round(((rowsTotal - rowsRead) * elapsedMs) / rowsRead) : 0;
    return { phase, rowsRead, rowsTotal, bytesRead, bytesTotal, rowsPerSecond, remainingMs, elapsedMs: Math.round(elapsedMs) };
  };
  const save = async (): Promise<void> => {
    savedMs = nowMs();
    const progress = snapshot();
    onProgress(progress);
    await stores.pg.tx(workspaceId, (tx) => saveProgress(tx, workspaceId, importId, progress));
  };
  return {
    rows: (count) => { rowsRead += count; },
    bytes: (read, total) => { bytesRead = read; bytesTotal = total; },
    phase: async (next) => { phase = next; await save(); },
    tick: async () => { if (nowMs() - savedMs >= MS_PER_SAVE) await save(); },
    snapshot,
  };
}
