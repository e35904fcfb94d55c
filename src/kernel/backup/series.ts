import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * One backup: what was copied at `moment`, the one instant at which both stores stood still for it. `base` names the backup whose files of
 * ClickHouse it builds on, null for a whole copy. `keyCheck` tells the right master key from a wrong one and gives nothing of it away.
 */
export type Manifest = {
  format: 1; id: string; moment: string; base: string | null; bytes: number; elapsedMs: number;
  /** In which file of the redo log the time after `moment` begins. */
  redo: string; keyCheck: string; withKey: boolean;
};
export type Backup = Manifest & { folder: string; series: string };

/** The backups of one installation's life: whole copies, and what happened between them. A restored installation begins a new one. */
const LINK = 'archive';
const ROOMS = ['wal', 'redo', 'files'] as const;
export const MANIFEST = 'manifest.json';

/** The series that a data folder adds to; undefined before its first backup. */
export function seriesOf(dataDir: string): string | undefined {
  const link = join(dataDir, LINK);
  return existsSync(link) ? realpathSync(link) : undefined;
}

export const archiveLink = (dataDir: string): string => join(dataDir, LINK);

/** The series of a data folder, begun under `into` where there is none. Postgres archives into it as soon as the link stands. */
export function openSeries(dataDir: string, into: string, id: string, prepare: (walFolder: string) => void): string {
  const known = seriesOf(dataDir);
  if (known) return known;
  const series = join(into, id);
  for (const room of ROOMS) mkdirSync(join(series, room), { recursive: true, mode: room === 'wal' ? 0o711 : 0o700 });
  prepare(join(series, 'wal'));
  // A link may be left whose series was taken away.
  rmSync(join(dataDir, LINK), { force: true });
  symlinkSync(series, join(dataDir, LINK));
  return series;
}

const read = (series: string, id: string): Backup[] => {
  try {
    return [{ ...(JSON.parse(readFileSync(join(series, id, MANIFEST), 'utf8')) as Manifest), folder: join(series, id), series }];
  } catch {
    return []; // A backup without a manifest was never finished.
  }
};

const foldersIn = (path: string): string[] => (existsSync(path) && statSync(path).isDirectory() ? readdirSync(path, { withFileTypes: true }).filter((one) => one.isDirectory()).map(({ name }) => name) : []);

/** The finished backups of a series, the oldest first. */
export const backupsOfSeries = (series: string): Backup[] => foldersIn(series).flatMap((id) => read(series, id)).sort((a, b) => a.moment.localeCompare(b.moment));

/** Every finished backup in a folder of backups, or in one series. */
export const backupsIn = (folder: string): Backup[] =>
  [...backupsOfSeries(folder), ...foldersIn(folder).flatMap((series) => backupsOfSeries(join(folder, series)))].sort((a, b) => a.moment.localeCompare(b.moment));

export const newestBackup = (dataDir: string): Backup | undefined => {
  const series = seriesOf(dataDir);
  return series === undefined ? undefined : backupsOfSeries(series).at(-1);
};

/** Written last, and whole or not at all: it makes the backup count. */
export function writeManifest(folder: string, manifest: Manifest): void {
  const path = join(folder, MANIFEST);
  writeFileSync(`${path}.part`, `${JSON.stringify(manifest, null, 1)}\n`, { mode: 0o600, flush: true });
  renameSync(`${path}.part`, path);
}
