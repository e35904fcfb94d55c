import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { openClickHouse } from './clickhouse/index.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { Refusal } from './errors.ts';
import type { Files } from './files.ts';
import { keyring } from './keys.ts';
import { migrateClickHouse, migratePostgres } from './migrate.ts';
import { startPostgres } from './postgres/embedded.ts';
import { type Connections, openPostgres } from './postgres/pools.ts';
import { prepareDatabase } from './postgres/roles.ts';
import type { Stores } from './stores.ts';

export type Opened = { stores: Stores; close(): Promise<void> };

/** Runs a long step of start-up where somebody watches it. */
export type Step = <T>(step: 'postgres' | 'clickhouse' | 'migrate' | 'serve', work: () => Promise<T>) => Promise<T>;
export const unwatched: Step = (_, work) => work();

const KEY_BYTES = 32;

/** The master key: given, or made once and kept beside the data, readable by its owner alone. */
function masterKeyOf({ masterKey, dataDir }: Config): Buffer {
  const path = join(dataDir, 'master.key');
  if (!masterKey && !existsSync(path)) writeFileSync(path, randomBytes(KEY_BYTES).toString('base64'), { mode: 0o600 });
  const key = Buffer.from(masterKey ?? readFileSync(path, 'utf8').trim(), 'base64');
  if (key.length !== KEY_BYTES) throw new Refusal('start.master_key.invalid', { bytes: KEY_BYTES });
  return key;
}

/** Several logins of one server: DATABASE_URL is the owner's; the other roles come with the same address. */
function externalConnections(url: string): Connections {
  const as = (user: string) => {
    const address = new URL(url);
    address.searchParams.set('options', `-c role=${user}`);
    return { connectionString: address.toString() };
  };
  return { owner: { connectionString: url }, jobs: as('perennial_jobs'), app: as('perennial_app') };
}

async function connect(config: Config, closers: (() => Promise<void>)[]): Promise<Connections> {
  if (config.databaseUrl) return externalConnections(config.databaseUrl);
  const server = await startPostgres(join(config.dataDir, 'postgres'));
  closers.push(server.stop);
  return prepareDatabase(server.socketDir, 'perennial');
}

/** Opens both stores on a data folder, migrated to the newest schema. What was opened is closed again when a later step fails. */
export async function openStores(config: Config, files: Files, clock: Clock, step: Step = unwatched): Promise<Opened> {
  const master = masterKeyOf(config);
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const connections = await step('postgres', () => connect(config, closers));
    const ch = await step('clickhouse', async () => openClickHouse(config.clickhouseUrl ?? join(config.dataDir, 'clickhouse')));
    closers.push(ch.close);
    await step('migrate', async () => {
      await migratePostgres(connections);
      await migrateClickHouse(ch);
    });
    const pg = await openPostgres(connections);
    closers.push(pg.close);
    return { stores: { pg, ch, keys: keyring(pg, master, () => clock.now()), files, clock }, close };
  } catch (error) {
    await close();
    throw error;
  }
}
