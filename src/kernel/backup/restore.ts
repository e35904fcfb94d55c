import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { openClickHouse } from '../clickhouse/index.ts';
import { Refusal } from '../errors.ts';
import { migrateClickHouse } from '../migrate.ts';
import { accountOn, type EmbeddedPostgres, startPostgres, superuser } from '../postgres/embedded.ts';
import { deriveKey } from '../seal.ts';
import { copyTree, giveTree } from './copy.ts';
import { tellAgain } from './recorded.ts';
import { gapAfter, redosUntil } from './redo.ts';
import { type Backup, backupsIn } from './series.ts';
import { keyCheckOf } from './take.ts';

/** `to`: the instant to go back to; without it and `backupId`, the newest that is known. `masterKey` in base64, where the backup has none. */
export type RestoreOptions = { from: string; dataDir: string; to?: Date | undefined; backupId?: string | undefined; masterKey?: string | undefined };
/** `reached`: the last instant of which Postgres knows something; `again`: writes that ClickHouse was told again. */
export type Restored = { backup: string; reached: string; again: number; elapsedMs: number };

const KEY_BYTES = 32;
const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
const quoted = (text: string): string => `'${text.replace(/[\\']/g, (mark) => `\\${mark}`)}'`;

/** The newest backup not after the instant. */
function choose(from: string, { to, backupId }: RestoreOptions): Backup {
  const known = backupsIn(from);
  const fitting = known.filter(({ id, moment }) => (backupId === undefined || id === backupId) && (to === undefined || new Date(moment) <= to));
  const chosen = fitting.at(-1);
  if (!chosen) throw new Refusal('restore.none', { folder: from, backups: known.length, first: known[0]?.moment ?? '' });
  return chosen;
}

/** The key that opens what the backup holds. Refuses `restore.key_missing`, `restore.key_wrong`. */
function keyFor(backup: Backup, given: string | undefined): string {
  const kept = join(backup.folder, 'master.key');
  const text = given ?? (existsSync(kept) ? readFileSync(kept, 'utf8').trim() : undefined);
  if (text === undefined) throw new Refusal('restore.key_missing');
  const master = Buffer.from(text, 'base64');
  if (master.length !== KEY_BYTES || keyCheckOf({ installation: (purpose) => deriveKey(master, purpose) }) !== backup.keyCheck) throw new Refusal('restore.key_wrong');
  return text;
}

type Target = { name: string } | { time: Date } | 'end';
const targetOf = ({ to, backupId }: RestoreOptions): Target => (to ? { time: to } : backupId ? { name: backupId } : 'end');

const settingsFor = (wal: string, target: Target): string[] => [
  `restore_command=test -f ${shellQuoted(wal)}/%f.gz && gunzip -c ${shellQuoted(wal)}/%f.gz > %p`,
  'recovery_target_action=promote',
  ...(target === 'end' ? [] : 'name' in target ? [`recovery_target_name=${target.name}`] : [`recovery_target_time=${target.time.toISOString().replace('T', ' ').replace('Z', '+00')}`]),
];

/** The instant of the last change that came back. */
async function lastChange({ socketDir }: EmbeddedPostgres): Promise<Date | undefined> {
  const client = new pg.Client({ host: socketDir, user: superuser, database: 'postgres' });
  await client.connect();
  try {
    return (await client.query<{ at: Date | null }>('select pg_last_xact_replay_timestamp() as at')).rows[0]?.at ?? undefined;
  } finally {
    await client.end();
  }
}

/** Where the archive ends before the instant asked for, Postgres gives up; then everything there is is taken. */
async function recover(dir: string, wal: string, target: Target): Promise<{ server: EmbeddedPostgres; whole: boolean }> {
  try {
    return { server: await startPostgres(dir, settingsFor(wal, target)), whole: true };
  } catch (error) {
    if (!(error instanceof Refusal) || target === 'end' || 'name' in target || !String(error.facts.detail).includes('recovery ended before configured recovery target')) throw error;
    return { server: await startPostgres(dir, settingsFor(wal, 'end')), whole: false };
  }
}

async function restorePostgres(backup: Backup, dataDir: string, target: Target): Promise<Date> {
  const dir = join(dataDir, 'postgres');
  const wal = join(dir, 'restored-wal');
  // Its account has to pass through.
  mkdirSync(dir, { mode: 0o711 });
  await copyTree(join(backup.folder, 'postgres'), join(dir, 'data'));
  await copyTree(join(backup.series, 'wal'), wal);
  writeFileSync(join(dir, 'data', 'recovery.signal'), '', { mode: 0o600 });
  await giveTree(dir, await accountOn(dir));
  const { server, whole } = await recover(dir, wal, target);
  const last = await lastChange(server);
  await server.stop();
  rmSync(wal, { recursive: true, force: true });
  if (target !== 'end' && 'time' in target && whole) return target.time;
  return last ?? new Date(backup.moment);
}

/** The copy, brought forward by the redo log to the instant that Postgres reached. */
async function restoreClickHouse(backup: Backup, dataDir: string, until: Date | undefined): Promise<number> {
  const ch = openClickHouse(join(dataDir, 'clickhouse'), undefined, resolve(backup.series, '..'));
  try {
    const base = backup.base === null ? '' : ` settings base_backup = File(${quoted(join(backup.series, backup.base, 'clickhouse'))})`;
    await ch.command(`restore database default from File(${quoted(join(backup.folder, 'clickhouse'))})${base}`);
    await migrateClickHouse(ch);
    let again = 0;
    if (until) for await (const redone of redosUntil(backup.series, backup.redo, until)) {
      await tellAgain(ch, redone);
      again++;
    }
    return again;
  } finally {
    await ch.close();
  }
}

/**
 * Brings an installation back into an empty folder, as it was at an instant. The list of who was erased is the newest known, and the next
 * start erases them again. Refuses `restore.not_empty`, `restore.none`, `restore.key_missing`, `restore.key_wrong`, `restore.gap`.
 */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const begun = performance.now();
  const { dataDir } = options;
  if (existsSync(dataDir) && (!statSync(dataDir).isDirectory() || readdirSync(dataDir).length > 0)) throw new Refusal('restore.not_empty', { folder: dataDir });
  const backup = choose(resolve(options.from), options);
  const key = keyFor(backup, options.masterKey);
  const gap = options.backupId === undefined ? gapAfter(backup.series, backup.redo) : undefined;
  if (gap !== undefined) throw new Refusal('restore.gap', { from: gap.slice(0, 'yyyy-mm-ddThh-mm-ss'.length), backup: backup.id });
  mkdirSync(dataDir, { recursive: true, mode: 0o711 });
  try {
    await copyTree(join(backup.series, 'files'), dataDir);
    writeFileSync(join(dataDir, 'master.key'), key, { mode: 0o600 });
    const target = targetOf(options);
    const reached = await restorePostgres(backup, dataDir, target);
    const again = await restoreClickHouse(backup, dataDir, target !== 'end' && 'name' in target ? undefined : reached);
    return { backup: backup.id, reached: reached.toISOString(), again, elapsedMs: Math.round(performance.now() - begun) };
  } catch (error) {
    // Half an installation would be taken for a whole one.
    for (const name of readdirSync(dataDir)) rmSync(join(dataDir, name), { recursive: true, force: true });
    throw error;
  }
}
