import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FastifyInstance, InjectOptions } from 'fastify';
import type { Logger } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildApp, routes } from '../src/app.ts';
import { flushAll } from '../src/collect/index.ts';
import { drain } from '../src/kernel/facts.ts';
import { enqueue, startWorker } from '../src/kernel/jobs.ts';
import { openLog } from '../src/kernel/log.ts';
import { run, sql } from '../src/kernel/sql.ts';
import { loop } from '../src/loop.ts';
import { call, type Person, person, testApp } from './support/app.ts';
import { type TestStores, testStores, testWorkspace } from './support/stores.ts';

let stores: TestStores;
let app: FastifyInstance;
let workspaceId: string;
let owner: Person;
let writeKey: string;

beforeAll(async () => {
  stores = await testStores();
  workspaceId = await testWorkspace(stores);
  await run(stores.pg.global, sql`update workspace set name = 'Cloud Teahouse' where id = ${workspaceId}`);
  app = await testApp(stores, { metricsToken: 'watcher-token' });
  owner = await person(stores, app, workspaceId, 'owner');
  const source = await owner.call<{ id: string }>('POST', '/api/v1/sources', { key: 'shop', name: 'Tea shop', kind: 'orders' });
  writeKey = (await owner.call<{ key: string }>('POST', `/api/v1/sources/${source.body.id}/key`)).body.key;
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

const track = async (messageId: string, fields: object = {}): Promise<number> => (await app.inject({
  method: 'POST', url: '/v1/track', headers: { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}` },
  payload: { messageId, userId: 'lin', event: 'Page Seen', timestamp: stores.clock.now().toISOString(), ...fields },
})).statusCode;

const metrics = async (): Promise<string> => (await call<string>(app, 'GET', '/metrics')).body;
/** The value of one series. */
const figure = (text: string, series: string): number => Number(text.split('\n').find((line) => line.startsWith(`${series} `))?.slice(series.length + 1));

test('figures for Prometheus: requests, events, backlog with its age, stores, process; well-formed and without names', async () => {
  const before = await metrics();
  expect(await track('m1', { context: { traits: { email: 'lin@example.com', phone: '13800138000' } } })).toBe(200);
  expect(await track('m2', { event: '' })).toBe(200);
  stores.clock.advance(90_000);
  const waiting = await metrics();
  expect(figure(waiting, 'perennial_backlog{part="bodies"}')).toBe(2);
  expect(figure(waiting, 'perennial_backlog_oldest_seconds{part="bodies"}')).toBe(90);
  expect((await call(app, 'GET', '/readyz')).body).toEqual({ status: 'ready', behindSeconds: 90 });
  await flushAll(stores);
  expect(figure(await metrics(), 'perennial_backlog{part="facts"}')).toBeGreaterThan(0);
  await drain(stores, loop);
  await track('m1');
  await flushAll(stores);
  const after = await metrics();
  const grew = (series: string): number => figure(after, series) - (figure(before, series) || 0);
  expect([grew('perennial_ingest_events_total{outcome="accepted"}'), grew('perennial_ingest_events_total{outcome="repeated"}'), grew('perennial_ingest_events_total{outcome="quarantined"}')]).toEqual([1, 1, 1]);
  const asked = (text: string): number => text.split('\n').filter((line) => line.startsWith('perennial_http_request_seconds_count{method="POST",route="/v1/') && line.includes('status="200"')).reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  expect(asked(after) - asked(before)).toBe(3);
  expect([figure(after, 'perennial_backlog{part="bodies"}'), figure(after, 'perennial_store_up{store="postgres"}'), figure(after, 'perennial_store_up{store="clickhouse"}')]).toEqual([0, 1, 1]);
  expect(figure(after, 'process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
  expect(figure(after, 'perennial_store_query_seconds_count{store="clickhouse"}')).toBeGreaterThan(0);
  // Each line is a comment or a series with a finite number; a histogram's last bucket is its count.
  expect(after.trimEnd().split('\n').filter((line) => !/^(?:# (?:HELP|TYPE) [a-z_]+ .+|[a-z_]+(?:\{(?:[a-z]+="[^"\n]*",?)+\})? -?\d+(?:\.\d+)?(?:e[+-]?\d+)?)$/.test(line))).toEqual([]);
  expect(figure(after, 'perennial_store_query_seconds_bucket{store="postgres",le="+Inf"}')).toBe(figure(after, 'perennial_store_query_seconds_count{store="postgres"}'));
  for (const secret of ['Cloud Teahouse', workspaceId, 'lin@example.com', '13800138000', writeKey]) expect(after).not.toContain(secret);
});

test('figures are for this machine and for who knows the token', async () => {
  const from = (headers: Record<string, string>, remoteAddress = '127.0.0.1') => app.inject({ method: 'GET', url: '/metrics', headers, remoteAddress });
  expect((await from({})).statusCode).toBe(200);
  expect((await from({ 'x-forwarded-for': '203.0.113.9' })).statusCode).toBe(401);
  expect((await from({}, '203.0.113.9')).statusCode).toBe(401);
  expect((await from({ authorization: 'Bearer wrong' }, '203.0.113.9')).statusCode).toBe(401);
  expect((await from({ authorization: 'Bearer watcher-token' }, '203.0.113.9')).statusCode).toBe(200);
});

test('the dashboard asks only for figures that exist', async () => {
  const dashboard = JSON.parse(readFileSync(resolve(import.meta.dirname, '../deploy/dashboard/grafana.json'), 'utf8')) as { panels: { title: string; targets: { expr: string }[] }[] };
  const known = new Set([...(await metrics()).matchAll(/^# TYPE ([a-z_]+) (\w+)/gm)].flatMap(([, name = '', type]) => (type === 'histogram' ? [`${name}_bucket`, `${name}_count`, `${name}_sum`] : [name])));
  // The age of the newest backup is told once there is one.
  known.add('perennial_backup_age_seconds');
  const asked = dashboard.panels.flatMap(({ targets }) => targets.flatMap(({ expr }) => expr.match(/\b(?:perennial|process|nodejs)_[a-z_]+/g) ?? []));
  expect(asked.length).toBeGreaterThan(15);
  expect(asked.filter((name) => !known.has(name))).toEqual([]);
});

test('the log names nobody: canaries sent through requests that fail in every way are not in it', async () => {
  const lines: string[] = [];
  const logged = await buildApp(stores, { log: openLog('trace', { write: (line: string) => void lines.push(line) }), readiness: { ready: true } });
  const canaries = { phone: '13955550142', email: 'canary.person@leak-test.example', name: 'Kanarienvogel Zheng', password: 'Canary-Pass-7719!', key: `prn_${'canary'.repeat(10)}`, card: '6222020200112233445', token: 'inv_canaryinvitationtoken' };
  const all = Object.values(canaries);
  const text = all.join(' ');
  const asked: InjectOptions[] = [];
  const session = { cookie: owner.cookie, 'x-perennial': '1' };
  for (const { shape: { method, url } } of routes) {
    const path = url.replace(/:\w+/g, encodeURIComponent(canaries.email));
    const query = `?q=${encodeURIComponent(text)}&search=${canaries.phone}&cursor=${canaries.key}`;
    asked.push({ method, url: path + query, headers: session, ...(method === 'GET' ? {} : { payload: { ...canaries, reason: text, nested: { all } } }) });
  }
  asked.push(
    { method: 'POST', url: '/api/v1/session', headers: { 'x-perennial': '1' }, payload: { email: canaries.email, password: canaries.password } },
    { method: 'GET', url: '/api/v1/customers', headers: { authorization: `Bearer ${canaries.key}`, cookie: `perennial_session=${canaries.token}` } },
    { method: 'POST', url: '/api/v1/session', headers: { ...session, 'content-type': 'application/json' }, payload: `{"email": "${canaries.email}", broken ${canaries.password}` },
    { method: 'POST', url: '/v1/batch', headers: { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`, 'content-type': 'application/json' }, payload: `{"batch":[{"type":"track","userId":"${canaries.email}","event":"\\u0000${canaries.phone}","properties":{"card":"${canaries.card}","lone":"\\ud800 ${canaries.name}"}}]}` },
    { method: 'POST', url: '/v1/track', headers: { authorization: `Basic ${Buffer.from(`${canaries.key}:`).toString('base64')}` }, payload: { userId: canaries.phone } },
    { method: 'GET', url: `/nothing/${encodeURIComponent(text)}` },
  );
  const statuses = new Set<number>();
  for (const one of asked) statuses.add((await logged.inject(one)).statusCode);
  await flushAll(stores).catch(() => undefined);
  // A store that quotes what it was given: both kinds of fault on their way to the log.
  const faults = [
    await run(stores.pg.global, sql`select ${text}::int`).catch((error: unknown) => error),
    await run(stores.pg.global, sql`insert into staff_user (id, email, name) values (${owner.userId}, ${canaries.email}, ${canaries.name})`).catch((error: unknown) => error),
    await stores.ch.rows('select {text:UInt8}', { text }).catch((error: unknown) => error),
    await stores.ch.rows(`select toUInt8('${canaries.phone}x'), '${canaries.email}'`).catch((error: unknown) => error),
    await stores.ch.insert('events', [{ workspace: canaries.email, message_id: canaries.phone }]).catch((error: unknown) => error),
  ];
  for (const fault of faults) logged.log.error({ err: fault }, 'seeded');
  // A job that fails with such words: the queue logs them by itself.
  const worker = await startWorker(stores, { 'test.leak': async () => { throw new Error(`duplicate key value "${text}" for ${canaries.email}\n${text}`); } }, logged.log as Logger);
  await stores.pg.tx(workspaceId, (tx) => enqueue(tx, workspaceId, 'test.leak', { reason: 'a test' }));
  await expect.poll(() => lines.some((line) => line.includes('Failed task')), { timeout: 10_000 }).toBe(true);
  await worker.stop();
  await logged.close();
  expect([...statuses].sort()).toEqual(expect.arrayContaining([400, 401, 404]));
  expect(lines.length).toBeGreaterThan(routes.length);
  const whole = lines.join('');
  expect(faults.every((fault) => fault instanceof Error)).toBe(true);
  expect(lines.filter((line) => all.some((canary) => line.includes(canary)))).toEqual([]);
  for (const [what, canary] of Object.entries(canaries)) expect([what, whole.includes(canary), whole.includes(encodeURIComponent(canary)), whole.includes(Buffer.from(canary).toString('base64').slice(0, 14))]).toEqual([what, false, false, false]);
}, 120_000);
