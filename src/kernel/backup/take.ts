import { createHash } from 'node:crypto';
import { chmodSync, chownSync, copyFileSync, existsSync, mkdirSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Refusal } from '../errors.ts';
import { newId } from '../ids.ts';
import type { Keyring } from '../keys.ts';
import { superuser } from '../postgres/embedded.ts';
import type { Stores } from '../stores.ts';
import { copyTree, sizeOf } from './copy.ts';
import { prune } from './prune.ts';
import type { Recorded } from './recorded.ts';
import { type Backup, backupsOfSeries, type Manifest, openSeries, seriesOf, writeManifest } from './series.ts';

/** What taking backups needs beside the stores; absent where the stores are servers, which have means of their own. */
export type Backups = { into: string; recorded: Recorded; now: () => Date };
/** `full`: ClickHouse whole, though an earlier copy could be built on. `withKey`: the master key too; else it has to be kept elsewhere. `keep`: so many whole copies stay with all since, older ones go; all stay unless told. */
export type BackupOptions = { full?: boolean; withKey?: boolean; keep?: number | undefined };

/** Postgres makes these anew; its log of the time of the copy comes from the archive. */
const LEFT = /^(?:pg_wal\/.+|pg_replslot\/.+|pg_dynshmem\/.+|pg_notify\/.+|pg_serial\/.+|pg_snapshots\/.+|pg_stat_tmp\/.+|pg_subtrans\/.+|postmaster\.(?:pid|opts)|.*pgsql_tmp.*)$/;
/** What of the data folder is no part of a backup: the stores, which are copied apart, what belongs to a running process, and secrets. */
const NO_FILES = /^(?:postgres|clickhouse|backups|archive|running\.json|cli\.token|master\.key|first-sign-in\.txt)(?:\/|$)/;
/** Copies that build on one whole copy, before the next whole one. */
const PARTIAL_MAX = 20;
const ARCHIVED_WITHIN_MS = 120_000;

const quoted = (text: string): string => `'${text.replace(/[\\']/g, (mark) => `\\${mark}`)}'`;

/** Tells the right master key from a wrong one. */
export const keyCheckOf = (keys: Pick<Keyring, 'installation'>): string => createHash('sha256').update(keys.installation('backup-check')).digest('hex').slice(0, 32);

async function asSuperuser<T>({ pg: { connections } }: Stores, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ ...connections.owner, user: superuser });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** The whole cluster, copied while it works; what it wrote meanwhile is in its log, which is archived before this returns. */
async function copyPostgres(client: pg.Client, data: string, to: string, id: string): Promise<void> {
  await client.query('select pg_backup_start($1, true)', [id]);
  await copyTree(data, to, { leave: (path) => LEFT.test(path) });
  const { rows: [stop] } = await client.query<{ labelfile: string; spcmapfile: string }>('select labelfile, spcmapfile from pg_backup_stop(false)');
  writeFileSync(join(to, 'backup_label'), stop?.labelfile ?? '', { mode: 0o600 });
  if (stop?.spcmapfile) writeFileSync(join(to, 'tablespace_map'), stop.spcmapfile, { mode: 0o600 });
}

/** Waits until the log up to now lies in the archive. Refuses `backup.not_archived` where Postgres cannot write there. */
async function archived(client: pg.Client, series: string): Promise<void> {
  const { rows: [row] } = await client.query<{ file: string }>('select pg_walfile_name(pg_switch_wal()) as file');
  const path = join(series, 'wal', `${row?.file}.gz`);
  for (let waitedMs = 0; !existsSync(path); waitedMs += 100) {
    if (waitedMs > ARCHIVED_WITHIN_MS) throw new Refusal('backup.not_archived', { folder: join(series, 'wal') });
    await sleep(100);
  }
}

/** The one moment of both stores: ClickHouse stands still, Postgres notes it in its log, ClickHouse is copied. */
async function copyClickHouse(client: pg.Client, { recorded: { alone, raw, redo }, now }: Backups, series: string, to: string, { id, base }: { id: string; base: Backup | undefined }): Promise<Pick<Manifest, 'moment' | 'redo'>> {
  return alone(async () => {
    const moment = now().toISOString();
    await client.query('select pg_create_restore_point($1)', [id]);
    const file = await redo.cut(series);
    await raw.command(`backup database default to File(${quoted(to)})${base ? ` settings base_backup = File(${quoted(join(base.folder, 'clickhouse'))})` : ''}`);
    return { moment, redo: file };
  });
}

/** The whole copy to build on: the newest, unless it has been built on often. */
function baseFor(series: string, full: boolean): Backup | undefined {
  const backups = backupsOfSeries(series);
  const whole = backups.findLast(({ base }) => base === null);
  return full || !whole || backups.filter(({ base }) => base === whole.id).length >= PARTIAL_MAX ? undefined : whole;
}

/** Files beside the stores, those that are new. Called after each backup and about once a minute, so that a lost disk costs a minute. */
export async function archiveFiles({ files: { dataDir } }: Pick<Stores, 'files'>): Promise<void> {
  const series = seriesOf(dataDir);
  if (series) await copyTree(dataDir, join(series, 'files'), { leave: (path) => NO_FILES.test(path), newOnly: true });
}

let underWay = false;

/**
 * Copies both stores and the files while everybody works on, at one moment for both, and from then on keeps what happens, so that any later
 * instant can be gone back to. Refuses `backup.servers` where the stores are servers, `backup.under_way`, `backup.not_archived`.
 */
export async function takeBackup(stores: Stores, { full = false, withKey = false, keep }: BackupOptions): Promise<Backup> {
  const { backups, files: { dataDir } } = stores;
  if (!backups) throw new Refusal('backup.servers');
  if (underWay) throw new Refusal('backup.under_way', {}, 409);
  underWay = true;
  try {
    const taken = await take(stores, backups, dataDir, { full, withKey });
    if (keep !== undefined) prune(taken.series, keep);
    return taken;
  } finally {
    underWay = false;
  }
}

async function take(stores: Stores, backups: Backups, dataDir: string, { full, withKey }: { full: boolean; withKey: boolean }): Promise<Backup> {
  const begun = performance.now();
  const data = join(dataDir, 'postgres', 'data');
  mkdirSync(backups.into, { recursive: true, mode: 0o711 });
  const series = openSeries(dataDir, realpathSync(backups.into), newId(), (wal) => ownLike(data, wal));
  const id = backups.now().toISOString().replaceAll(':', '-');
  const folder = join(series, id);
  mkdirSync(folder, { mode: 0o700 });
  try {
    const base = baseFor(series, full);
    const at = await asSuperuser(stores, async (client) => {
      await copyPostgres(client, data, join(folder, 'postgres'), id);
      const moment = await copyClickHouse(client, backups, series, join(folder, 'clickhouse'), { id, base });
      await archived(client, series);
      return moment;
    });
    await archiveFiles(stores);
    if (withKey) copyFileSync(join(dataDir, 'master.key'), join(folder, 'master.key'));
    const manifest: Manifest = { format: 1, id, ...at, base: base?.id ?? null, bytes: await sizeOf(folder), elapsedMs: Math.round(performance.now() - begun), keyCheck: keyCheckOf(stores.keys), withKey };
    writeManifest(folder, manifest);
    return { ...manifest, folder, series };
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Postgres writes its log there itself, under its own account. */
function ownLike(model: string, path: string): void {
  const { uid, gid } = statSync(model);
  if (process.getuid?.() === 0) chownSync(path, uid, gid);
  // It has to pass through the folders above, whose contents stay unseen.
  chmodSync(join(path, '..'), 0o711);
}
