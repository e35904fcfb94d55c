import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, person, testApp } from '../../test/support/app.ts';
import { testStores, type TestStores, testWorkspace } from '../../test/support/stores.ts';
import { loop } from '../loop.ts';
import { addSource, flushAll, newWriteKey } from '../collect/index.ts';
import { systemCaller } from '../kernel/access/caller.ts';
import { activity, purchaseLines, purchases, sales } from '../kernel/readings.ts';
import { drain } from '../kernel/facts.ts';
import type { Stores } from '../kernel/stores.ts';
import { customersTick, merge, ownersOf, subjectIds, unmerge } from './index.ts';
import { many, sql } from '../kernel/sql.ts';

/** A merge or an un-merge that a process did not live to tell ClickHouse of: what every report reads meanwhile, and afterwards. */
let stores: TestStores;
let app: FastifyInstance;
let ws: string;
let owner: Person;
let ann: string;
let bea: string;

beforeAll(async () => {
  stores = await testStores();
  app = await testApp(stores);
  ws = await testWorkspace(stores);
  owner = await person(stores, app, ws, 'owner');
  const me = systemCaller(ws);
  const { key } = await newWriteKey(stores, me, (await addSource(stores, me, { key: 'web', name: 'Web', kind: 'behaviour', shop: '', channel: '', currency: 'CNY' })).id);
  const order = (userId: string, n: number) => ({ type: 'track', event: 'Order Completed', userId, messageId: `${userId}${n}`, properties: { order_id: `${userId}${n}`, total: 10, currency: 'CNY', products: [{ sku: 'T', price: 10, quantity: 1 }] } });
  const batch = [order('ann', 1), order('ann', 2), order('bea', 1), order('cid', 1), { type: 'page', userId: 'bea', messageId: 'p', properties: {} }];
  await app.inject({ method: 'POST', url: '/v1/batch', headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` }, payload: { batch } });
  await flushAll(stores);
  await drain(stores, loop);
  const ids = await subjectIds(stores, ws, ['ann', 'bea'].map((value) => ({ kind: 'user_id' as const, value })));
  const owners = await ownersOf(stores, ws, ids as string[]);
  [ann, bea] = ids.map((id) => owners.get(id as string)) as [string, string];
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

/** The same stores in a process that dies when it tells this table. */
const dyingAt = (table: string): Stores => ({ ...stores, ch: { ...stores.ch, insertRows: (into, ...rest) => (into === table ? Promise.reject(new Error('killed')) : stores.ch.insertRows(into, ...rest)) } });

/** Through every reading: how many people, and the doings of all of them together. */
async function seen() {
  const rows: Record<string, unknown> = {};
  for (const [name, reading] of Object.entries({ purchases: purchases('customer'), sales: sales('customer'), lines: purchaseLines('customer'), activity: activity('customer') })) {
    const per = await stores.ch.rows<{ customer: string; n: number }>(`select customer, count() as n from ${reading} group by customer`, { workspace: ws });
    rows[name] = { people: new Set(per.map(({ customer }) => customer)).size, counted: per.length, doings: per.reduce((sum, { n }) => sum + n, 0) };
  }
  const list = (await owner.call<{ rows: { id: string }[]; total: { count: number } }>('POST', '/api/v1/customers/query', { sort: 'name', limit: 10 })).body;
  const { figures } = (await owner.call<{ figures: { parts: { top: number }[] }[] }>('POST', '/api/v1/insight/figures', { metrics: [{ id: 'customers' }], scope: { from: '2026-01-01', to: '2026-01-31' } })).body;
  return { ...rows, listed: new Set(list.rows.map(({ id }) => id)).size, total: list.total.count, bought: figures[0]?.parts[0]?.top };
}
const apart = { people: 3, counted: 3 }, together = { people: 2, counted: 2 };
const readings = (per: typeof apart) => ({ purchases: { ...per, doings: 4 }, sales: { ...per, doings: 4 }, activity: { ...per, doings: expect.any(Number) } });
const stagesOf = async (): Promise<number> => (await stores.ch.rows<{ n: number }>('select count() as n from stage_now final where workspace = {ws:UUID}', { ws }))[0]?.n ?? 0;

test('R4: before ClickHouse is told of a merge every report counts two as before, half told none counts anybody twice, and a tick later all count one', async () => {
  const before = await seen();
  expect(before).toMatchObject({ ...readings(apart), total: 3 });
  await expect(merge(dyingAt('subject_owner'), systemCaller(ws), { keep: ann, absorb: bea, reason: 'one person' })).rejects.toThrow('killed');
  expect(await seen()).toMatchObject({ ...readings(apart), bought: before.bought });
  expect((await seen()).listed).toBeLessThanOrEqual(3);
  // The owner is told before the state: whose orders are whose changes at one moment, for every report at once.
  const tick = customersTick(dyingAt('customer_state'));
  await expect(tick).rejects.toThrow('killed');
  const half = await seen();
  expect(half).toMatchObject(readings(together));
  expect(half.bought).toBe(Number(before.bought) - 1);
  expect(half.listed).toBe(2);
  await customersTick(stores);
  await drain(stores, loop);
  expect(await seen()).toMatchObject({ ...readings(together), listed: 2, total: 2, bought: Number(before.bought) - 1 });
  expect(await stagesOf()).toBe(2);
});

test('R4: the same of an un-merge: both have their orders and events back, and nobody else’s', async () => {
  const [log] = await stores.pg.tx(ws, (tx) => many(tx, sql<{ id: string }>`select id from merge_log where workspace_id = ${ws} and kind = 'merge' order by at desc`));
  await expect(unmerge(dyingAt('subject_owner'), systemCaller(ws), { merge: log?.id as string, reason: 'two people' })).rejects.toThrow('killed');
  expect(await seen()).toMatchObject(readings(together));
  await customersTick(stores);
  await drain(stores, loop);
  expect(await seen()).toMatchObject({ ...readings(apart), listed: 3, total: 3 });
  expect(await stagesOf()).toBe(3);
});
