import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestStores, testStores, testWorkspace } from '../../test/support/stores.ts';
import { addSource, flush } from '../collect/index.ts';
import { appendBody } from '../collect/door/append.ts';
import { systemCaller } from '../kernel/access/caller.ts';
import { drain, type Loop } from '../kernel/facts.ts';
import { lifecycleReactions, patientLifecycle } from './index.ts';

let stores: TestStores;
let workspace: string;
let source: string;
beforeAll(async () => {
  stores = await testStores('2026-01-15T04:00:00Z');
  workspace = await testWorkspace(stores);
  source = (await addSource(stores, systemCaller(workspace), { key: 'web', name: 'web', kind: 'behaviour', shop: '', channel: '', currency: '' })).id;
});
afterAll(() => stores.close());

const loop: Loop = { 'events.recorded': lifecycleReactions['events.recorded'] ?? {} };
const DAYS = 86_400_000;
let sent = 0;

type Did = { event: string; properties?: object; context?: object };
async function project(userId: string, events: readonly Did[]): Promise<void> {
  stores.clock.advance(60_000);
  const batch = events.map((one) => ({ type: 'track', messageId: `m${++sent}`, userId, timestamp: stores.clock.now().toISOString(), ...one }));
  await stores.pg.tx(workspace, (tx) => appendBody(tx, stores, workspace, { sourceId: source, endpoint: 'batch', body: Buffer.from(JSON.stringify({ batch })), receivedAt: stores.clock.now() }));
  await flush(stores, workspace);
}

/** What one customer does now, and under which version they stand afterwards: it moves when they are assessed. */
async function does(...events: Did[]): Promise<{ version: number; lastSeen: string; orders: number }> {
  await project('lin', events);
  await drain(stores, loop);
  const [row] = await stores.ch.rows<{ version: number; lastSeen: string; orders: number }>('select version, toString(last_seen) as lastSeen, orders from stage_now final where workspace = {workspace:UUID}', { workspace });
  if (!row) throw new Error('nobody was assessed');
  return row;
}

test('a visit moves somebody when they are new, on a new day or in a shop they were never in; a purchase always', async () => {
  const seen = { event: 'Viewed' }, bought = (order_id: string) => ({ event: 'Order Completed', properties: { order_id, total: 10 } });
  const first = await does(seen);
  expect(await does(seen, seen)).toEqual(first);
  const buyer = await does(seen, bought('A1'));
  expect(buyer).toMatchObject({ orders: 1 });
  expect(buyer.version).toBeGreaterThan(first.version);
  expect(await does(seen)).toEqual(buyer);
  stores.clock.advance(DAYS);
  const nextDay = await does(seen);
  expect(nextDay.lastSeen > buyer.lastSeen).toBe(true);
  expect(await does(seen)).toEqual(nextDay);
  const inShop = await does({ ...seen, properties: { shop: 'north' } });
  expect(inShop.version).toBeGreaterThan(nextDay.version);
  expect(await does({ ...seen, properties: { shop: 'north' } })).toEqual(inShop);
  expect((await does(bought('A2'))).orders).toBe(2);
});

test('analytics hears of somebody new once: with where they stand', async () => {
  const known = async () => (await stores.ch.rows<{ stage: string }>("select texts['stage'] as stage from customer_state where workspace = {workspace:UUID} and created_on = {day:Date32}", { workspace, day: '2026-03-01' })).map(({ stage }) => stage);
  stores.clock.set('2026-03-01T04:00:00Z');
  await project('wei', [{ event: 'Viewed' }]);
  expect(await known()).toEqual([]);
  await drain(stores, loop);
  expect(await known()).toEqual(['prospect']);
});

test('whoever has very many orders is told by a reaction that may rest, and nobody waits for them; those who come to have so many, and fewer again, are told all the same', async () => {
  const hurried: Loop = { 'events.recorded': Object.fromEntries(Object.entries(loop['events.recorded'] ?? {}).filter(([name]) => !patientLifecycle.includes(name))) };
  const order = (userId: string, from: number, many: number) => project(userId, Array.from({ length: many }, (_, n) => ({ event: 'Order Completed', properties: { order_id: `${userId}-${from + n}`, total: 10 } })));
  const counts = async () => (await stores.ch.rows<{ orders: number }>('select orders from stage_now final where workspace = {workspace:UUID} and orders > 3 order by orders', { workspace })).map(({ orders }) => orders);
  await order('many', 0, 500);
  await drain(stores, hurried);
  expect(await counts()).toEqual([500]);
  // The next finds them with five hundred still, the one after with more.
  await order('many', 500, 1);
  await drain(stores, hurried);
  await Promise.all([order('many', 501, 2), order('few', 0, 4)]);
  await drain(stores, hurried);
  expect(await counts()).toEqual([4, 501]);
  await drain(stores, loop);
  expect(await counts()).toEqual([4, 503]);
  await project('many', Array.from({ length: 100 }, (_, n) => ({ event: 'Order Refunded', properties: { order_id: `many-${n}` } })));
  await drain(stores, hurried);
  expect(await counts()).toEqual([4, 503]);
  await order('many', 503, 1);
  await drain(stores, loop);
  expect(await counts()).toEqual([4, 404]);
  await order('many', 504, 1);
  await drain(stores, hurried);
  expect(await counts()).toEqual([4, 405]);
});
