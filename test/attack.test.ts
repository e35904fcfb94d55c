import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { routes } from '../src/app.ts';
import { addSource, flush, newWriteKey } from '../src/collect/index.ts';
import { systemCaller } from '../src/kernel/access/caller.ts';
import { PERMISSIONS } from '../src/kernel/access/permissions.ts';
import { type Person, person, testApp } from './support/app.ts';
import { customerOf, putOrders, putStates } from './support/orders.ts';
import { sampleOf } from './support/samples.ts';
import { type TestStores, testStores, testWorkspace } from './support/stores.ts';

let stores: TestStores;
let app: FastifyInstance;
let workspace: string;
let other: string;
let owner: Person;
let writeKey: string;
const CANARY = 'canary-4711';

beforeAll(async () => {
  stores = await testStores();
  [workspace, other] = [await testWorkspace(stores), await testWorkspace(stores)];
  app = await testApp(stores);
  owner = await person(stores, app, workspace, 'owner');
  await putOrders(stores, workspace, [1, 2, 3].map((n) => ({ customer: customerOf(n), day: '2025-12-05', amount: n * 100 })));
  await putStates(stores, workspace, [1, 2, 3].map((n) => ({ customer: customerOf(n), name: `N${n}`, reach: ['sms'] })));
  await putOrders(stores, other, [{ customer: customerOf(9), day: '2025-12-05', amount: 900 }]);
  await putStates(stores, other, [{ customer: customerOf(9), name: CANARY, reach: ['sms'] }]);
  const caller = systemCaller(workspace, PERMISSIONS);
  const { id } = await addSource(stores, caller, { key: 'web', name: 'Web', kind: 'behaviour', shop: '', channel: '', currency: '' });
  ({ key: writeKey } = await newWriteKey(stores, caller, id));
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

type Body = Record<string, unknown>;
const everybody = { version: 1, root: { kind: 'and', of: [] } };

test('the ids of a filter are read page by page to the end, and only with a cursor of that list', async () => {
  const ask = (more: Body) => owner.call<{ ids: string[]; next: string | null; code?: string }>('POST', '/api/v1/segments/ids', { tree: everybody, ...more });
  const all = (await ask({ limit: 10_000 })).body.ids;
  const paged: string[] = [];
  for (let next: string | null | undefined; next !== null; ) {
    const { status, body } = await ask({ limit: 20, ...(next ? { cursor: next } : {}) });
    expect(status).toBe(200);
    paged.push(...body.ids);
    next = body.next;
  }
  expect(paged).toEqual(all);
  const foreign = (await owner.call<{ next: string }>('POST', '/api/v1/customers/query', { tree: everybody, sort: 'name', direction: 'asc', limit: 1 })).body.next;
  for (const cursor of [foreign, customerOf(1), 'x']) expect((await ask({ cursor })).status).toBe(400);
});

test('what every object inherits is a name like any other: of a field, an event, a trait, a header', async () => {
  const names = ['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__', 'prototype', '__defineGetter__'];
  for (const [at, name] of names.entries()) {
    const context = { traits: { [name]: 'x', phone: '13912340000' } };
    const bodies: [string, Body][] = [
      ['track', { userId: `p${at}`, event: name, messageId: `proto-${at}`, timestamp: '2026-01-14T10:00:00Z', properties: { order_id: name, total: 5, [name]: 1 }, context }], ['identify', { userId: `p${at}`, messageId: `proto-i${at}`, traits: { [name]: 'x', [`${name}.${name}`]: 'y' } }],
    ];
    for (const [endpoint, body] of bodies) {
      const reply = await app.inject({ method: 'POST', url: `/v1/${endpoint}`, headers: { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`, 'content-type': 'application/json' }, payload: JSON.stringify(body) });
      expect([name, endpoint, reply.statusCode]).toEqual([name, endpoint, 200]);
    }
    for (const body of [{ key: name, label: name, type: 'text' }, { label: name, type: 'enum', options: [name] }]) expect([name, (await owner.call('POST', '/api/v1/fields', body)).status < 500]).toEqual([name, true]);
    expect((await owner.call('POST', '/api/v1/customers/query', { tree: { version: 1, root: { kind: 'field', field: name, test: { op: 'present' } } }, sort: 'name', direction: 'asc', limit: 5 })).status).toBeLessThan(500);
  }
  await flush(stores, workspace);
  const kept = await stores.ch.rows<{ id: string }>("select message_id as id from events final where workspace = {workspace:UUID} and match(message_id, '^proto-[0-9]+$')", { workspace });
  // Assigning to __proto__ replaces what an object is: such events wait in quarantine, all others are stored.
  expect(kept).toHaveLength(names.length - 1);
  const { rows } = (await owner.call<{ rows: { event: unknown }[] }>('GET', '/api/v1/quarantine?code=event.key_forbidden')).body;
  expect(rows.flatMap(({ event }) => String(event).match(/proto-i?\d+/) ?? []).sort()).toEqual(['proto-4', 'proto-i4']);
  expect((await owner.call('GET', '/api/v1/segments/words')).status).toBe(200);
  expect((await owner.call('POST', '/api/v1/customers/export', { reason: 'a test' })).status).toBe(200);
  expect(({} as Record<string, unknown>).admin).toBeUndefined();
});

/** Breaking out of every slot a statement might have: quotes of both stores, parameters, comments, functions that reach outside. */
const INJECTIONS = [
  "' or '1'='1", "'; drop table customer; --", "\\'", '{workspace:UUID}', '$1', "x') union all select name from customer_state --", "file('/etc/passwd')", "a'], map('x','y')['", "\u0000' or 1=1",
  // What the engine reads inside a name of a JSON column even where it is bound; the second one ended the process.
  'sku.:`Array(JSON)`.x', ':`String`', '^`sku`',
];
const scope = { from: '2025-12-01', to: '2025-12-31' };
const fieldIs = (field: string, test: unknown) => ({ version: 1, root: { kind: 'field', field, test } });
const event = (name: string, where: unknown[] = [], of: unknown = { measure: 'count', test: { op: 'at_least', value: 1 } }) => ({ version: 1, root: { kind: 'event', event: name, where, window: { kind: 'ever' }, of } });

/** Every slot of the tree with the text in it. */
const trees = (text: string): unknown[] => [
  fieldIs(text, { op: 'equals', value: 'x' }), fieldIs('city', { op: text, value: 'x' }), fieldIs('city', { op: 'equals', value: text }), fieldIs('city', { op: 'contains', value: text }), fieldIs('city', { op: 'in', values: [text] }),
  fieldIs('last_on', { op: 'on', day: text }), fieldIs('order_count', { op: 'is', value: text }), { version: 1, root: { kind: 'tag', test: { op: 'any_of', values: [text] } } }, { version: 1, root: { kind: text, of: [] } },
  event(text), event('order.paid', [{ property: text, test: { op: 'equals', value: 'x' } }]), event('order.paid', [{ property: '$shop', test: { op: 'equals', value: text } }]),
  event('order.paid', [], { measure: 'distinct', property: text, test: { op: 'at_least', value: 1 } }), event('order.paid', [], { measure: 'sum', property: text, test: { op: 'at_least', value: 1 } }),
  { version: 1, root: { ...event('order.paid').root, window: { kind: 'calendar', unit: text, offset: 0 } } },
];

test('no text in any slot of a filter, sort, metric, cohort, funnel or mapping becomes part of a statement', async () => {
  const faults: string[] = [];
  let answered = 0;
  const ask = async (method: 'GET' | 'POST', url: string, body?: unknown): Promise<void> => {
    const { status, body: reply } = await owner.call(method, url, body);
    answered++;
    const text = JSON.stringify(reply);
    if (status >= 500) faults.push(`${status} ${url} ${JSON.stringify(body)?.slice(0, 300)}`);
    // Neither somebody else's customer nor the words of a store's error may come back.
    if (text.includes(CANARY) || /DB::Exception|syntax error at|system\.tables|root:x:/.test(text.replaceAll(JSON.stringify(body ?? ''), ''))) faults.push(`told too much: ${url} ${text.slice(0, 200)}`);
  };
  const count = async (): Promise<number> => (await owner.call<{ total: { count: number } }>('POST', '/api/v1/customers/query', { tree: everybody, sort: 'name', direction: 'asc', limit: 5 })).body.total.count;
  const before = await count();
  for (const [turn, text] of INJECTIONS.entries()) {
    const q = encodeURIComponent(text);
    await Promise.all([
      // Each slot by one of the three doors in turn, so that over all texts every slot has met every door.
      ...trees(text).map((tree, slot) => [
        () => ask('POST', '/api/v1/customers/query', { tree, sort: 'name', direction: 'asc', limit: 5 }), () => ask('POST', '/api/v1/segments/preview', { tree }), () => ask('POST', '/api/v1/segments/ids', { tree, limit: 5 }),
      ][(slot + turn) % 3]?.()),
      ask('POST', '/api/v1/customers/query', { tree: everybody, sort: text, direction: 'asc', limit: 5 }), ask('POST', '/api/v1/customers/query', { tree: everybody, sort: 'name', direction: text, limit: 5 }), ask('POST', '/api/v1/customers/query', { tree: everybody, q: text, sort: 'name', direction: 'asc', limit: 5, cursor: text }),
      ...['q', 'sort', 'tag', 'reach', 'stage', 'cursor'].map((key) => ask('GET', `/api/v1/customers?${key}=${q}`)),
      ...['shop', 'source'].map((key) => ask('GET', `/api/v1/reconcile?${key}=${q}`)), ask('GET', `/api/v1/reconcile/documents?month=2025-12&shop=${q}`), ask('GET', `/api/v1/orders?orderNo=${q}`), ask('GET', `/api/v1/orders/detail?source=${q}&shop=${q}&orderNo=${q}`),
      ask('GET', `/api/v1/lifecycle/overview?shop=${q}`), ask('GET', `/api/v1/lifecycle/periods?event=${q}`), ask('GET', `/api/v1/lifecycle/pareto?shop=${q}&slice=0.2`), ask('GET', `/api/v1/audit?action=${q}&actor=${q}`),
      ...routes.filter(({ shape }) => shape.url.startsWith('/api/v1/insight') && shape.method === 'POST' && shape.permission === 'insight.read')
        .filter((_, at) => at % 3 === turn % 3).flatMap(({ shape }) => {
        const least = sampleOf(z.toJSONSchema(shape.body as z.ZodType, { io: 'input', unrepresentable: 'any' })) as Body;
        return [ask('POST', shape.url, { ...least, scope: { ...scope, shops: [text], channels: [text] } }), ask('POST', shape.url, { ...least, scope: { ...scope, population: { kind: 'tree', tree: event(text) } } }), ask('POST', shape.url, Object.fromEntries(Object.keys(least).map((key) => [key, text])))];
      }),
    ]);
  }
  expect(faults.slice(0, 10)).toEqual([]);
  expect(answered).toBeGreaterThan(300);
  expect(await count()).toBe(before);
}, 120_000);
