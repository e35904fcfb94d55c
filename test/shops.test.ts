import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { routes } from '../src/app.ts';
import { lookAtFiles, runImport, startImport } from '../src/collect/index.ts';
import { systemCaller } from '../src/kernel/access/caller.ts';
import { drain } from '../src/kernel/facts.ts';
import { loop } from '../src/loop.ts';
import { type Person, person, testApp } from './support/app.ts';
import { sampleOf } from './support/samples.ts';
import { type TestStores, testStores, testWorkspace } from './support/stores.ts';

let stores: TestStores;
let app: FastifyInstance;
let workspace: string;
let everywhere: Person;
let west: Person;
const ids = { west: '', east: '', both: '' };

/** Li bought in West, Wu in East, Bo in both: what of them is East's business only. */
const FILE = [
  'order_no,shop,order_status,created_at,paid_at,amount_paid,phone,customer_name',
  'WEST-1,West,done,2025-12-01 10:00:00,2025-12-01 10:00:00,30.00,13800000001,Liwest Person',
  'EAST-1,East,done,2025-12-02 10:00:00,2025-12-02 10:00:00,50.00,13800000002,Wueast Person',
  'EAST-2,East,done,2025-12-20 10:00:00,2025-12-20 10:00:00,50.00,13800000002,Wueast Person',
  'WEST-2,West,done,2025-12-03 10:00:00,2025-12-03 10:00:00,70.00,13800000003,Boboth Person',
  'EAST-3,East,done,2025-12-04 10:00:00,2025-12-04 10:00:00,70.00,13800000003,Boboth Person',
].join('\n');
const OPTIONS = { source: 'own', shop: '', channel: '' };
const secrets = (): string[] => [ids.east, 'Wueast', 'EAST-1', 'EAST-2', 'EAST-3'];

type Row = { id: string; name: string };
beforeAll(async () => {
  stores = await testStores();
  workspace = await testWorkspace(stores);
  app = await testApp(stores);
  const folder = mkdtempSync(join(tmpdir(), 'perennial-shops-'));
  const path = join(folder, 'orders.csv');
  writeFileSync(path, FILE);
  const { files: [file] } = await lookAtFiles(stores, workspace, [{ path, name: 'orders.csv', upload: '' }], OPTIONS);
  const importId = await startImport(stores, systemCaller(workspace), [{ path, mapping: file?.mapping as never }], OPTIONS);
  await runImport(stores, workspace, importId);
  rmSync(folder, { recursive: true });
  await drain(stores, loop);
  everywhere = await person(stores, app, workspace, 'owner');
  west = await person(stores, app, workspace, 'owner', { shops: ['West'] });
  const { body: { rows } } = await everywhere.call<{ rows: Row[] }>('GET', '/api/v1/customers');
  const named = (start: string): string => rows.find(({ name }) => name.startsWith(start))?.id ?? '';
  Object.assign(ids, { west: named('Liwest'), east: named('Wueast'), both: named('Boboth') });
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

test('R142: the shops of a customer are published by what happened, and the list of a shop’s staff holds them only', async () => {
  expect(Object.values(ids).every((id) => id !== '')).toBe(true);
  const { body } = await west.call<{ rows: (Row & { fields: Record<string, unknown> })[]; total: { count: number } }>('GET', '/api/v1/customers');
  expect(body.rows.map(({ name }) => name).sort()).toEqual(['Boboth Person', 'Liwest Person']);
  expect(body.total.count).toBe(2);
  expect(body.rows.map(({ fields }) => fields.shops)).toEqual([['West'], ['West']]);
  const query = await west.call<{ rows: Row[]; total: { count: number } }>('POST', '/api/v1/customers/query', { sort: 'name', direction: 'asc', limit: 50 });
  expect([query.body.rows.length, query.body.total.count]).toEqual([2, 2]);
  const { body: overview } = await west.call<{ total: number }>('GET', '/api/v1/lifecycle/overview');
  expect(overview.total).toBe(2);
  expect((await west.call('GET', '/api/v1/lifecycle/overview?shop=East')).status).toBe(403);
  const { body: own } = await west.call<{ rows: { orderNo: string }[] }>('GET', `/api/v1/orders?customer=${ids.both}`);
  expect(own.rows.map(({ orderNo }) => orderNo)).toEqual(['WEST-2']);
  const { body: sums } = await west.call<{ rows: { shop: string }[]; total: { netMinor: number } }>('GET', '/api/v1/reconcile');
  expect([sums.rows.map(({ shop }) => shop), sums.total.netMinor]).toEqual([['West'], 10_000]);
});

/** Values to ask with, by the name of the parameter: everything points at East. */
const wanted = (): Record<string, unknown> => ({
  q: 'Wueast', customer: ids.east, customerId: ids.east, orderNo: 'EAST-1', source: 'own', shop: 'East', month: '2025-12', from: '2025-11-01', to: '2025-12-31', began: 'none', ended: 'new',
});
const tree = { version: 1, root: { kind: 'and', of: [] } };
const asked = (): Record<string, unknown> => ({
  ...wanted(), tree, customers: [ids.east, ids.west], keep: ids.west, absorb: ids.east, give: [ids.east], take: [], reason: 'check', limit: 100, apart: [ids.east],
  scope: { from: '2025-11-01', to: '2025-12-31' },
});

type Request = { method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'; url: string; body?: unknown; route: string };
type Schema = { properties?: Record<string, unknown> };
const schemaOf = (shape: z.ZodType | undefined): Schema => (shape ? (z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' }) as Schema) : {});

function filled(schema: Schema, values: Record<string, unknown>): Record<string, unknown>[] {
  const least = sampleOf(schema) as Record<string, unknown> | null;
  if (least === null || typeof least !== 'object') return [{}];
  const keys = Object.keys(schema.properties ?? {}).filter((key) => key in values);
  const required = Object.fromEntries(Object.keys(least).map((key) => [key, values[key] ?? least[key]]));
  return [required, ...keys.map((key) => ({ ...required, [key]: values[key] })), { ...required, ...Object.fromEntries(keys.map((key) => [key, values[key]])) }];
}

const search = (query: Record<string, unknown>): string => {
  const text = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
};

/** Every way in: each route with each of its parameters pointing at East, alone and together. */
function requests(reading: boolean): Request[] {
  return routes.filter(({ shape }) => shape.permission !== 'public' && (shape.permission.endsWith('.read') || shape.permission === 'customers.export' || shape.method === 'GET') === reading).flatMap(({ shape }) => {
    const urls = shape.url.includes(':') ? [ids.east, ids.both].map((id) => shape.url.replace(/:version/, 'current').replace(/:\w+/g, id)) : [shape.url];
    return urls.flatMap((url) => filled(schemaOf(shape.query), wanted()).flatMap((query) => filled(schemaOf(shape.body), asked()).map((body): Request =>
      ({ method: shape.method, url: `${url}${search(query)}`, route: `${shape.method} ${shape.url}`, ...(shape.body ? { body } : {}) }))));
  });
}

/** Secrets in an answer that the question did not hold. */
async function revealed(who: Person, { method, url, body }: Request): Promise<string[]> {
  const question = `${url} ${JSON.stringify(body ?? {})}`;
  const reply = await who.call(method, url, body);
  expect(reply.status, `${method} ${url}`).toBeLessThan(500);
  const answer = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
  return secrets().filter((secret) => !question.includes(secret) && answer.includes(secret));
}

test('R142: whatever staff of West ask, no name, id or order of East’s customers comes back', async () => {
  const all = requests(true);
  expect(all.length).toBeGreaterThan(100);
  const leaks: string[] = [];
  const seen = new Set<string>();
  for (const request of all) {
    for (const secret of await revealed(west, request)) leaks.push(`${request.method} ${request.url} → ${secret}`);
    if (!seen.has(request.route) && (await revealed(everywhere, request)).length > 0) seen.add(request.route);
  }
  expect(leaks).toEqual([]);
  // The questions are good ones: somebody of every shop is told by many routes.
  expect([...seen].sort().length, [...seen].join('\n')).toBeGreaterThan(9);
  for (const must of ['GET /api/v1/customers', 'GET /api/v1/customers/:id', 'GET /api/v1/customers/:id/timeline', 'POST /api/v1/customers/query', 'POST /api/v1/customers/export', 'GET /api/v1/orders', 'POST /api/v1/segments/ids', 'POST /api/v1/orders/export']) {
    expect([...seen]).toContain(must);
  }
}, 120_000);

test('R142: the people behind West’s figures are West’s', async () => {
  const figures = { metrics: [{ id: 'buyers' }], scope: { from: '2025-11-01', to: '2025-12-31' } };
  const all = routes.filter(({ shape }) => shape.url.startsWith('/api/v1/insight') && shape.method === 'POST' && shape.permission.endsWith('.read'));
  expect(all.length).toBeGreaterThan(0);
  const answers = await Promise.all(all.map(({ shape }) => west.call('POST', shape.url, figures)));
  const tokens = JSON.stringify(answers.map(({ body }) => body)).match(/"token":"([^"]+)"/g) ?? [];
  for (const one of tokens) {
    const { body } = await west.call('POST', '/api/v1/insight/people', { token: one.slice(9, -1), limit: 50 });
    for (const secret of secrets()) expect(JSON.stringify(body)).not.toContain(secret);
  }
});

test('R142: what staff of West write reaches nobody of East', async () => {
  const before = await everywhere.call('GET', `/api/v1/customers/${ids.east}`);
  for (const request of requests(false).filter(({ url, route }) => (/customers|identity|tags|tasks|orders/.test(url) && !/members\/:|DELETE .*tags/.test(route)))) {
    const reply = await west.call(request.method, request.url, request.body);
    expect(reply.status, `${request.method} ${request.url}`).toBeLessThan(500);
    for (const secret of ['Wueast', 'EAST-1']) if (!`${request.url}${JSON.stringify(request.body ?? '')}`.includes(secret)) expect(JSON.stringify(reply.body)).not.toContain(secret);
    if (request.route.includes('/customers/:id') && request.url.includes(ids.east)) expect([400, 404, 409, 422], request.url).toContain(reply.status);
  }
  const merge = await west.call('POST', '/api/v1/customers/merge', { keep: ids.west, absorb: ids.east, reason: 'mine' });
  expect([merge.status, (merge.body as { code: string }).code]).toEqual([404, 'customer.not_found']);
  expect((await everywhere.call('GET', `/api/v1/customers/${ids.east}`)).body).toEqual(before.body);
}, 60_000);
