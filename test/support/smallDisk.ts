import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of so many megabytes in memory, mounted on a folder. */
export type SmallDisk = { /** Leaves no byte free. */ fill(): void; /** Gives the room back. */ free(): void; freeBytes(): number; remove(): void };

const FILLER = 'filler';
const CHUNK = Buffer.alloc(1 << 20, 1);

const mount = (folder: string, megabytes: number): boolean => spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=711`, 'perennial-test', folder]).status === 0;
const unmount = (folder: string): void => void spawnSync('umount', [folder]);

/** Whether this machine lets us mount one: Linux as root, and no container that forbids it. */
export function canMount(): boolean {
  const folder = join(tmpdir(), `perennial-mount-${process.pid}`);
  mkdirSync(folder);
  const done = mount(folder, 1);
  if (done) unmount(folder);
  rmSync(folder, { recursive: true, force: true });
  return done;
}

export function smallDisk(folder: string, megabytes: number): SmallDisk {
  mkdirSync(folder, { recursive: true });
  if (!mount(folder, megabytes)) throw new Error(`could not mount on ${folder}`);
  const filler = join(folder, FILLER);
  const freeBytes = (): number => { const { bavail, bsize } = statfsSync(folder); return bavail * bsize; };
  return {
    freeBytes,
    fill: () => {
      const file = openSync(filler, 'a');
      try {
        while (freeBytes() > 0) writeSync(file, CHUNK, 0, Math.min(CHUNK.length, freeBytes()));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      } finally {
        closeSync(file);
      }
    },
    free: () => rmSync(filler, { force: true }),
    remove: () => unmount(folder),
  };
}
