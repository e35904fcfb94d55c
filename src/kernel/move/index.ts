import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClickHouse, openClickHouse } from '../clickhouse/index.ts';
import { demandServer } from '../clickhouse/server.ts';
import type { Config } from '../config.ts';
import { Refusal } from '../errors.ts';
import { folderMark, masterKeyOf } from '../installation.ts';
import { migrateClickHouse, migratePostgres } from '../migrate.ts';
import { startPostgres, superuser } from '../postgres/embedded.ts';
import type { Connections } from '../postgres/pools.ts';
import { prepareDatabase, withClient } from '../postgres/roles.ts';
import { prepareServer } from '../postgres/server.ts';
import { holdFolder, isMarkOfHolder } from '../start/folderLock.ts';
import { emptyAgain, holdsNothing, moveClickHouse } from './clickhouse.ts';
import { isEmpty, type Moved, movePostgres } from './postgres.ts';

/** `from` holds the embedded installation, `to` becomes the folder that all processes share; `servers` names the target stores. */
export type Move = { from: string; to: string; servers: Pick<Config, 'databaseUrl' | 'databaseAppUrl' | 'databaseJobsUrl' | 'clickhouseUrl' | 'clickhouseCluster' | 'masterKey'>; pid: number; heard?: (table: string) => void };

/** What stays beside the marks of who holds the folder: the embedded stores themselves. */
const STAY = new Set(['postgres', 'clickhouse', 'archive', 'backups']);
const MARK = 'moving.json';

/** Files first, so that the stores never name one that is not there. A folder with something else in it is refused. */
async function copyFiles(from: string, to: string): Promise<boolean> {
  const mark = folderMark(from), path = join(to, MARK);
  await mkdir(to, { recursive: true, mode: 0o711 });
  const again = existsSync(path) && (JSON.parse(readFileSync(path, 'utf8')) as { from: string }).from === mark;
  if (!again && readdirSync(to).length > 0) throw new Refusal('move.target_not_empty', { where: to });
  writeFileSync(path, JSON.stringify({ from: mark }), { mode: 0o600 });
  for (const name of readdirSync(from)) if (!STAY.has(name) && !isMarkOfHolder(name)) await cp(join(from, name), join(to, name), { recursive: true, preserveTimestamps: true });
  return again;
}

async function withSource<T>(folder: string, work: (socketDir: string, ch: ClickHouse) => Promise<T>): Promise<T> {
  const server = await startPostgres(join(folder, 'postgres'));
  try {
    await migratePostgres(await prepareDatabase(server.socketDir, 'perennial'));
    const ch = openClickHouse(join(folder, 'clickhouse'));
    try {
      await migrateClickHouse(ch);
      return await work(server.socketDir, ch);
    } finally {
      await ch.close();
    }
  } finally {
    await server.stop();
  }
}

async function withTarget<T>({ servers }: Move, master: Buffer, work: (connections: Connections, ch: ClickHouse) => Promise<T>): Promise<T> {
  const { databaseUrl, databaseAppUrl, databaseJobsUrl, clickhouseUrl, clickhouseCluster } = servers;
  if (!databaseUrl || !clickhouseUrl) throw new Refusal('move.no_servers', { missing: databaseUrl ? 'CLICKHOUSE_URL' : 'DATABASE_URL' });
  const connections = await prepareServer({ url: databaseUrl, appUrl: databaseAppUrl, jobsUrl: databaseJobsUrl }, master);
  const ch = openClickHouse(clickhouseUrl, clickhouseCluster);
  try {
    await demandServer(ch, clickhouseUrl, clickhouseCluster);
    await migratePostgres(connections);
    await migrateClickHouse(ch, clickhouseCluster);
    return await work(connections, ch);
  } finally {
    await ch.close();
  }
}

/**
 * Carries an embedded installation, which must not run, to servers and a shared folder: files, events, then everything of Postgres in one
 * transaction, which ends the move. Broken off, it begins again from the start. Counts are compared table by table. The source stays as
 * it was. Refuses `move.no_source`, `move.no_servers`, `move.target_not_empty`, `move.counts_differ`, `start.*`.
 */
export async function move(asked: Move): Promise<Moved[]> {
  const { from, to, servers, pid, heard = () => undefined } = asked;
  if (!existsSync(join(from, 'postgres'))) throw new Refusal('move.no_source', { dataDir: from });
  const held = holdFolder(from, pid);
  try {
    const master = masterKeyOf({ masterKey: servers.masterKey, dataDir: from });
    return await withSource(from, (socketDir, source) => withTarget(asked, master, async ({ owner }, target) =>
      withClient({ host: socketDir, user: superuser, database: 'perennial' }, (left) => withClient(owner, async (right) => {
        if (!(await isEmpty(right))) throw new Refusal('move.target_not_empty', { where: 'Postgres' });
        const again = await copyFiles(from, to);
        if (again) await emptyAgain(source, target);
        else if (!(await holdsNothing(source, target))) throw new Refusal('move.target_not_empty', { where: 'ClickHouse' });
        const events = await moveClickHouse({ from: source, to: target }, heard);
        const state = await movePostgres({ from: left, to: right }, heard);
        rmSync(join(to, MARK));
        return [...state, ...events];
      }))));
  } finally {
    held.release();
  }
}
