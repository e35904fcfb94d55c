import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, apiAt } from '../src/cli/connect.ts';
import { importPaths } from '../src/cli/importing.ts';
import { type ClickHouse, openClickHouse } from '../src/kernel/clickhouse/index.ts';
import { openProxy, type StoreProxy } from './support/proxy.ts';
import { startSender } from './support/sender.ts';
import { type Child, type OwnPostgres, ownClickHouse, ownPostgres, product, roomyFolder } from './support/servers.ts';

/** As `npm run test:long` runs it: stores are away for one and for five minutes. */
const LONG = process.env.PERENNIAL_LONG === '1';
const AWAY_SECONDS = LONG ? [60, 300] : [3];
/** What came in meanwhile is projected after it: half a million events in a minute on a quiet machine. */
const BACKLOG_MS = LONG ? 300_000 : 60_000;
const ORDERS = LONG ? 20_000 : 8_000;

const folder = roomyFolder('faults');
const data = join(folder.dir, 'data');
let postgres: OwnPostgres, clickhouse: Awaited<ReturnType<typeof ownClickHouse>>, ch: ClickHouse, look: pg.Pool;
let toPostgres: StoreProxy, toClickHouse: StoreProxy, shop: Child, url: string, api: Api, writeKey: string;
/** Every event that was ever acknowledged. */
let acknowledged = 0;

const through = (address: string, port: number): string => { const changed = new URL(address); changed.port = String(port); return changed.toString(); };

beforeAll(async () => {
  [postgres, clickhouse] = await Promise.all([ownPostgres(folder.dir), ownClickHouse(join(folder.dir, 'clickhouse'))]);
  const { host, port } = postgres.admin;
  [toPostgres, toClickHouse] = await Promise.all([openProxy(port), openProxy(Number(new URL(clickhouse.url).port))]);
  shop = product(['--empty', '--data', data, '--port', '0'], { DATABASE_URL: through(await postgres.make('shop'), toPostgres.port), CLICKHOUSE_URL: through(clickhouse.url, toClickHouse.port), PERENNIAL_LEASE_SECONDS: '6' });
  [, url = ''] = await shop.until(/Open (http:\S+)/, 120_000);
  api = apiAt(url, readFileSync(join(data, 'cli.token'), 'utf8').trim(), async () => undefined);
  const { id } = await api.post<{ id: string }>('/api/v1/sources', { key: 'web', name: 'web', kind: 'behaviour', shop: '', channel: '', currency: '' });
  ({ key: writeKey } = await api.post<{ key: string }>(`/api/v1/sources/${id}/key`, {}));
  look = new pg.Pool({ host, port, user: 'perennial', database: 'shop', max: 1 });
  look.on('error', () => undefined);
  ch = openClickHouse(clickhouse.url);
}, 240_000);
afterAll(async () => {
  shop?.process.kill('SIGKILL');
  await look?.end();
  await ch?.close();
  await Promise.all([toPostgres?.close(), toClickHouse?.close(), postgres.stop(), clickhouse.stop()]);
  folder.remove();
});

const rows = async <Row>(statement: string): Promise<Row[]> => (await look.query(statement)).rows as Row[];
const stored = async (): Promise<{ stored: number; distinct: number }> => (await ch.rows<{ stored: number; distinct: number }>('select count() as stored, uniqExact(message_id) as distinct from events'))[0] as never;

async function until(what: string, isSo: () => Promise<boolean>, ms = 60_000): Promise<number> {
  for (const begun = performance.now(); ; await sleep(100)) {
    if (await isSo()) return performance.now() - begun;
    if (performance.now() - begun > ms) throw new Error(`not in ${ms} ms: ${what}\n${shop.output().slice(-4_000)}`);
  }
}

/** Asks for a page as a watcher or a visitor does; its status, and how long it took. */
async function asked(path: string): Promise<{ status: number; ms: number; body: string; again: string | null }> {
  const begun = performance.now();
  const reply = await fetch(new URL(path, url), { signal: AbortSignal.timeout(15_000) });
  const body = await reply.text();
  return { status: reply.status, ms: performance.now() - begun, body, again: reply.headers.get('retry-after') };
}

/** Whatever was acknowledged is stored, once, in both books (I1, I2); every job is done, failed for all to see, or waits (I9: here, done). */
async function demandWhole(): Promise<void> {
  await until('every event stored', async () => (await stored()).distinct >= acknowledged, BACKLOG_MS);
  await until('nothing waits', async () => (await rows<{ n: number }>('select count(*)::int as n from ingest_body where projected_at is null'))[0]?.n === 0);
  expect(await stored()).toEqual({ stored: acknowledged, distinct: acknowledged });
  expect(await rows('select sum(events)::int as accepted, sum(refused)::int as refused from ingest_minute')).toEqual([{ accepted: acknowledged, refused: 0 }]);
  await until('every file read', async () => (await rows<{ n: number }>("select count(*)::int as n from import where status in ('waiting', 'running')"))[0]?.n === 0);
  expect(await rows('select status, count(*)::int as files from import group by status')).toEqual(files > 0 ? [{ status: 'finished', files }] : []);
  expect(await ch.rows("select count() as orders, uniqExact(source, order_no) as distinct, sum(amount) as amount from orders final where source like 'file%'")).toEqual([{ orders: files * ORDERS, distinct: files * ORDERS, amount: files * ORDERS * 1_050 }]);
  await until('no job left', async () => (await rows<{ n: number }>("select count(*)::int as n from graphile_worker.jobs where task_identifier = 'collect.import'"))[0]?.n === 0);
  expect([shop.process.exitCode, shop.process.signalCode]).toEqual([null, null]);
}

type Away = { store: 'postgres' | 'clickhouse'; how: 'stop' | 'refuse' | 'hush' };
let files = 0;

/** A file of orders, once its reading has begun. */
async function beginFile(): Promise<void> {
  const source = `file${++files}`, path = join(folder.dir, `${source}.csv`);
  writeFileSync(path, ['order number,customer id,paid at,amount,status', ...Array.from({ length: ORDERS }, (_, i) => `${source}-${i},c${i % 500},2026-0${1 + (i % 6)}-1${i % 9} 10:00:00,10.50,paid`)].join('\n'));
  // Whoever looks after it hears that the store is away; what became of the file stands in the database.
  importPaths(api, [path], { source }).catch(() => undefined);
  await until('the file is being read', async () => (await rows<{ n: number }>(`select count(*)::int as n from import where source = '${source}' and status = 'running'`))[0]?.n === 1);
}

/** What a watcher, a visitor and a program see while a store is away. */
async function lookAround(store: Away['store']): Promise<void> {
  const unready = await asked('/readyz');
  expect([unready.status, Number(unready.again) > 0, JSON.parse(unready.body).code]).toEqual([503, true, 'server.store_down']);
  for (const path of ['/healthz', '/v1/projects/x/settings', '/docs', '/']) expect([path, (await asked(path)).status]).toEqual([path, 200]);
  const figures = await asked('/metrics');
  expect([figures.status, figures.body.includes(`perennial_store_up{store="${store}"} 0`)]).toEqual([200, true]);
}

async function whileAway({ store, how }: Away, seconds: number): Promise<{ refused: number; recoveredMs: number }> {
  const line = store === 'postgres' ? toPostgres : toClickHouse;
  const sender = startSender({ url, writeKey, prefix: `${store}-${how}-${seconds}-` });
  try {
    await until('events flow', async () => sender.acknowledged() > 50);
    await beginFile();
    await (how === 'hush' ? line.hush() : how === 'refuse' ? line.refuse() : postgres.down());
    const gone = performance.now();
    await sleep(500);
    const before = sender.acknowledged();
    await lookAround(store);
    await sleep(Math.max(0, seconds * 1_000 - (performance.now() - gone)));
    // Bodies are safe with Postgres alone: without ClickHouse they are still taken.
    if (store === 'clickhouse') expect(sender.acknowledged()).toBeGreaterThan(before);
  } finally {
    if (how === 'stop') await postgres.up();
    await line.mend();
  }
  const back = performance.now();
  await until('ready again', async () => (await asked('/readyz').catch(() => ({ status: 0 }))).status === 200);
  const recoveredMs = performance.now() - back, after = sender.acknowledged();
  await until('events flow again', async () => sender.acknowledged() > after + 50);
  await sender.finish();
  acknowledged += sender.acknowledged();
  expect(sender.faults).toEqual([]);
  expect([...sender.statuses.keys()].filter((status) => ![200, 429, 503].includes(status))).toEqual([]);
  return { refused: [...sender.statuses].reduce((sum, [status, n]) => sum + (status === 200 ? 0 : n), 0), recoveredMs };
}

const WAYS: readonly Away[] = [{ store: 'postgres', how: 'stop' }, { store: 'clickhouse', how: 'refuse' }, ...(LONG ? [{ store: 'postgres', how: 'hush' }, { store: 'clickhouse', how: 'hush' }] as const : [])];
const CASES = AWAY_SECONDS.flatMap((seconds) => WAYS.map((way) => ({ ...way, seconds })));

test.each(CASES)('$store away for $seconds s ($how): nobody hears anything but 200, 429 and 503 with Retry-After; what was acknowledged is there once', async ({ store, how, seconds }) => {
  const { refused, recoveredMs } = await whileAway({ store, how }, seconds);
  await demandWhole();
  console.log(`${store} away for ${seconds} s (${how}): ${refused} refused, ready ${Math.round(recoveredMs)} ms after`);
}, 180_000 + 2_000 * Math.max(...AWAY_SECONDS));

/** Twelve connections to work with and six for jobs; six to ask ClickHouse by, and six for what may take half an hour, which have a limit of their own. */
const LINES = { postgres: 18, clickhouse: 12 };
type Slow = { postgres: number; clickhouse: number; seconds: number };
const SLOW: readonly Slow[] = LONG
  ? [200, 2_000].flatMap((ms) => [{ postgres: ms, clickhouse: 0, seconds: 60 }, { postgres: 0, clickhouse: ms, seconds: 60 }, { postgres: ms, clickhouse: ms, seconds: 60 }])
  : [{ postgres: 200, clickhouse: 200, seconds: 2 }, { postgres: 2_000, clickhouse: 2_000, seconds: 3 }];
const rss = async (): Promise<number> => Number(/^process_resident_memory_bytes (\S+)/m.exec((await asked('/metrics')).body)?.[1]);

test.each(SLOW)('Postgres answers $postgres ms later, ClickHouse $clickhouse ms, for $seconds s: events are taken, light pages come at once, nothing piles up, the counts are right', async ({ postgres: pgMs, clickhouse: chMs, seconds }) => {
  const before = await rss();
  const sender = startSender({ url, writeKey, prefix: `slow-${pgMs}-${chMs}-` });
  const most = { postgres: 0, clickhouse: 0, listMs: 0 }, lightMs: number[] = [];
  try {
    toPostgres.slow(pgMs);
    toClickHouse.slow(chMs);
    for (const begun = performance.now(); performance.now() - begun < seconds * 1_000; await sleep(200)) {
      for (const path of ['/healthz', '/v1/projects/x/settings', '/docs', '/']) lightMs.push((await asked(path)).ms);
      most.postgres = Math.max(most.postgres, toPostgres.open());
      most.clickhouse = Math.max(most.clickhouse, toClickHouse.open());
      // A page of Postgres alone does not wait for a slow ClickHouse.
      if (pgMs === 0) most.listMs = Math.max(most.listMs, await api.get('/api/v1/sources').then(((from) => () => performance.now() - from)(performance.now())));
    }
    await until('an event was taken', async () => sender.acknowledged() > 0, 90_000);
  } finally {
    await Promise.all([toPostgres.mend(), toClickHouse.mend()]);
  }
  await sender.finish();
  acknowledged += sender.acknowledged();
  expect(sender.faults).toEqual([]);
  expect([...sender.statuses.keys()].filter((status) => ![200, 429, 503].includes(status))).toEqual([]);
  // No page waits for a store: half of them come in a blink, the slowest when the machine has time for it.
  const light = lightMs.sort((a, b) => a - b), [median = 0, slowest = 0] = [light[light.length >> 1], light.at(-1)];
  expect(median).toBeLessThan(200);
  expect(slowest).toBeLessThan(5_000);
  expect(most.listMs).toBeLessThan(2_000);
  expect(most.postgres).toBeLessThanOrEqual(LINES.postgres);
  expect(most.clickhouse).toBeLessThanOrEqual(LINES.clickhouse);
  await demandWhole();
  expect((await rss()) - before).toBeLessThan(400_000_000);
  console.log(`slow by ${pgMs} and ${chMs} ms: ${sender.acknowledged()} events taken in ${seconds} s, light pages ${Math.round(median)} ms, at most ${Math.round(slowest)} ms, connections ${most.postgres} and ${most.clickhouse}`);
}, 300_000);
