import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { openClickHouse } from './clickhouse/index.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config.ts';
import { Refusal } from './errors.ts';
import { openFiles } from './files.ts';
import { keyring } from './keys.ts';
import { migrateClickHouse, migratePostgres } from './migrate.ts';
import { startPostgres } from './postgres/embedded.ts';
import { type Connections, openPostgres } from './postgres/pools.ts';
import { prepareDatabase } from './postgres/roles.ts';
import type { Stores } from './stores.ts';

export type Opened = { stores: Stores; close(): Promise<void> };

/** Tells the start-up screen which long step is under way. */
export type OnStep = (step: 'postgres' | 'clickhouse' | 'migrate') => void;

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

/** Opens both stores on a data folder, migrated to the newest schema. What was opened is closed again when a later step fails. */
export async function openStores(config: Config, clock: Clock, onStep: OnStep = () => undefined): Promise<Opened> {
  const files = openFiles(config.dataDir);
  const master = masterKeyOf(config);
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    onStep('postgres');
    let connections: Connections;
    if (config.databaseUrl) connections = externalConnections(config.databaseUrl);
    else {
      const server = await startPostgres(join(config.dataDir, 'postgres'));
      closers.push(server.stop);
      connections = await prepareDatabase(server.socketDir, 'perennial');
    }
    onStep('clickhouse');
    const ch = openClickHouse(config.clickhouseUrl ?? join(config.dataDir, 'clickhouse'));
    closers.push(ch.close);
    onStep('migrate');
    await migratePostgres(connections);
    await migrateClickHouse(ch);
    const pg = await openPostgres(connections);
    closers.push(pg.close);
    const keys = keyring(pg, master, () => clock.now());
    return { stores: { pg, ch, keys, files, clock }, close };
  } catch (error) {
    await close();
    throw error;
  }
}
