import { linkSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from './errors.ts';
import { newId } from './ids.ts';

/** The data folder's rooms; names come from us, never from a visitor. `watch` are the folders outside it that recipes may watch. */
export type Files = { dataDir: string; uploads: string; watch: readonly string[]; room(name: string): string };

const NAME = /^[a-z0-9-]+$/;

/** Makes the folders below `dataDir`. Refuses `start.data.unwritable` where it may not write, or where the disk is full. */
export function openFiles(dataDir: string, watch: readonly string[] = []): Files {
  const room = (name: string): string => {
    if (!NAME.test(name)) throw new Refusal('file.name.invalid', { name });
    const path = join(dataDir, name);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  };
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o711 });
    return { dataDir, uploads: room('uploads'), watch, room };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Refusal(code === 'ENOSPC' ? 'start.data.disk_full' : 'start.data.unwritable', { dataDir, code });
  }
}

/**
 * Writes a secret or a mark that is not there yet, readable by its owner alone. Of several processes at once the first one's stays, and nobody ever reads a part of
 * it, not even after a crash: it is whole, and on the disk, before it has its name. Whether what is there now is ours.
 */
export function writeOnce(path: string, text: string): boolean {
  const making = `${path}.${newId()}.part`;
  try {
    writeFileSync(making, text, { mode: 0o600, flush: true });
    linkSync(making, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(making, { force: true });
  }
}
