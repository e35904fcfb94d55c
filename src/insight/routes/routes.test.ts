import swagger from '@fastify/swagger';
import fastify, { type FastifyInstance } from 'fastify';
import { jsonSchemaTransform, serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerOf, putOrders, putStates } from '../../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { type Caller, systemCaller } from '../../kernel/access/caller.ts';
import type { Permission } from '../../kernel/access/permissions.ts';
import { mount } from '../../kernel/http/mount.ts';
import { sendProblem } from '../../kernel/http/problem.ts';
import { segmentRoutes } from '../../lifecycle/segments/index.ts';
import { insightRoutes } from '../index.ts';

let stores: TestStores;
let app: FastifyInstance;
let caller: Caller;
const ALL: Permission[] = ['customers.read', 'insight.read', 'insight.write', 'lifecycle.write'];

beforeAll(async () => {
  stores = await testStores();
  caller = systemCaller(await testWorkspace(stores), ALL);
  app = fastify();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(sendProblem);
  await app.register(swagger, { openapi: { openapi: '3.1.0', info: { title: 'test', version: '1' } }, transform: jsonSchemaTransform });
  mount(app, stores, async () => caller, [...insightRoutes, ...segmentRoutes]);
  await app.ready();
  await putOrders(stores, caller.workspaceId, [1, 2, 3].map((n) => ({ customer: customerOf(n), day: '2025-05-05', amount: n * 100 })));
  await putStates(stores, caller.workspaceId, [1, 2, 3].map((n) => ({ customer: customerOf(n), name: `N${n}`, reach: ['sms'] })));
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

const scope = { from: '2025-05-01', to: '2025-05-31' };
const everybody = { version: 1, root: { kind: 'and', of: [] } };
const send = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) => {
  const reply = await app.inject({ method, url: `/api/v1${url}`, ...(payload ? { payload } : {}) });
  return { status: reply.statusCode, body: (reply.body === '' ? null : reply.json()) as never as Record<string, never> & { code: string; id: string; version: number } };
};

test.each<[string, 'GET' | 'POST', string, object | undefined, number]>([
  ['the workbench', 'GET', '/insight/home?days=30', undefined, 200],
  ['dimensions', 'GET', '/insight/dimensions', undefined, 200],
  ['figures', 'POST', '/insight/figures', { metrics: [{ id: 'aov' }, { id: 'retention' }], scope, by: 'shop', compare: 'previous' }, 200],
  ['a series', 'POST', '/insight/series', { metric: { id: 'buyers' }, scope, unit: 'week' }, 200],
  ['cohorts', 'POST', '/insight/cohorts', { scope }, 200],
  ['a funnel', 'POST', '/insight/funnel', { scope, steps: [{ event: 'a' }, { event: 'b', where: [{ property: 'x', test: { op: 'equals', value: "'" } }] }] }, 200],
  ['the catalogue', 'GET', '/insight/metrics', undefined, 200],
  ['a metric', 'GET', '/insight/metrics/active', undefined, 200],
  ['no such metric', 'GET', '/insight/metrics/profit', undefined, 400],
  ['a new version', 'POST', '/insight/metrics/active/versions', { params: { days: 14 } }, 201],
  ['a report', 'POST', '/insight/reports', { name: 'May', metricId: 'net', scope }, 201],
  ['a goal', 'POST', '/insight/goals', { name: 'May', metricId: 'repurchase_period', target: 0.3, scope }, 201],
  ['goals', 'GET', '/insight/goals', undefined, 200],
  ['a filter', 'POST', '/segments', { name: 'all', tree: everybody }, 201],
  ['filters', 'GET', '/segments', undefined, 200],
  ['words of filters', 'GET', '/segments/words', undefined, 200],
  ['a preview', 'POST', '/segments/preview', { tree: everybody }, 200],
  ['ids', 'POST', '/segments/ids', { tree: everybody }, 200],
  ['a promotion', 'POST', '/insight/promotions', { name: '618', firstDay: '2025-06-01', lastDay: '2025-06-20' }, 201],
  ['a promotion on days that are taken', 'POST', '/insight/promotions', { name: '618 again', firstDay: '2025-06-20', lastDay: '2025-06-21', shop: 'A' }, 409],
  ['the promotion calendar', 'GET', '/insight/promotions', undefined, 200],
  ['the customers list', 'POST', '/customers/query', { tree: everybody, sort: 'name', direction: 'asc', limit: 2 }, 200],
  ['a customers list by a cursor of another sort', 'POST', '/customers/query', { sort: 'net_minor', cursor: Buffer.from('[0,"x","00000000-0000-4000-8000-000000000000"]').toString('base64url') }, 400],
  ['an unknown field of the body', 'POST', '/segments/preview', { tree: everybody, sql: 'select 1' }, 400],
  ['an unknown field of the scope', 'POST', '/insight/figures', { metrics: [{ id: 'aov' }], scope: { ...scope, where: '1=1' } }, 400],
  ['an unknown split', 'POST', '/insight/figures', { metrics: [{ id: 'aov' }], scope, by: "shop'" }, 400],
  ['an unknown goal', 'GET', '/insight/reports/00000000-0000-4000-8000-000000000000', undefined, 404],
])('%s', async (_, method, url, body, status) => {
  const reply = await send(method, url, body);
  expect({ status: reply.status, body: reply.status === status ? undefined : reply.body }).toEqual({ status, body: undefined });
});

test('from a figure over HTTP to the people behind it', async () => {
  const reply = await send('POST', '/insight/figures', { metrics: [{ id: 'paid' }], scope });
  const { figures: [{ parts: [part] }] } = reply.body as never as { figures: [{ parts: [{ top: number; people: { counted: { token: string; count: number; reach: object } } }] }] };
  expect([part.top, part.people.counted.count, part.people.counted.reach]).toEqual([600, 3, { sms: 3 }]);
  const page = await send('POST', '/insight/people', { token: part.people.counted.token, limit: 2 });
  expect(page.body).toMatchObject({ rows: [{ netMinor: 0 }, {}], total: { count: 3, over: false } });
});

test('a filter is changed at the version that was read, and put away', async () => {
  const made = await send('POST', '/segments', { name: 'mine', tree: everybody });
  expect((await send('PATCH', `/segments/${made.body.id}`, { version: 7, name: 'x' })).body.code).toBe('segment.changed');
  expect((await send('DELETE', `/segments/${made.body.id}`)).status).toBe(204);
  expect((await send('GET', `/segments/${made.body.id}`)).body.code).toBe('segment.not_found');
});

test('a goal is changed, closed and removed; a report too', async () => {
  const goal = await send('POST', '/insight/goals', { name: 'Q2', metricId: 'buyers', target: 10, scope });
  expect((await send('PATCH', `/insight/goals/${goal.body.id}`, { target: 3 })).body).toMatchObject({ target: 3, gapPeople: 0, state: 'reached' });
  expect((await send('GET', `/insight/goals/${goal.body.id}/forecast`)).body).toMatchObject({ forecast: null });
  expect((await send('PATCH', `/insight/goals/${goal.body.id}`, { closed: true })).status).toBe(200);
  expect((await send('DELETE', `/insight/goals/${goal.body.id}`)).status).toBe(204);
  expect((await send('DELETE', `/insight/goals/${goal.body.id}`)).status).toBe(404);
  expect((await send('GET', `/insight/goals/${goal.body.id}/forecast`)).status).toBe(404);
  const report = await send('POST', '/insight/reports', { name: 'Q2', metricId: 'aov', scope });
  expect((await send('GET', `/insight/reports/${report.body.id}`)).body).toMatchObject({ parts: [{ value: 200 }] });
  expect((await send('DELETE', `/insight/reports/${report.body.id}`)).status).toBe(204);
});

test('nothing is read or written without the permission', async () => {
  caller = { ...caller, permissions: new Set() };
  for (const { shape } of [...insightRoutes, ...segmentRoutes]) {
    const reply = await app.inject({ method: shape.method, url: shape.url.replace(':id', '00000000-0000-4000-8000-000000000000'), payload: shape.method === 'GET' || shape.method === 'DELETE' ? undefined : {} });
    expect([shape.url, reply.statusCode]).toEqual([shape.url, 403]);
  }
  caller = { ...caller, permissions: new Set(ALL) };
});

test('the contract can be written as OpenAPI, the recursive tree included', () => {
  const text = JSON.stringify(app.swagger());
  expect(text).toContain('/api/v1/insight/people');
  expect(text.length).toBeGreaterThan(10_000);
});
