import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appendBody } from '../src/collect/door/append.ts';
import { addSource, flush, type GivenFile, lookAtFiles, runImport, startImport } from '../src/collect/index.ts';
import { createFirstOwner, localToken } from '../src/kernel/access/index.ts';
import { systemCaller } from '../src/kernel/access/caller.ts';
import { openClickHouse } from '../src/kernel/clickhouse/index.ts';
import { handClock } from '../src/kernel/clock.ts';
import { type Config, readConfig } from '../src/kernel/config.ts';
import { drain } from '../src/kernel/facts.ts';
import { openFiles } from '../src/kernel/files.ts';
import { type Opened, openStores } from '../src/kernel/open.ts';
import { many, one, run, sql } from '../src/kernel/sql.ts';
import { enqueue } from '../src/kernel/jobs.ts';
import { loop } from '../src/loop.ts';
import { child, type OwnPostgres, ownClickHouse, ownPostgres, roomyFolder } from './support/servers.ts';

const folder = roomyFolder('move');
const [from, to] = [join(folder.dir, 'from'), join(folder.dir, 'to')];
const clock = handClock('2026-01-15T04:00:00Z');
const ORDERS = 3_000;
let postgres: OwnPostgres, clickhouse: Awaited<ReturnType<typeof ownClickHouse>>, servers: Config, workspace = '';
let before: Record<string, unknown>;

const embedded = (): Promise<Opened> => openStores(readConfig(['--data', from], {}), openFiles(from), clock);

/** What people would see, and what only the keys open. */
async function picture({ stores }: Opened): Promise<Record<string, unknown>> {
  const inside = <Row>(statement: ReturnType<typeof sql<Row>>) => stores.pg.tx(workspace, (tx) => many(tx, statement));
  return {
    orders: await stores.ch.rows("select count() as n, sum(amount) as amount, sum(cityHash64(order_no, toString(subject), toString(version))) as hash from orders final"),
    events: await stores.ch.rows("select message_id, event, toString(properties) as properties, toString(time) as time from events final order by message_id"),
    stages: await stores.ch.rows('select count() as n, sum(net) as net, sum(cityHash64(stages, purchase_days)) as hash from stage_now final'),
    customers: await inside(sql`select count(*)::int as n, md5(string_agg(to_jsonb(c)::text, ',' order by id)) as hash from customer c`),
    audit: await inside(sql`select seq, encode(hash, 'hex') as hash from audit order by seq`),
    bodies: await inside(sql`select md5(string_agg(sealed::text, ',' order by id)) as hash, max(id) as id from ingest_body`),
    facts: await inside(sql`select count(*)::int as n, max(id) as id from fact`),
    keys: Buffer.from((await stores.keys.of(workspace)).index).toString('hex'),
  };
}

async function fill({ stores }: Opened): Promise<void> {
  workspace = (await createFirstOwner(stores, { email: 'lin@example.test', workspace: { name: 'Tea', timezone: 'Asia/Shanghai', currency: 'CNY', language: 'en' } })).workspaceId;
  localToken(stores.files);
  const caller = systemCaller(workspace);
  const path = join(folder.dir, 'orders.csv');
  writeFileSync(path, ['order number,customer id,phone,paid at,amount,status', ...Array.from({ length: ORDERS }, (_, i) => `N${i},c${i % 300},1380000${String(i % 300).padStart(4, '0')},2025-1${i % 3}-1${i % 9} 10:00:00,${10 + (i % 90)}.50,paid`)].join('\n'));
  const looked = await lookAtFiles(stores, workspace, [{ path, name: 'orders.csv', upload: '' }], { source: 'files', shop: '', channel: '' });
  const files: GivenFile[] = looked.files.map(({ mapping }) => ({ path, mapping }));
  await runImport(stores, workspace, await startImport(stores, caller, files, { source: 'files', shop: '', channel: '' }));
  const source = await addSource(stores, caller, { key: 'web', name: 'web', kind: 'behaviour', shop: '', channel: '', currency: '' });
  const batch = Array.from({ length: 50 }, (_, i) => ({ type: 'track', event: "It's 茶", userId: `c${i}`, messageId: `m${i}`, timestamp: '2026-01-15T03:59:00Z', properties: { price: 2.5 * i, tags: ['a', "b'"], deep: { yes: true } } }));
  await stores.pg.tx(workspace, (tx) => appendBody(tx, stores, workspace, { sourceId: source.id, endpoint: 'batch', body: Buffer.from(JSON.stringify({ batch })), receivedAt: clock.now() }));
  await flush(stores, workspace);
  await drain(stores, loop);
  await stores.pg.tx(workspace, (tx) => enqueue(tx, workspace, 'collect.import', { importId: 'waits' }, { runAt: new Date('2030-01-01'), key: 'later' }));
}

const env = (): Record<string, string> => ({ DATABASE_URL: servers.databaseUrl ?? '', CLICKHOUSE_URL: servers.clickhouseUrl ?? '' });
const command = () => child(resolve(import.meta.dirname, '../src/cli.ts'), ['--data', from, '--json', 'move', '--to', to], env());

beforeAll(async () => {
  [postgres, clickhouse] = await Promise.all([ownPostgres(folder.dir), ownClickHouse(join(folder.dir, 'clickhouse'))]);
  servers = readConfig(['--data', to], { DATABASE_URL: await postgres.make('shop'), CLICKHOUSE_URL: clickhouse.url });
  const opened = await embedded();
  await fill(opened);
  before = await picture(opened);
  await opened.close();
}, 180_000);
afterAll(async () => {
  await Promise.all([postgres.stop(), clickhouse.stop()]);
  folder.remove();
});

test('a move that is killed half-way begins again, and then everything is there, counted table by table', async () => {
  const killed = command();
  const target = openClickHouse(clickhouse.url);
  const arrived = (): Promise<number> => target.rows<{ n: number }>('select count() as n from orders').then((rows) => rows[0]?.n ?? 0, () => 0);
  while ((await arrived()) === 0 && killed.process.exitCode === null) await sleep(20);
  killed.process.kill('SIGKILL');
  await killed.exit;
  await target.close();
  expect(existsSync(join(to, 'moving.json'))).toBe(true);
  const again = command();
  expect(await again.exit, again.output()).toBe(0);
  const { moved } = JSON.parse(again.output().split('\n').find((line) => line.startsWith('{')) ?? '{}') as { moved: { store: string; table: string; rows: number }[] };
  const rowsOf = (table: string) => moved.find((one) => one.table === table)?.rows;
  expect([rowsOf('orders'), rowsOf('events'), rowsOf('customer'), rowsOf('workspace'), rowsOf('_private_jobs')]).toEqual([ORDERS, 50, 350, 1, 4]);
  expect(moved.length).toBeGreaterThan(60);
}, 240_000);

test('the servers show what the folder showed, sealed and opened with the same keys, and go on from there', async () => {
  const opened = await openStores(servers, openFiles(to), clock);
  try {
    expect(await picture(opened)).toEqual(before);
    const { stores } = opened;
    expect(await many(stores.pg.global, sql`select id from customer`)).toEqual([]);
    // Facts are read on, not held back by numbers of transactions of another server.
    const [fact] = await many(stores.pg.global, sql<{ id: number }>`select id from facts_after('0', 0, array['import.finished'], 10)`);
    expect(fact?.id).toBeGreaterThan(0);
    const after = await stores.pg.tx(workspace, (tx) => one(tx, sql<{ id: number }>`insert into fact (workspace_id, kind, payload, at) values (${workspace}, 'test', '{}', now()) returning id`));
    expect(after.id).toBeGreaterThan((before.facts as { id: number }[])[0]?.id ?? 0);
    // What held references and rows apart holds them again.
    await expect(stores.pg.tx(workspace, (tx) => run(tx, sql`insert into workspace_key (workspace_id, key_id, purpose, sealed, created_at) values ('00000000-0000-4000-8000-000000000000', 1, 'data', '', now())`))).rejects.toThrow();
    const looser = await many(stores.pg.global, sql`select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' and relrowsecurity and not relforcerowsecurity`);
    expect(looser).toEqual([]);
    const dark = await many(stores.pg.global, sql`select tgname from pg_trigger where tgenabled = 'D'`);
    expect(dark).toEqual([]);
    expect(readFileSync(join(to, 'master.key'), 'utf8')).toBe(readFileSync(join(from, 'master.key'), 'utf8'));
  } finally {
    await opened.close();
  }
}, 60_000);

test('a target that holds something is refused and left as it is; the source still stands', async () => {
  const refused = command();
  expect(await refused.exit).toBe(1);
  expect(refused.output()).toContain('move.target_not_empty');
  const opened = await embedded();
  expect(await picture(opened)).toEqual(before);
  await opened.close();
}, 120_000);
