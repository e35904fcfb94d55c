import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { openClickHouse } from '../../src/kernel/clickhouse/index.ts';
import { type Clock, handClock } from '../../src/kernel/clock.ts';
import { openEgress } from '../../src/kernel/egress/index.ts';
import { openFiles } from '../../src/kernel/files.ts';
import { newId } from '../../src/kernel/ids.ts';
import { keyring } from '../../src/kernel/keys.ts';
import { migrateClickHouse } from '../../src/kernel/migrate.ts';
import { superuser } from '../../src/kernel/postgres/embedded.ts';
import { openPostgres } from '../../src/kernel/postgres/pools.ts';
import { one, run, sql } from '../../src/kernel/sql.ts';
import type { Stores } from '../../src/kernel/stores.ts';

export type TestStores = Stores & { clock: ReturnType<typeof handClock>; database: string; close(): Promise<void> };

const socketDir = (): string => {
  const dir = process.env.TEST_PG_SOCKET;
  if (!dir) throw new Error('test/support/postgres.ts did not run before this test');
  return dir;
};

async function cloneTemplate(database: string): Promise<void> {
  const client = new pg.Client({ host: socketDir(), user: superuser, database: 'postgres' });
  await client.connect();
  // Two clones at once would each see the other's connection to the template.
  await client.query('select pg_advisory_lock(1)');
  await client.query(`create database "${database}" template template_perennial owner perennial_owner`);
  await client.end();
}

/** Real stores for one test file: a clone of the migrated database and a ClickHouse folder of its own. */
export async function testStores(start = '2026-01-15T04:00:00Z'): Promise<TestStores> {
  const database = `t_${randomBytes(6).toString('hex')}`;
  await cloneTemplate(database);
  const dir = mkdtempSync(join(tmpdir(), 'perennial-files-'));
  const as = (user: string) => ({ host: socketDir(), user, database });
  const postgres = await openPostgres({ owner: as('perennial_owner'), jobs: as('perennial_jobs'), app: as('perennial_app') }, 8);
  const ch = openClickHouse(join(dir, 'clickhouse'));
  await migrateClickHouse(ch);
  const clock = handClock(start);
  // Tests look at the keys more often than a server does, so that a rotation takes a moment.
  const keys = keyring(postgres, Buffer.alloc(32, 7), () => clock.now(), 200);
  return {
    pg: postgres, ch, keys, files: openFiles(dir, [tmpdir()]), clock, egress: openEgress([]), database,
    close: async () => {
      await ch.close();
      await postgres.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** A new workspace to work in. */
export async function testWorkspace(stores: Stores & { clock: Clock }, { timezone = 'Asia/Shanghai', currency = 'CNY' } = {}): Promise<string> {
  const id = newId();
  await run(stores.pg.global, sql`
    insert into workspace (id, name, timezone, currency, created_at)
    values (${id}, ${'Test'}, ${timezone}, ${currency}, ${stores.clock.now()})`);
  return id;
}

/** Waits for the end of every transaction on the server begun by now, those of other tests too: until then reactions cannot read what has been told. */
export async function factsReadable({ pg: { global } }: Stores): Promise<void> {
  const { begun } = await one(global, sql<{ begun: string }>`select pg_snapshot_xmax(pg_current_snapshot())::text as begun`);
  const open = (): Promise<{ are: boolean }> => one(global, sql<{ are: boolean }>`select pg_snapshot_xmin(pg_current_snapshot()) < ${begun}::xid8 as are`);
  while ((await open()).are) await sleep(20);
}
