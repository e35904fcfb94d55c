import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, apiAt } from '../src/cli/connect.ts';
import { importPaths } from '../src/cli/importing.ts';
import { type ClickHouse, openClickHouse } from '../src/kernel/clickhouse/index.ts';
import { type Child, type OwnPostgres, ownClickHouse, ownPostgres, product, roomyFolder } from './support/servers.ts';

/** As `npm run test:long` runs it: with the lease that is usual, a pause of two minutes, and more rows. */
const LONG = process.env.PERENNIAL_LONG === '1';
const LEASE_SECONDS = LONG ? 30 : 6;
const PAUSE_MS = LONG ? 120_000 : LEASE_SECONDS * 1_500;
const ORDERS = LONG ? 400_000 : 60_000;

const folder = roomyFolder('several');
const data = join(folder.dir, 'data');
let postgres: OwnPostgres, clickhouse: Awaited<ReturnType<typeof ownClickHouse>>, ch: ClickHouse, look: pg.Client;
const running: Child[] = [];
const apis: { url: string; api: Api }[] = [];

async function begin(role: 'api' | 'worker', env: Record<string, string>): Promise<void> {
  const child = product(['--role', role, '--empty', '--data', data, '--port', '0'], env);
  running.push(child);
  if (role === 'worker') return void (await child.until(/Working/, 120_000));
  const [, url = ''] = await child.until(/Open (http:\S+)/, 120_000);
  apis.push({ url, api: apiAt(url, readFileSync(join(data, 'cli.token'), 'utf8').trim(), async () => undefined) });
}

beforeAll(async () => {
  [postgres, clickhouse] = await Promise.all([ownPostgres(folder.dir), ownClickHouse(join(folder.dir, 'clickhouse'))]);
  const env = { DATABASE_URL: await postgres.make('shop'), CLICKHOUSE_URL: clickhouse.url, PERENNIAL_LEASE_SECONDS: String(LEASE_SECONDS) };
  // All at once: the first makes roles and tables, the others find them made.
  await Promise.all([begin('api', env), begin('api', env), begin('worker', env), begin('worker', env), begin('worker', env)]);
  const { host, port } = postgres.admin;
  look = new pg.Client({ host, port, user: 'perennial', database: 'shop' });
  await look.connect();
  ch = openClickHouse(clickhouse.url);
}, 240_000);
afterAll(async () => {
  for (const { process } of running) if (process.exitCode === null) process.kill('SIGKILL');
  await look?.end();
  await ch?.close();
  await Promise.all([postgres.stop(), clickhouse.stop()]);
  folder.remove();
});

const rows = async <Row>(statement: string): Promise<Row[]> => (await look.query(statement)).rows as Row[];
async function until<T>(what: string, found: () => Promise<T | undefined>, ms = 60_000): Promise<T> {
  for (const begun = performance.now(); ; await sleep(100)) {
    const value = await found();
    if (value !== undefined) return value;
    if (performance.now() - begun > ms) throw new Error(`not in ${ms} ms: ${what}\n${running.map((one) => one.output()).join('\n---\n').slice(-4_000)}`);
  }
}
const DUTIES = ['events', 'journeys', 'messages', 'reactions', 'ticks', 'unhurried', 'webhooks'];
const pidsOfDuties = () => rows<{ duty: string; pid: number }>("select d.name as duty, split_part(p.name, ':', 2)::int as pid from duty d join process p on p.id = d.process_id order by 1");
const childOf = (pid: number): Child => running.find(({ process }) => process.pid === pid) as Child;
/** The process that has the import's job. */
const importing = async (): Promise<number | undefined> => (await rows<{ pid: number }>("select split_part(p.name, ':', 2)::int as pid from graphile_worker.jobs j join process p on p.pool = j.locked_by where j.task_identifier = 'collect.import'"))[0]?.pid;

test('two APIs and three workers share the work: what comes in at either door is stored once, and the duties are spread', async () => {
  const { api } = apis[0] as { api: Api };
  const { id } = await api.post<{ id: string }>('/api/v1/sources', { key: 'web', name: 'web', kind: 'behaviour', shop: '', channel: '', currency: '' });
  const { key } = await api.post<{ key: string }>(`/api/v1/sources/${id}/key`, {});
  const batchOf = (n: number) => Array.from({ length: 100 }, (_, i) => ({ type: 'track', event: 'Viewed', userId: `u${i % 40}`, messageId: `m${n * 80 + i}`, timestamp: new Date().toISOString() }));
  const send = (n: number): Promise<Response> => fetch(`${apis[n % 2]?.url}/v1/batch`, { method: 'POST', headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`, 'content-type': 'application/json' }, body: JSON.stringify({ batch: batchOf(n) }) });
  const replies = await Promise.all(Array.from({ length: 20 }, (_, n) => send(n)));
  expect(replies.map(({ status }) => status)).toEqual(replies.map(() => 200));
  const distinct = 19 * 80 + 100;
  await until('every event stored', async () => ((await ch.rows<{ n: number }>('select count() as n from events'))[0]?.n === distinct || undefined));
  expect(await ch.rows('select count() as stored, uniqExact(message_id) as distinct, uniqExact(subject) as subjects from events')).toEqual([{ stored: distinct, distinct, subjects: 40 }]);
  const customers = () => rows<{ n: number }>('select count(*)::int as n from customer');
  expect(await customers()).toEqual([{ n: 40 }]);
  // The clock is heeded once a minute, so that it is the last to be handed on.
  const duties = await until('duties spread', async () => { const held = await pidsOfDuties(); return held.length === DUTIES.length && new Set(held.map(({ pid }) => pid)).size > 1 ? held : undefined; }, 15_000);
  expect(duties.map(({ duty }) => duty)).toEqual(DUTIES);
  await until('both doors answer the same', async () => {
    const told = await Promise.all(apis.map(({ api: one }) => one.get('/api/v1/sources')));
    return isDeepStrictEqual(told[0], told[1]) || undefined;
  });
}, 120_000);

test('a worker is paused and the one that took over is killed: the third ends the import, nothing is lost or doubled, the late writes are refused', async () => {
  const file = join(folder.dir, 'orders.csv');
  const lines = Array.from({ length: ORDERS }, (_, i) => `N${i},c${i % 5_000},2026-0${1 + (i % 6)}-1${i % 9} 10:00:00,${10 + (i % 90)}.50,paid`);
  writeFileSync(file, ['order number,customer id,paid at,amount,status', ...lines].join('\n'));
  const { api } = apis[1] as { api: Api };
  const done = importPaths(api, [file], { source: 'files' });
  const paused = childOf(await until('a worker has it', importing));
  await until('it has begun to write', async () => ((await ch.rows<{ n: number }>("select count() as n from orders where source = 'files'"))[0]?.n ?? 0) > 0 || undefined);
  paused.process.kill('SIGSTOP');
  const pausedMs = performance.now();
  const second = childOf(await until('another has taken over', async () => { const pid = await importing(); return pid && pid !== paused.process.pid ? pid : undefined; }, LEASE_SECONDS * 2_000));
  const takenOverMs = performance.now() - pausedMs;
  await until('it has begun on it', async () => (await rows<{ attempt: number }>('select attempt from import'))[0]?.attempt === 2 || undefined);
  second.process.kill('SIGKILL');
  const killedMs = performance.now();
  const third = childOf(await until('the third has it', async () => { const pid = await importing(); return pid && pid !== second.process.pid && pid !== paused.process.pid ? pid : undefined; }, LEASE_SECONDS * 2_000));
  const againMs = performance.now() - killedMs;
  await sleep(Math.max(0, PAUSE_MS - (performance.now() - pausedMs)));
  paused.process.kill('SIGCONT');
  const view = await done;
  expect(view).toMatchObject({ status: 'finished' });
  // It wakes in the middle of its import, wherever that was: its next write is refused, Postgres has closed the transaction it stood in, or ClickHouse the connection.
  await paused.until(/silent too long/, 30_000);
  await paused.until(/Failed task \d+ \(collect\.import,/, 30_000);
  const amount = Array.from({ length: ORDERS }, (_, i) => (10 + (i % 90)) * 100 + 50).reduce((sum, one) => sum + one, 0);
  expect(await ch.rows("select count() as orders, uniqExact(order_no) as distinct, sum(amount) as amount, uniqExact(subject) as people from orders final where source = 'files'")).toEqual([{ orders: ORDERS, distinct: ORDERS, amount, people: 5_000 }]);
  expect(await rows("select attempt, status from import")).toEqual([{ attempt: 3, status: 'finished' }]);
  expect(await rows<object>("select count(*)::int as facts from fact where kind = 'import.finished'")).toEqual([{ facts: 1 }]);
  // It has begun anew, beside the one that was left.
  await until('the paused one works again', async () => (await rows<{ pid: number }>("select split_part(name, ':', 2)::int as pid from process")).map(({ pid }) => pid).sort().join() === [paused.process.pid as number, third.process.pid as number].sort().join() || undefined);
  expect(Math.max(takenOverMs, againMs)).toBeLessThan(LEASE_SECONDS * 2_000);
  console.log(`taken over after ${Math.round(takenOverMs)} ms from one paused, ${Math.round(againMs)} ms from one killed, with a lease of ${LEASE_SECONDS} s`);
}, LONG ? 600_000 : 180_000);

test('a worker that is told to stop leaves its duties at once, and nothing of ours stays behind', async () => {
  const [held] = await until('duties held', async () => { const duties = await pidsOfDuties(); return duties.length === DUTIES.length ? duties : undefined; });
  const leaving = childOf(held?.pid as number);
  leaving.process.kill('SIGTERM');
  expect(await leaving.exit).toBe(0);
  const begun = performance.now();
  await until('another has them', async () => { const duties = await pidsOfDuties(); return duties.filter(({ pid, duty }) => pid !== leaving.process.pid && duty !== 'ticks').length === DUTIES.length - 1 ? true : undefined; }, 10_000);
  expect(performance.now() - begun).toBeLessThan(3_000);
  const alive = running.filter(({ process }) => process.exitCode === null && process.signalCode === null);
  for (const { process } of alive) process.kill('SIGTERM');
  expect(await Promise.all(alive.map(({ exit }) => exit))).toEqual(alive.map(() => 0));
  expect(await rows('select name from process')).toEqual([]);
}, 60_000);
