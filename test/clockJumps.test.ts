import type { FastifyInstance } from 'fastify';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ticks } from '../src/app.ts';
import { flushAll } from '../src/collect/index.ts';
import { handClock } from '../src/kernel/clock.ts';
import { drain } from '../src/kernel/facts.ts';
import { enlist } from '../src/kernel/lease.ts';
import { many, one, sql } from '../src/kernel/sql.ts';
import { loop } from '../src/loop.ts';
import { type Person, person, testApp } from './support/app.ts';
import { type TestStores, testStores, testWorkspace } from './support/stores.ts';

/** A clock that is put forward a day or back an hour, and the night a zone changes its own: what holds must go on holding. */
const HOUR_MS = 3_600_000, DAY_MS = 24 * HOUR_MS;
const START = '2026-01-15T04:00:00Z';

let stores: TestStores;
let app: FastifyInstance;
let ws: string;
let owner: Person;
let sourceId: string;
let key: string;
let sent = 0;

beforeAll(async () => {
  stores = await testStores(START);
  app = await testApp(stores);
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

async function openShop(timezone: string): Promise<void> {
  ws = await testWorkspace(stores, { timezone });
  owner = await person(stores, app, ws, 'owner');
  expect((await owner.call('POST', '/api/v1/lifecycle/rules/configure', { atRiskDays: 5, churnedDays: 9 })).status).toBe(201);
  sourceId = (await owner.call<{ id: string }>('POST', '/api/v1/sources', { key: 'shop', name: 'Shop', kind: 'orders' })).body.id;
  key = (await owner.call<{ key: string }>('POST', `/api/v1/sources/${sourceId}/key`)).body.key;
}
beforeEach(async () => {
  stores.clock.set(START);
  await openShop('Asia/Shanghai');
});

const post = async (body: object): Promise<number> =>
  (await app.inject({ method: 'POST', url: '/v1/track', headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` }, payload: { userId: 'lin', messageId: `m${++sent}`, timestamp: stores.clock.now().toISOString(), ...body } })).statusCode;
const buy = (orderId: string, more: object = {}): Promise<number> => post({ event: 'Order Completed', properties: { order_id: orderId, total: 10, currency: 'CNY' }, ...more });
async function live(): Promise<void> {
  await flushAll(stores);
  await drain(stores, loop);
  for (const tick of Object.values(ticks)) await tick(stores);
  await drain(stores, loop);
}
const moves = async (): Promise<string[]> => (await stores.pg.tx(ws, (tx) => many(tx, sql<{ move: string }>`select coalesce(payload->>'from', 'nobody') || '→' || (payload->>'to') as move from fact where workspace_id = ${ws} and kind = 'stage.changed' order by id`))).map(({ move }) => move);
/** Where the customer stands in both stores. */
async function stands() {
  const [now] = await stores.ch.rows<{ stage: string; orders: number }>('select toString(stage) as stage, orders from stage_now final where workspace = {ws:UUID}', { ws });
  const { body } = await owner.call<{ rows: { stage: string; orderCount: number }[] }>('GET', '/api/v1/customers');
  return [now?.stage, now?.orders, body.rows[0]?.stage, body.rows[0]?.orderCount];
}

test('put back an hour: what is done after it replaces what was done before, and moves nobody twice', async () => {
  await buy('A1');
  await live();
  stores.clock.advance(2 * DAY_MS);
  owner = await person(stores, app, ws, 'owner');
  await post({ event: 'Seen' });
  await live();
  expect(await stands()).toEqual(['new', 1, 'new', 1]);
  stores.clock.advance(-HOUR_MS);
  await buy('A2');
  await live();
  await live();
  expect(await stands()).toEqual(['active', 2, 'active', 2]);
  expect(await moves()).toEqual(['nobody→new', 'new→active']);
  // Taken together again, everybody at once: nothing falls back to what the later hour said.
  stores.clock.advance(-HOUR_MS);
  await buy('A3');
  expect((await owner.call('POST', '/api/v1/lifecycle/rules/configure', { atRiskDays: 6, churnedDays: 9 })).status).toBe(201);
  await live();
  expect(await stands()).toEqual(['active', 3, 'active', 3]);
});

test('put forward a day and back again: silence speaks once, and once more only when it is true', async () => {
  await buy('A1');
  await buy('N1', { userId: 'neighbour' });
  await live();
  for (const hours of [24, 0]) {
    stores.clock.set(new Date(Date.parse(START) + hours * HOUR_MS));
    await live();
  }
  // Five days on somebody else buys: the data's own day is there, and the clock goes wild around it.
  stores.clock.set(new Date(Date.parse(START) + 5 * DAY_MS));
  await buy('N2', { userId: 'neighbour' });
  for (const hours of [0, 24, -1, 0]) {
    stores.clock.set(new Date(Date.parse(START) + 5 * DAY_MS + hours * HOUR_MS));
    await live();
  }
  expect((await moves()).sort()).toEqual(['new→active', 'new→at_risk', 'nobody→new', 'nobody→new']);
});

test('the same message before and after a jump is one event, at the moment it first came; times follow our clock', async () => {
  await post({ event: 'Seen', messageId: 'same' });
  stores.clock.advance(DAY_MS);
  await post({ event: 'Seen', messageId: 'same' });
  await flushAll(stores);
  stores.clock.advance(-DAY_MS - HOUR_MS);
  await post({ event: 'Seen', messageId: 'same' });
  // A sender whose clock is a day ahead: what counts is how long before sending it was.
  await post({ event: 'Ahead', messageId: 'ahead', timestamp: '2026-01-16T02:00:00Z', sentAt: '2026-01-16T03:00:00Z' });
  // One who claims to come from far ahead without saying when it was sent happened when it came.
  await post({ event: 'Far', messageId: 'far', timestamp: '2026-03-01T00:00:00Z' });
  await flushAll(stores);
  expect(await stores.ch.rows('select message_id as id, toString(time) as at, toString(received_at) as received from events final where workspace = {ws:UUID} order by id', { ws })).toEqual([
    { id: 'ahead', at: '2026-01-15 02:00:00.000', received: '2026-01-15 03:00:00.000' },
    { id: 'far', at: '2026-01-15 03:00:00.000', received: '2026-01-15 03:00:00.000' },
    { id: 'same', at: '2026-01-15 04:00:00.000', received: '2026-01-15 04:00:00.000' },
  ]);
});

test('a key that was revoked is not believed longer because the clock was put back', async () => {
  expect(await post({ event: 'Seen' })).toBe(200);
  const { body: { key: { id }, secret } } = await owner.call<{ key: { id: string }; secret: string }>('POST', '/api/v1/keys', { name: 'k', scopes: ['customers.read'] });
  const asked = async (): Promise<number> => (await app.inject({ url: '/api/v1/customers', headers: { authorization: `Bearer ${secret}` } })).statusCode;
  expect(await asked()).toBe(200);
  await owner.call('DELETE', `/api/v1/sources/${sourceId}/key`);
  stores.clock.advance(-HOUR_MS);
  await stores.pg.tx(ws, (tx) => one(tx, sql`update api_key set revoked_at = ${stores.clock.now()} where id = ${id} returning id`));
  stores.clock.advance(4_000);
  expect([await post({ event: 'Seen' }), await asked()]).toEqual([401, 401]);
});

test('what comes every few hours comes again after a clock that was far ahead was put right', async () => {
  await buy('A1');
  await live();
  const tree = { version: 1, root: { kind: 'and', of: [] } };
  const { body: { id }, status } = await owner.call<{ id: string }>('POST', '/api/v1/tags', { key: 'all', name: 'All', kind: 'rule', everyHours: 6, spec: { tree } });
  expect(status).toBe(201);
  const refreshedAt = async (): Promise<number> => (await stores.pg.tx(ws, (tx) => one(tx, sql<{ at: Date }>`select refreshed_at as at from tag where id = ${id}`))).at.getTime();
  stores.clock.advance(400 * DAY_MS);
  await live();
  expect(await refreshedAt()).toBe(stores.clock.now().getTime());
  stores.clock.set(new Date(Date.parse(START) + HOUR_MS));
  await live();
  const right = await refreshedAt();
  expect(right).toBe(stores.clock.now().getTime());
  stores.clock.advance(HOUR_MS);
  await live();
  expect(await refreshedAt()).toBe(right);
});

test('leases go by the clock of the database: a process whose own is a day ahead takes nothing over, one a day behind loses nothing', async () => {
  const quiet = pino({ level: 'silent' });
  const standing = await Promise.all([0, DAY_MS, -DAY_MS].map((ms) => enlist({ ...stores, clock: handClock(new Date(Date.parse(START) + ms)) }, quiet, { name: `jump ${ms}`, leaseSeconds: 2 })));
  for (let look = 0; look < 8; look++) {
    await new Promise((again) => setTimeout(again, 150));
    const holding = [];
    for (const { holds } of standing) holding.push(await holds('events'));
    expect(holding.filter(Boolean)).toHaveLength(1);
  }
  expect(await many(stores.pg.global, sql`select count(*)::int as n from process where name like 'jump %'`)).toEqual([{ n: 3 }]);
  for (const { leave } of standing) await leave();
});

test('the night New York puts its clocks forward or back: days have 23 and 25 hours, silence is counted in days, nothing falls between', async () => {
  await openShop('America/New_York');
  const moments: [at: string, day: string][] = [
    ['2026-03-08T04:59:59Z', '2026-03-07'], ['2026-03-08T05:00:00Z', '2026-03-08'], ['2026-03-08T06:59:59Z', '2026-03-08'], ['2026-03-08T07:00:00Z', '2026-03-08'], ['2026-03-09T03:59:59Z', '2026-03-08'], ['2026-03-09T04:00:00Z', '2026-03-09'],
    ['2026-11-01T03:59:59Z', '2026-10-31'], ['2026-11-01T04:00:00Z', '2026-11-01'], ['2026-11-01T05:30:00Z', '2026-11-01'], ['2026-11-01T06:30:00Z', '2026-11-01'], ['2026-11-02T04:59:59Z', '2026-11-01'], ['2026-11-02T05:00:00Z', '2026-11-02'],
  ];
  for (const [at] of moments) {
    stores.clock.set(at);
    await post({ event: 'Seen', userId: 'watcher', messageId: at });
  }
  await flushAll(stores);
  expect(await stores.ch.rows("select message_id as id, toString(day) as day from events final where workspace = {ws:UUID} and event = 'Seen' order by time", { ws })).toEqual(moments.map(([id, day]) => ({ id, day })));

  // Bought on the eve of the change at a quarter to midnight; five days later at the same hour by the wall the silence has lasted five days.
  await openShop('America/New_York');
  const wall = ['2026-03-08T04:45:00Z', '2026-03-12T03:45:00Z', '2026-03-12T04:15:00Z', '2026-03-13T03:45:00Z'];
  const seen: unknown[] = [];
  for (const [n, at] of wall.entries()) {
    stores.clock.set(at);
    owner = await person(stores, app, ws, 'owner');
    if (n === 0) await buy('A1');
    else await buy(`N${n}`, { userId: 'neighbour' });
    await live();
    const { body } = await owner.call<{ rows: { lastOn: string; stage: string }[] }>('GET', '/api/v1/customers?limit=10');
    seen.push(body.rows.filter(({ lastOn }) => lastOn === '2026-03-07').map(({ stage }) => stage));
  }
  expect(seen).toEqual([['new'], ['new'], ['at_risk'], ['at_risk']]);
});
