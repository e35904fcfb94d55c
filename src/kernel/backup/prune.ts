import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Backup, backupsOfSeries } from './series.ts';

const WAL_FILE = /^[0-9A-F]{24}/;

/** The first file of Postgres's log that a copy needs, as its label says. */
const firstWal = ({ folder }: Backup): string => /\(file ([0-9A-F]{24})\)/.exec(readFileSync(join(folder, 'postgres', 'backup_label'), 'utf8'))?.[1] ?? '';

function drop(folder: string, isOld: (name: string) => boolean): void {
  for (const name of readdirSync(folder)) if (isOld(name)) rmSync(join(folder, name));
}

/**
 * Drops what nobody goes back to any more: backups before the `keep`-th newest whole copy, and the logs of both stores before it. Every moment
 * since that copy stays reachable. The ids of the backups dropped; nothing where there are not more than `keep` whole copies.
 */
export function prune(series: string, keep: number): string[] {
  const backups = backupsOfSeries(series), oldest = backups.filter(({ base }) => base === null).at(-keep), gone = backups.slice(0, oldest ? backups.indexOf(oldest) : 0);
  if (!oldest || gone.length === 0) return [];
  const wal = firstWal(oldest);
  // Newest first: what is built on a whole copy goes before it, should this be cut off half-way.
  for (const { folder } of gone.toReversed()) rmSync(folder, { recursive: true });
  drop(join(series, 'redo'), (name) => name < oldest.redo);
  drop(join(series, 'wal'), (name) => WAL_FILE.test(name) && name.slice(0, wal.length) < wal);
  return gone.map(({ id }) => id);
}
