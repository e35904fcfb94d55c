import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Api, apiAt } from '../src/cli/connect.ts';
import { openZip } from '../src/collect/files/zip.ts';
import type { RunView } from '../src/product/exchange/contract.ts';
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
  await settings(source);
  // People by file with tags and fields, orders of two sources under the same numbers, events by the door.
  const people = join(folder, 'people.csv');
  writeFileSync(people, `member_no,name,phone,tags\n${Array.from({ length: 30 }, (_, i) => `M${i},"Guest ${i}, ""regular""",138001390${10 + i},${i % 2 ? '老客' : '老客;VIP'}`).join('\n')}\n`);
  await importPaths(source, [people], { source: 'crm' });
  for (const key of ['east', 'west']) {
    const orders = join(folder, `orders-${key}.csv`);
    writeFileSync(orders, `order_no,created_at,member_no,sku,product_name,quantity,amount_paid,order_status\n${Array.from({ length: 40 }, (_, i) => `N${i},2026-0${1 + (i % 3)}-05 10:00:00,M${i % 25},S${i % 4},"Tea, ""${key}""",${1 + (i % 2)},${10 + i}.50,paid`).join('\n')}\n`);
    await importPaths(source, [orders], { source: key });
  }
  const costs = join(folder, 'costs.csv');
  writeFileSync(costs, `cost_no,date,cost_kind,cost_amount,channel,campaign,order_no\n${Array.from({ length: 12 }, (_, i) => `C${i},2026-0${1 + (i % 3)}-10,${i % 2 ? 'acquisition' : 'fulfilment'},${5 + i}.25,search,"Spring, 2026",${i % 2 ? '' : `N${i}`}`).join('\n')}\n`);
  await importPaths(source, [costs], { source: 'east' });
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
  await source.post(`/api/v1/customers/${rows[3]?.id}/notes`, { kind: 'call', body: 'rings from 13800139099' });
  await caughtUp(source);
  const { rows: [worth] } = await source.get<{ rows: { key: string; children: { id: string }[] }[] }>('/api/v1/tags').then(({ rows: tags }) => ({ rows: tags.filter(({ key }) => key === 'worth') }));
  await source.post(`/api/v1/tags/${worth?.children[0]?.id}/refresh`, {});
  for (const [address, body] of RULES) await source.put(address, body);
  await source.post('/api/v1/lifecycle/rules/configure', { atRiskDays: 45, churnedDays: 120 });
  await caughtUp(source);
}, 120_000);
afterAll(async () => {
  await works.stop();
  await app.close();
  await stores.close();
  rmSync(folder, { recursive: true, force: true });
});

const FILTER = { version: 1, root: { kind: 'event', event: 'order.paid', where: [], window: { kind: 'rolling', days: 60 }, of: { measure: 'count', test: { op: 'at_least', value: 1 } } } };
const YEAR = { from: '2026-01-01', to: '2026-12-31' };

/** What is set before anything came: fields, tags with rules, filters, goals, the calendar, figures, costs typed by hand. */
async function settings(api: Api): Promise<void> {
  await api.patch('/api/v1/workspaces/current', { timezone: 'Asia/Taipei' });
  await api.put('/api/v1/rates', { rows: [{ currency: 'USD', day: '2026-01-01', rate: 7.1 }] });
  await api.post('/api/v1/fields', { key: 'hobby', label: 'Hobby', type: 'enum', options: ['tea', 'walks'] });
  await api.post('/api/v1/insight/promotions', { name: 'Spring sale', shop: '', firstDay: '2026-03-01', lastDay: '2026-03-09' });
  await api.post('/api/v1/segments', { name: 'Bought lately', description: 'in 60 days', tree: FILTER });
  const { id: parentId } = await api.post<{ id: string }>('/api/v1/tags', { key: 'worth', name: 'Worth' });
  await api.post('/api/v1/tags', { key: 'lately', name: 'Bought lately', kind: 'rule', parentId, spec: { tree: FILTER } });
  await api.post('/api/v1/insight/goals', { name: 'A third again', metricId: 'repurchase_period', target: 0.3, scope: YEAR, owner: 'the shop' });
  await api.post('/api/v1/insight/reports', { name: 'Kept', metricId: 'repurchase_period', scope: YEAR });
  await api.post('/api/v1/lifecycle/costs', { kind: 'service', channel: 'shop', on: '2026-02', amountMinor: 12_300, currency: 'CNY', note: 'helpers' });
  await api.post('/api/v1/lifecycle/costs', { kind: 'retention', channel: '', on: '2026-03-03', amountMinor: 4_500, currency: 'USD', note: '' });
}

const RULES: readonly (readonly [string, unknown])[] = [
  ['/api/v1/lifecycle/rfm', { windowDays: 180, method: 'means', bins: 2, thresholds: null, names: { key_value: 'Best' } }],
  ['/api/v1/lifecycle/matrix/new', { needs: 'a second order', goal: '30 %', kpi: 'repurchase', ownerTeam: 'shop' }],
  ['/api/v1/lifecycle/value-scores/weights', { behaviour: 2, attributes: 1, contribution: 3 }],
  ['/api/v1/lifecycle/scoring/policy', { purpose: 'to write to those who leave', capacity: 77, useTraits: false }],
  ['/api/v1/insight/benchmarks/churn/retail', { share: 0.31, citation: 'A study of 2024', shown: true }],
  ['/api/v1/reconcile/figures', { month: '2026-01', shop: '', measure: 'net', figure: 99_000 }],
];

/** The settings as the API tells them, without ids, people and instants, and without who has come into a programme or a filter over time and where a share was last drawn. */
async function settingsOf(api: Api): Promise<unknown> {
  const bare = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replace(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'an id');
    if (Array.isArray(value)) return value.map(bare);
    return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).filter(([key]) => !/^(?:id|parentId|owner|ownerName|createdAt|updatedAt|refreshedAt|madeAt|madeBy|version|author|importId|judgedOn|cutMinor|members|grown)$/.test(key)).map(([key, inner]) => [key, bare(inner)])) : value;
  };
  const asked = ['/workspaces/current', '/rates', '/fields', '/tags', '/segments', '/insight/promotions', '/insight/goals', '/insight/reports', '/lifecycle/rules/current', '/lifecycle/models', '/lifecycle/risk-rules', '/lifecycle/matrix', '/lifecycle/costs', '/lifecycle/rfm', '/lifecycle/scoring/policy', '/insight/benchmarks', '/reconcile', '/lifecycle/core-programmes'];
  return Object.fromEntries(await Promise.all(asked.map(async (path) => [path, bare(await api.get(`/api/v1${path}`))])));
}

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
    orders: await ch('orders'), lines: await ch('order_lines'), costs: await ch('costs'), spent: (await stores.ch.rows('select sum(amount) as spent, sum(cityHash64(cost_no, day, kind, channel, campaign, order_no, amount)) as sum from costs final where workspace = {workspace:UUID} and source != \'typed\'', { workspace }))[0], events: await ch('events'), paid: money?.paid,
  }));
}

test('R13: a workspace exported whole and brought into an empty one has the same profiles, tags, consents, orders, lines and events', async () => {
  const before = await countsOf(from);
  expect(before).toMatchObject({ orders: [{ source: 'east', count: 40 }, { source: 'site', count: 1 }, { source: 'west', count: 40 }], events: [{ source: 'site', count: 61 }], tags: [{ tag: 'lately', members: 43 }, { tag: 'VIP' }, { tag: '老客', members: 29 }], costs: [{ source: 'east', count: 12 }, { source: 'typed', count: 2 }] });
  const { answer } = await writeEverything(api(from), out, { reason: 'moving house', clear: true, now: stores.clock.now() });
  expect((answer as { files: Record<string, number> }).files).toMatchObject({ 'orders.east.csv': 40, 'orders.west.csv': 40, 'events.site.jsonl': 61 });
  const { answer: { left } } = (await readEverything(api(into), out)) as { answer: { left: unknown[] } };
  expect(left, 'settings that were not taken').toEqual([]);
  await caughtUp(api(into));
  expect(await countsOf(into)).toEqual(before);
  const [there, here] = [await settingsOf(api(from)), await settingsOf(api(into))];
  expect(here).toEqual(there);
  expect(JSON.stringify(here)).toMatch(/Bought lately.*A third again.*Best/);
  // Nothing of it is bound to us: JSON lines and CSV.
  expect(readdirSync(out).every((name) => /\.(?:csv|jsonl?)$/.test(name))).toBe(true);
  for (const line of readFileSync(join(out, 'customers.jsonl'), 'utf8').trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('identifiers');
  expect(statSync(join(out, 'customers.jsonl')).mode & 0o077).toBe(0);
}, 120_000);

test('identifiers leave only in clear, asked for by who may, with a reason, and each part stands in the audit log', async () => {
  const masked = join(folder, 'masked');
  await writeEverything(api(from), masked, { reason: 'for the analyst', clear: false, now: stores.clock.now() });
  for (const file of readdirSync(masked)) expect(readFileSync(join(masked, file), 'utf8'), file).not.toMatch(/1380013\d{4}/);
  expect(readFileSync(join(masked, 'records.note.jsonl'), 'utf8')).toContain('rings from ****9099');
  expect(readFileSync(join(out, 'records.note.jsonl'), 'utf8')).toContain('13800139099');
  const logged = await stores.pg.tx(from, (tx) => many(tx, sql<{ target: string; detail: { masked: boolean; reason: string } }>`select target, detail from audit where workspace_id = ${from} and action = 'export' order by seq`));
  expect(logged.filter(({ target }) => target === 'customers:all').map(({ detail }) => [detail.masked, detail.reason])).toEqual([[false, 'moving house'], [true, 'for the analyst']]);
  expect(logged.map(({ target }) => target)).toEqual(expect.arrayContaining(['customers:all', 'orders', 'lines', 'refunds', 'costs', 'costs:typed', 'members', 'records:goal', 'records:note', 'events:crm', 'events:east', 'events:site', 'events:west']));
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

test('R13: on the page everything is one archive, made while it is fetched, once, by the owner who asked for it', async () => {
  const owner = await person(stores, app, from, 'owner');
  const other = await person(stores, app, from, 'owner');
  const manager = await person(stores, app, from, 'manager');
  for (const [method, path, body] of [['GET', '/parts', undefined], ['GET', '/runs', undefined], ['POST', '/runs', { reason: 'mine' }], ['POST', '/part', { name: 'members.jsonl', reason: 'mine' }]] as const) {
    expect((await manager.call(method, `/api/v1/exchange${path}`, body)).body, path).toMatchObject({ code: 'exchange.owner_only' });
  }
  expect((await owner.call('POST', '/api/v1/exchange/runs', { reason: ' ' })).body).toMatchObject({ code: 'export.reason_missing' });
  expect((await owner.call('POST', '/api/v1/exchange/part', { name: '../../../etc/passwd', reason: 'curious' })).body).toMatchObject({ code: 'part.not_found' });
  const { status, body: run } = await owner.call<RunView>('POST', '/api/v1/exchange/runs', { reason: 'for the safe', clear: true });
  expect([status, run.state]).toEqual([201, 'asked']);
  const address = `/api/v1/exchange/runs/${run.id}/file`;
  expect((await other.call('GET', address)).body).toMatchObject({ code: 'export.not_found' });
  const fetched = await app.inject({ method: 'GET', url: address, headers: { cookie: owner.cookie } });
  expect([fetched.statusCode, fetched.headers['content-type'], fetched.headers['content-disposition']]).toEqual([200, 'application/zip', 'attachment; filename="perennial-export-2026-04-01.zip"']);
  const path = join(folder, 'everything.zip');
  writeFileSync(path, fetched.rawPayload);
  const zip = await openZip(path);
  const textOf = async (name: string): Promise<string> => { const chunks: Buffer[] = []; for await (const chunk of zip.read(name)) chunks.push(chunk); return Buffer.concat(chunks).toString(); };
  // The same files as the command line wrote, and the counts it took.
  const manifest = JSON.parse(await textOf('manifest.json')) as { format: string; files: Record<string, number> };
  const written = JSON.parse(readFileSync(join(out, 'manifest.json'), 'utf8')) as { format: string; files: Record<string, number> };
  expect(manifest).toMatchObject({ format: written.format, files: written.files });
  for (const name of ['customers.jsonl', 'orders.east.csv', 'records.goal.jsonl', 'costs.east.csv']) expect(await textOf(name), name).toBe(readFileSync(join(out, name), 'utf8'));
  const members = await textOf('members.jsonl');
  expect(members).toContain('"role":"manager"');
  expect(members).not.toMatch(/password|hash|token/i);
  await zip.close();
  expect((await owner.call('GET', address)).body).toMatchObject({ code: 'export.not_found' });
  const rows = (await owner.call<{ rows: RunView[] }>('GET', '/api/v1/exchange/runs')).body.rows;
  expect(rows[0]).toMatchObject({ id: run.id, state: 'finished', reason: 'for the safe', clear: true, partsDone: rows[0]?.partsTotal, by: 'owner' });
  expect(rows[0]?.rowsDone).toBe(Object.values(manifest.files).reduce((sum, count) => sum + count, 0));
  // Asked for and not fetched in time, it is gone.
  const { body: late } = await owner.call<RunView>('POST', '/api/v1/exchange/runs', { reason: 'too late' });
  stores.clock.advance(11 * 60_000);
  expect((await owner.call('GET', `/api/v1/exchange/runs/${late.id}/file`)).body).toMatchObject({ code: 'export.not_found' });
}, 60_000);
