import { holdFolder } from '../../src/kernel/start/folderLock.ts';

/** A process that tries to take folders at a given moment of the machine's clock, tells which it got, and keeps them until it is ended. */
type Told = { folders: string[]; at: number };

// Stays alive however little there is to do.
setInterval(() => undefined, 60_000);

process.once('message', ({ folders, at }: Told) => {
  while (Date.now() < at) { /* All begin at once. */ }
  const got = folders.map((folder) => {
    try {
      holdFolder(folder, process.pid);
      return true;
    } catch {
      return false;
    }
  });
  process.send?.(got);
});
