import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { recorded } from './backup/index.ts';
import { type ClickHouse, openClickHouse } from './clickhouse/index.ts';
import { demandServer } from './clickhouse/server.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { openEgress } from './egress/index.ts';
import type { Files } from './files.ts';
import { demandSameInstallation, masterKeyOf } from './installation.ts';
import { keyring } from './keys.ts';
import { migrateClickHouse, migratePostgres } from './migrate.ts';
import { startPostgres } from './postgres/embedded.ts';
import { oneAtATime } from './postgres/oneAtATime.ts';
import { type Connections, openPool, openPostgres } from './postgres/pools.ts';
import { prepareDatabase } from './postgres/roles.ts';
import { prepareServer } from './postgres/server.ts';
import { within } from './start/within.ts';
import type { Stores } from './stores.ts';

const POOLS_MS = 1_500;

export type Opened = { stores: Stores; close(): Promise<void> };

/** Runs a long step of start-up where somebody watches it. */
export type Step = <T>(step: 'postgres' | 'clickhouse' | 'migrate' | 'serve', work: () => Promise<T>) => Promise<T>;
export const unwatched: Step = (_, work) => work();

async function connect(config: Config, master: Buffer, closers: (() => Promise<void>)[]): Promise<Connections> {
  const { databaseUrl, databaseAppUrl, databaseJobsUrl } = config;
  if (databaseUrl) return prepareServer({ url: databaseUrl, appUrl: databaseAppUrl, jobsUrl: databaseJobsUrl }, master);
  const server = await startPostgres(join(config.dataDir, 'postgres'));
  closers.push(server.stop);
  return prepareDatabase(server.socketDir, 'perennial');
}

/** Where backups go. Their paths are named to the engine as they really are. */
function backupsOf({ backups, dataDir }: Config): string {
  const folder = backups ?? join(dataDir, 'backups');
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  return realpathSync(folder);
}

/** The engine in process, or a server that answers and is new enough. */
async function connectClickHouse(config: Config): Promise<ClickHouse> {
  const { clickhouseUrl, clickhouseCluster, dataDir } = config;
  const ch = openClickHouse(clickhouseUrl ?? join(dataDir, 'clickhouse'), clickhouseCluster, backupsOf(config));
  if (clickhouseUrl) await demandServer(ch, clickhouseUrl, clickhouseCluster);
  return ch;
}

/** Whether several processes may work on the stores: only servers can be opened more than once. */
export const areShared = ({ databaseUrl, clickhouseUrl }: Config): boolean => databaseUrl !== undefined && clickhouseUrl !== undefined;

async function migrate(connections: Connections, ch: ClickHouse, cluster: string | undefined): Promise<void> {
  const pool = openPool(connections.owner, 1);
  // Processes that start together: one migrates, the others find it done.
  await oneAtATime(pool, 'migrate', async () => {
    await migratePostgres(connections);
    await migrateClickHouse(ch, cluster);
  }).finally(() => pool.end());
}

/** Opens both stores on a data folder, migrated to the newest schema. What was opened is closed again when a later step fails. */
export async function openStores(config: Config, files: Files, clock: Clock, step: Step = unwatched): Promise<Opened> {
  const master = masterKeyOf(config);
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const connections = await step('postgres', () => connect(config, master, closers));
    const raw = await step('clickhouse', () => connectClickHouse(config));
    closers.push(raw.close);
    await step('migrate', () => migrate(connections, raw, config.clickhouseCluster));
    // Only what a process has to itself can be made to stand still for a backup.
    const own = config.databaseUrl === undefined && raw.embedded ? recorded(raw, config.dataDir, () => clock.now()) : undefined;
    if (own) closers.push(own.redo.close);
    const ch = own?.ch ?? raw;
    const pg = await openPostgres(connections);
    // A connection that is still at work goes when its server does.
    closers.push(async () => void (await within(POOLS_MS, pg.close())));
    await demandSameInstallation(pg, master, config.dataDir, { shared: config.databaseUrl !== undefined, now: clock.now() });
    const backups = own && { into: backupsOf(config), recorded: own, now: () => clock.now() };
    return { stores: { pg, ch, keys: keyring(pg, master, () => clock.now()), files, clock, egress: openEgress(config.egressAllow), backups }, close };
  } catch (error) {
    await close();
    throw error;
  }
}
