import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { call, type Person, person, testApp } from '../../test/support/app.ts';
import { type TestStores, testStores, testWorkspace } from '../../test/support/stores.ts';
import type { EventName, EventProperty, FoundMessage, LiveEvent, Pulse, SourceHealth, SourceView } from './contract.ts';
import { flush } from './door/flush.ts';
import { startFlusher } from './door/flusher.ts';
import { eventProperties, forgetProperties } from './queries/schema.ts';
import { takeOut } from './queries/stored.ts';

let stores: TestStores;
let app: FastifyInstance;
let workspace: string;
let developer: Person;
let source: SourceView;
let key: string;

beforeAll(async () => {
  stores = await testStores('2026-01-15T04:00:30Z');
  app = await testApp(stores);
});
afterAll(async () => {
  await app.close();
  await stores.close();
});
beforeEach(async () => {
  stores.clock.set('2026-01-15T04:00:30Z');
  workspace = await testWorkspace(stores);
  developer = await person(stores, app, workspace, 'developer');
  ({ source, key } = await makeSource('web', ''));
});

async function makeSource(name: string, shop: string) {
  const { body: made } = await developer.call<SourceView>('POST', '/api/v1/sources', { key: name, name, kind: 'behaviour', shop });
  const { body } = await developer.call<{ key: string }>('POST', `/api/v1/sources/${made.id}/key`);
  return { source: made, key: body.key };
}
const send = (batch: object[], as = key) => call(app, 'POST', '/v1/batch', { batch }, { authorization: `Basic ${Buffer.from(`${as}:`).toString('base64')}` });
const track = (i: number, more: object = {}) => ({ type: 'track', event: 'Tea Viewed', userId: 'u1', messageId: `m${i}`, timestamp: '2026-01-15T04:00:00Z', properties: { page: i }, ...more });
const rowsOf = async <T>(url: string, as = developer): Promise<T[]> => (await as.call<{ rows: T[] }>('GET', url)).body.rows;

test('the live view shows each event with what became of it, the newest first', async () => {
  await send([track(1), track(1), { type: 'track', userId: 'u1', messageId: 'bad' }]);
  expect((await rowsOf<LiveEvent>('/api/v1/events/live')).map(({ state }) => state)).toEqual(['refused', 'waiting', 'waiting']);
  await flush(stores, workspace);
  await send([track(2)]);
  const rows = await rowsOf<LiveEvent>('/api/v1/events/live');
  expect(rows.map(({ state, messageId }) => [state, messageId])).toEqual([['waiting', 'm2'], ['refused', 'bad'], ['repeated', 'm1'], ['stored', 'm1']]);
  expect(rows[1]).toMatchObject({ reason: { code: 'event.no_name' }, raw: expect.stringContaining('"messageId":"bad"') });
  expect(rows[3]).toMatchObject({ source: 'web', event: 'Tea Viewed', content: { properties: { page: 1 } }, person: [{ kind: 'user_id', shown: 'u1' }], customer: expect.any(String) });
  expect(await rowsOf('/api/v1/events/live?state=refused')).toHaveLength(1);
  expect(await rowsOf('/api/v1/events/live?search=m2')).toHaveLength(1);
  expect(await rowsOf('/api/v1/events/live?search=bad')).toMatchObject([{ state: 'refused', kind: 'track', person: [{ shown: 'u1' }] }]);
  expect(await rowsOf('/api/v1/events/live?search=U1')).toHaveLength(4);
  expect(await rowsOf('/api/v1/events/live?source=none')).toEqual([]);
});

test('R139: nobody reads a telephone or an address in the live view, wherever it was written', async () => {
  const phone = '13800138000', mail = 'lin.yi@example.com';
  await send([
    { type: 'identify', userId: 'u1', messageId: 'a', traits: { phone, email: mail, note: `call ${phone}`, [`k ${mail}`]: 1 } },
    track(1, { event: `Called ${phone}`, properties: { text: `write to ${mail}`, list: [Number(phone)], url: `https://tea.example/?m=${encodeURIComponent(mail)}` } }),
    { type: 'track', userId: phone, messageId: 'b', properties: { phone } },
  ]);
  await flush(stores, workspace);
  for (const role of ['owner', 'developer', 'analyst'] as const) {
    const text = JSON.stringify((await (await person(stores, app, workspace, role)).call('GET', '/api/v1/events/live')).body);
    expect([text.includes('Called'), text.includes(phone), text.includes(mail), text.includes(encodeURIComponent(mail))]).toEqual([true, false, false, false]);
  }
});

test('staff of one shop see the events of that shop and of none', async () => {
  const { key: other } = await makeSource('west', '西湖店');
  await send([track(1, { properties: { shop: '东门店' } }), track(2)]);
  await send([track(3)], other);
  await flush(stores, workspace);
  const operator = await person(stores, app, workspace, 'operator', { shops: ['西湖店'] });
  expect((await rowsOf<LiveEvent>('/api/v1/events/live', operator)).map(({ messageId }) => messageId)).toEqual(['m3', 'm2']);
  expect((await rowsOf<SourceHealth>('/api/v1/sources/health', operator)).length).toBe(1);
  expect((await operator.call<Pulse>('GET', '/api/v1/events/pulse')).body.hour).toMatchObject({ events: 1, orders: null, customers: null });
});

test('R54: 60 events change events a minute, orders and new customers within ten seconds', async () => {
  const flusher = startFlusher(stores, pino({ level: 'silent' }));
  const before = (await developer.call<Pulse>('GET', '/api/v1/events/pulse')).body;
  expect([before.minutes.length, before.hour]).toEqual([60, { events: 0, repeated: 0, refused: 0, orders: 0, customers: 0 }]);
  await send([...Array.from({ length: 55 }, (_, i) => track(i)), ...Array.from({ length: 5 }, (_, i) => track(100 + i, { userId: `buyer${i}`, event: 'Order Completed', properties: { order_id: `O${i}`, total: 10 } }))]);
  const started = performance.now();
  const hour = async () => (await developer.call<Pulse>('GET', '/api/v1/events/pulse')).body;
  await expect.poll(async () => (await hour()).hour.events, { timeout: 10_000, interval: 100 }).toBe(60);
  expect(performance.now() - started).toBeLessThan(10_000);
  await flusher.stop();
  const after = await hour();
  expect(after.hour).toEqual({ events: 60, repeated: 0, refused: 0, orders: 5, customers: 6 });
  expect(after.minutes.at(-1)).toEqual({ minute: '2026-01-15T04:00:00.000Z', events: 60, refused: 0 });
  expect(after.waiting).toEqual({ bodies: 0, since: null });
});

test('the schema tells names, how often and when, and each property with its types', async () => {
  await send([track(1), track(2, { timestamp: '2026-01-14T04:00:00Z', properties: { page: 'two', deep: { inner: true } } }), { type: 'page', userId: 'u1', messageId: 'p', name: 'Home' }]);
  await flush(stores, workspace);
  expect(await rowsOf<EventName>('/api/v1/events/schema')).toEqual([
    { kind: 'track', event: 'Tea Viewed', sources: ['web'], count: 2, firstSeen: '2026-01-14T04:00:00Z', lastSeen: '2026-01-15T04:00:00Z' },
    { kind: 'page', event: 'page', sources: ['web'], count: 1, firstSeen: '2026-01-15T04:00:30Z', lastSeen: '2026-01-15T04:00:30Z' },
  ]);
  const properties = await rowsOf<EventProperty>('/api/v1/events/schema/properties?kind=track&event=Tea%20Viewed');
  expect(properties.map(({ property, types, count }) => [property, types, count])).toEqual([['page', ['Int64', 'String'], 2], ['deep.inner', ['Bool'], 1]]);
});

test('first and last of a property are those of all events of the name, however few of the newest are looked at; what was taken back is none of them', async () => {
  const seen = () => eventProperties(stores.ch, workspace, [], { kind: 'track', event: 'Tea Viewed' }, 1);
  await send([track(1, { timestamp: '2026-01-03T04:00:00Z', properties: { page: 1, gone: 'x' } }), track(2, { timestamp: '2026-01-09T04:00:00Z', properties: { page: 2, gone: 'y' } })]);
  await flush(stores, workspace);
  await send([track(3, { properties: { page: 'three' } })]);
  await flush(stores, workspace);
  const all = [
    { property: 'page', types: ['String'], count: 1, firstSeen: '2026-01-03T04:00:00Z', lastSeen: '2026-01-15T04:00:00Z' },
    { property: 'gone', types: [], count: 0, firstSeen: '2026-01-03T04:00:00Z', lastSeen: '2026-01-09T04:00:00Z' },
  ];
  expect(await seen()).toEqual(all);
  // As after an upgrade: nothing was gathered of what lay there, and new events are.
  await forgetProperties(stores.ch, workspace);
  stores.clock.set('2026-01-15T04:10:00Z');
  await send([track(4, { timestamp: '2026-01-15T04:09:00Z' })]);
  await flush(stores, workspace);
  expect(await seen()).toEqual([{ ...all[0], types: ['Int64'], lastSeen: '2026-01-15T04:09:00Z' }, all[1]]);
  await takeOut(stores.ch, workspace, '00000000-0000-0000-0000-000000000000', [], 2 ** 50);
  expect(await seen()).toEqual([]);
  await send([track(5, { timestamp: '2026-01-15T04:09:30Z' })]);
  await flush(stores, workspace);
  expect(await seen()).toEqual([{ property: 'page', types: ['Int64'], count: 1, firstSeen: '2026-01-15T04:09:30Z', lastSeen: '2026-01-15T04:09:30Z' }]);
});

test('whether a message arrived is answered by its id', async () => {
  await send([track(7)]);
  await flush(stores, workspace);
  expect(await rowsOf<FoundMessage>('/api/v1/events/find?messageId=m7')).toMatchObject([{ source: 'web', event: 'Tea Viewed', customer: expect.any(String) }]);
  expect(await rowsOf('/api/v1/events/find?messageId=none')).toEqual([]);
});

test('a source tells what came, what of it was refused, and how its key stands; a revoked key opens nothing', async () => {
  await send([track(1), track(1), 5 as unknown as object]);
  await flush(stores, workspace);
  const [before] = await rowsOf<SourceHealth>('/api/v1/sources/health');
  expect(before).toMatchObject({ hour: { events: 1, repeated: 1, refused: 1 }, lastMinute: '2026-01-15T04:00:00Z', keyTail: key.slice(-4), oldKeyUntil: null });
  await developer.call('POST', `/api/v1/sources/${source.id}/key`);
  expect((await rowsOf<SourceHealth>('/api/v1/sources/health'))[0]?.oldKeyUntil).toBe('2026-01-16T04:00:30.000Z');
  expect((await send([track(2)])).status).toBe(200);
  await developer.call('DELETE', `/api/v1/sources/${source.id}/key`);
  stores.clock.set('2026-01-15T04:00:40Z');
  expect((await send([track(3)])).status).toBe(401);
  expect((await rowsOf<SourceHealth>('/api/v1/sources/health'))[0]).toMatchObject({ keyTail: null, oldKeyUntil: null });
});
