import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, apiAt } from '../src/cli/connect.ts';
import { readEverything, writeEverything } from '../src/cli/exchange.ts';
import { importPaths } from '../src/cli/importing.ts';
import { merge, takeCustomers } from '../src/customers/index.ts';
import { systemCaller } from '../src/kernel/access/caller.ts';
import { localToken } from '../src/kernel/access/index.ts';
import { PERMISSIONS } from '../src/kernel/access/permissions.ts';
import { many, sql } from '../src/kernel/sql.ts';
import { startWorks, type Works } from '../src/works.ts';
import { call, person, testApp } from './support/app.ts';
import { type TestStores, testStores, testWorkspace } from './support/stores.ts';

let stores: TestStores;
let app: FastifyInstance;
let works: Works;
let from: string;
let into: string;
const folder = mkdtempSync(join(tmpdir(), 'perennial-exchange-'));
const out = join(folder, 'out');
const api = (workspace: string): Api => apiAt(`http://127.0.0.1:${(app.server.address() as AddressInfo).port}`, localToken(stores.files), async () => undefined, workspace);
const boss = (workspace: string) => systemCaller(workspace, PERMISSIONS);

async function caughtUp(source: Api): Promise<void> {
  for (let left = 1; left > 0; await sleep(100)) {
    const { backlog } = await source.get<{ backlog: Record<'bodies' | 'facts', { waiting: number }> }>('/api/v1/operations');
    left = backlog.bodies.waiting + backlog.facts.waiting;
  }
}

beforeAll(async () => {
  stores = await testStores('2026-04-01T04:00:00Z');
  [from, into] = [await testWorkspace(stores), await testWorkspace(stores)];
  app = await testApp(stores);
  await app.listen({ host: '127.0.0.1', port: 0 });
  works = await startWorks(stores, { shared: false, leaseSeconds: 60, name: 'test' }, pino({ level: 'silent' }));
  const source = api(from);
  // People by file with tags and fields, orders of two sources under the same numbers, events by the door.
  const people = join(folder, 'people.csv');
  writeFileSync(people, `member_no,name,phone,tags\n${Array.from({ length: 30 }, (_, i) => `M${i},"Guest ${i}, ""regular""",138001390${10 + i},${i % 2 ? '老客' : '老客;VIP'}`).join('\n')}\n`);
  await importPaths(source, [people], { source: 'crm' });
  for (const key of ['east', 'west']) {
    const orders = join(folder, `orders-${key}.csv`);
    writeFileSync(orders, `order_no,created_at,member_no,sku,product_name,quantity,amount_paid,order_status\n${Array.from({ length: 40 }, (_, i) => `N${i},2026-0${1 + (i % 3)}-05 10:00:00,M${i % 25},S${i % 4},"Tea, ""${key}""",${1 + (i % 2)},${10 + i}.50,paid`).join('\n')}\n`);
    await importPaths(source, [orders], { source: key });
  }
  const site = await source.post<{ id: string }>('/api/v1/sources', { key: 'site', name: 'Web shop', kind: 'behaviour' });
  const { key } = await source.post<{ key: string }>(`/api/v1/sources/${site.id}/key`, {});
  const batch = Array.from({ length: 60 }, (_, i) => ({ type: 'track', messageId: `m${i}`, ...(i % 3 ? { userId: `u${i % 9}` } : { anonymousId: `a${i % 6}` }), event: 'Product Viewed', timestamp: `2026-03-0${1 + (i % 9)}T10:00:00Z`, properties: { sku: `S${i % 4}`, price: 12.5, nested: { deep: [1, 2] } } }));
  batch.push({ type: 'track', messageId: 'buy', userId: 'u1', event: 'Order Completed', timestamp: '2026-03-20T10:00:00Z', properties: { order_id: 'W1', total: 88, currency: 'CNY' } } as never);
  await source.send('/v1/batch', key, JSON.stringify({ batch }));
  await caughtUp(source);
  // Staff joined two records, and wrote down a consent.
  const { rows } = await source.get<{ rows: { id: string }[] }>('/api/v1/customers?limit=50&q=Guest');
  await merge(stores, boss(from), { keep: rows[0]?.id ?? '', absorb: rows[1]?.id ?? '', reason: 'the same person' });
  await source.patch(`/api/v1/customers/${rows[2]?.id}`, { consents: [{ channel: 'sms', state: 'given' }] });
  await caughtUp(source);
}, 120_000);
afterAll(async () => {
  await works.stop();
  await app.close();
  await stores.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What a workspace holds, counted in the stores themselves. */
async function countsOf(workspace: string): Promise<Record<string, unknown>> {
  const ch = async (table: string): Promise<unknown[]> => stores.ch.rows(`select toString(source) as source, count() as count from ${table} final where workspace = {workspace:UUID} group by source order by source`, { workspace });
  const [money] = await stores.ch.rows<{ paid: number }>('select sum(amount) as paid from orders final where workspace = {workspace:UUID}', { workspace });
  return stores.pg.tx(workspace, async (tx) => ({
    profiles: await many(tx, sql`select count(*) as count, count(*) filter (where name <> '') as named, count(*) filter (where tags <> '{}') as tagged from customer where workspace_id = ${workspace} and merged_into is null`),
    tags: await many(tx, sql`select tag, count(*) as members from customer, unnest(tags) as tag where workspace_id = ${workspace} and merged_into is null group by tag order by tag`),
    consents: await many(tx, sql`select channel, state, count(*) as count from consent where workspace_id = ${workspace} group by 1, 2 order by 1, 2`),
    phones: await many(tx, sql`select count(*) as count from subject where workspace_id = ${workspace} and kind = 'phone' and customer_id is not null`),
    buyers: await many(tx, sql`select count(*) as count, sum(order_count) as orders, sum(net_minor) as net from customer where workspace_id = ${workspace} and merged_into is null and order_count > 0`),
    orders: await ch('orders'), lines: await ch('order_lines'), events: await ch('events'), paid: money?.paid,
  }));
}

test('R13: a workspace exported whole and brought into an empty one has the same profiles, tags, consents, orders, lines and events', async () => {
  const before = await countsOf(from);
  expect(before).toMatchObject({ orders: [{ source: 'east', count: 40 }, { source: 'site', count: 1 }, { source: 'west', count: 40 }], events: [{ source: 'site', count: 61 }], tags: [{ tag: 'VIP' }, { tag: '老客', members: 29 }] });
  const { answer } = await writeEverything(api(from), out, { reason: 'moving house', clear: true, now: stores.clock.now() });
  expect((answer as { files: Record<string, number> }).files).toMatchObject({ 'orders.east.csv': 40, 'orders.west.csv': 40, 'events.site.jsonl': 61 });
  await readEverything(api(into), out);
  await caughtUp(api(into));
  expect(await countsOf(into)).toEqual(before);
  // Nothing of it is bound to us: JSON lines and CSV.
  expect(readdirSync(out).every((name) => /\.(?:csv|jsonl?)$/.test(name))).toBe(true);
  for (const line of readFileSync(join(out, 'customers.jsonl'), 'utf8').trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('identifiers');
  expect(statSync(join(out, 'customers.jsonl')).mode & 0o077).toBe(0);
}, 120_000);

test('identifiers leave only in clear, asked for by who may, with a reason, and each part stands in the audit log', async () => {
  const masked = join(folder, 'masked');
  await writeEverything(api(from), masked, { reason: 'for the analyst', clear: false, now: stores.clock.now() });
  expect(readFileSync(join(masked, 'customers.jsonl'), 'utf8')).not.toMatch(/1380013\d{4}/);
  const logged = await stores.pg.tx(from, (tx) => many(tx, sql<{ target: string; detail: { masked: boolean; reason: string } }>`select target, detail from audit where workspace_id = ${from} and action = 'export' order by seq`));
  expect(logged.filter(({ target }) => target === 'customers:all').map(({ detail }) => [detail.masked, detail.reason])).toEqual([[false, 'moving house'], [true, 'for the analyst']]);
  expect(new Set(logged.map(({ target }) => target))).toEqual(new Set(['customers:all', 'orders', 'lines', 'refunds', 'events:crm', 'events:east', 'events:site', 'events:west']));
  const analyst = await person(stores, app, from, 'analyst');
  for (const [path, body] of [['/api/v1/customers/exchange', { reason: 'curious', clear: false }], ['/api/v1/events/export', { reason: 'curious', from: 'site' }]] as const) expect((await analyst.call('POST', path, body)).status).toBe(403);
  const owner = await person(stores, app, from, 'owner');
  expect((await owner.call('POST', '/api/v1/customers/exchange', { reason: '', clear: true })).body).toMatchObject({ code: 'export.reason_missing' });
  expect((await call(app, 'POST', '/api/v1/customers/exchange', { reason: 'nobody', clear: true })).status).toBe(401);
}, 60_000);

test('a used workspace and a strange folder are refused; taking the same people twice adds nobody', async () => {
  await expect(readEverything(api(into), out)).rejects.toMatchObject({ code: 'exchange.workspace_used' });
  await expect(readEverything(api(into), folder)).rejects.toMatchObject({ code: 'exchange.no_manifest' });
  await expect(writeEverything(api(from), out, { reason: 'again', clear: true, now: stores.clock.now() })).rejects.toMatchObject({ code: 'exchange.not_empty' });
  const again = readFileSync(join(out, 'customers.jsonl'), 'utf8').trim().split('\n').map((line) => JSON.parse(line) as never);
  expect(await takeCustomers(stores, boss(into), { customers: again, scopes: [] })).toEqual({ created: 0 });
});
