import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flushAll } from '../src/collect/index.ts';
import { drain } from '../src/kernel/facts.ts';
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
