import pg from 'pg';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestStores, testStores } from '../../test/support/stores.ts';
import { newId } from './ids.ts';
import { enlist, FENCES } from './lease.ts';
import { many, run, sql } from './sql.ts';

let stores: TestStores;
const clients: pg.Client[] = [];
beforeAll(async () => { stores = await testStores(); });
afterAll(async () => {
  for (const client of clients) await client.end().catch(() => undefined);
  await stores.close();
});

type Transaction = { client: pg.Client; pid: number; ended: () => boolean };
/** A transaction of a working process, fenced as its own are. */
async function fenced(process: string): Promise<Transaction> {
  const client = new pg.Client({ host: globalThis.process.env.TEST_PG_SOCKET, user: 'perennial_app', database: stores.database });
  let ended = false;
  client.on('error', () => { ended = true; });
  clients.push(client);
  await client.connect();
  await client.query('begin');
  await client.query('select fence($1), pg_advisory_xact_lock_shared($2, hashtext($1::text))', [process, FENCES]);
  const { rows: [{ pid }] } = await client.query('select pg_backend_pid() as pid');
  return { client, pid, ended: () => ended };
}
const PATIENT = { timeout: 10_000 };
const waiting = (pid: number) => many(stores.pg.global, sql<{ state: string; event: string | null }>`select state, wait_event as event from pg_stat_activity where pid = ${pid}`);

test('of a silent process a transaction is cut off whose statement was not sent to the end; one that works goes on to its end, and one that idles is left to its own limit', async () => {
  const silent = newId();
  await run(stores.pg.global, sql`insert into process (id, name, beat_at) values (${silent}, 'silent', clock_timestamp() - interval '1 minute')`);
  const [half, works, idles] = await Promise.all([fenced(silent), fenced(silent), fenced(silent)]);
  // A statement without what tells the server to begin: as of a process that was put to sleep between two packets.
  (half.client as unknown as { connection: { parse(query: object): void } }).connection.parse({ text: 'select 1' });
  const working = works.client.query('select pg_sleep(3)').then(() => 'done');
  await expect.poll(() => waiting(half.pid), PATIENT).toEqual([{ state: 'active', event: 'ClientRead' }]);
  await expect.poll(() => waiting(works.pid), PATIENT).toEqual([{ state: 'active', event: 'PgSleep' }]);
  const other = await enlist(stores, pino({ level: 'silent' }), { name: 'other', leaseSeconds: 1 });
  await expect.poll(half.ended, PATIENT).toBe(true);
  expect(await working).toBe('done');
  expect([works.ended(), idles.ended()]).toEqual([false, false]);
  for (const { client } of [works, idles]) await client.query('rollback');
  await expect.poll(() => many(stores.pg.global, sql`select name from process`), PATIENT).toEqual([{ name: 'other' }]);
  await other.leave();
});
