import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Actor } from '../kernel/access/caller.ts';
import type { CustomerId, SubjectId, WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';

/** One erasure, by digests that name nobody without the workspace's key. */
export type ErasedLine = { workspaceId: WorkspaceId; id: string; customerId: CustomerId; reason: string; byKind: Actor['kind']; byId: string; at: string; subjects: SubjectId[] };

/** The list of who was erased, beside the master key: it is no part of the stores, so that bringing an older state of them back cannot undo it. */
export function erasedLog({ files }: Pick<Stores, 'files'>) {
  const path = join(files.dataDir, 'erased.jsonl');
  const read = async (): Promise<ErasedLine[]> => {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => { if (error.code === 'ENOENT') return ''; throw error; });
    // A line that a killed process left half written ends without a line break: its erasure is not finished, and is written again.
    return text.split('\n').slice(0, -1).flatMap((line) => { try { return [JSON.parse(line) as ErasedLine]; } catch { return []; } });
  };
  return {
    read,
    add: async (line: ErasedLine): Promise<void> => {
      if ((await read()).some(({ id }) => id === line.id)) return;
      const file = await open(path, 'a', 0o600);
      try {
        await file.write(`${JSON.stringify(line)}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
    },
  };
}
