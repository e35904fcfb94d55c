import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, person, testApp } from '../../test/support/app.ts';
import { DAY, happen, ready, settle, toldBy } from '../../test/support/journeys.ts';
import { customerOf, putEvents, putOrders, putPeople } from '../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../test/support/stores.ts';
import { applyIn, flushMirror, publish, refreshTraits } from '../customers/index.ts';
import { addDays } from '../kernel/day.ts';
import { announceAll } from '../kernel/facts.ts';
import { many, one, sql } from '../kernel/sql.ts';
import { say } from '../kernel/words/index.ts';
import { lookRound } from './calendar.ts';

let stores: TestStores, app: FastifyInstance, ws: string, owner: Person;
const PEOPLE = Array.from({ length: 60 }, (_, n) => customerOf(n + 1));
const [LIN, WANG, ZHAO] = PEOPLE as [string, string, string];

beforeAll(async () => {
  stores = await testStores('2026-03-01T02:00:00Z');
  app = await testApp(stores);
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

async function shop(at: string): Promise<void> {
  stores.clock.set(at);
  ws = await testWorkspace(stores);
  owner = await person(stores, app, ws, 'owner');
  await putPeople(stores, ws, PEOPLE);
  // The data's day is the clock's.
  await putEvents(stores, ws, [{ customer: PEOPLE[59] as string, time: at.slice(0, 19).replace('T', ' '), event: 'seen' }]);
}
const field = (customer: string, key: string): Promise<unknown> => stores.pg.tx(ws, async (tx) => (await one(tx, sql<{ value: unknown }>`select coalesce(published -> ${key}, fields -> ${key}) as value from customer where workspace_id = ${ws} and id = ${customer}`)).value);
const look = async (at: string): Promise<void> => { stores.clock.set(at); await lookRound(stores, ws); await settle(stores); };
const told = (journey: string): Promise<string[]> => toldBy(stores, ws, journey, PEOPLE);
const trial = (customer: string, act: string, more: object = {}) => owner.call('POST', `/api/v1/customers/${customer}/trials`, { act, ...more });

test('R64: a trial is started, used and paid by the API, and its state and last day are fields; two days before it ends whoever has not paid is reminded', async () => {
  await shop('2026-03-01T02:00:00Z');
  for (const customer of [LIN, WANG, ZHAO]) expect((await trial(customer, 'started', { product: 'pro' })).status).toBe(201);
  await trial(WANG, 'used', { product: 'pro' });
  await trial(ZHAO, 'converted', { product: 'pro' });
  await settle(stores);
  expect([await field(LIN, 'trial_state'), await field(LIN, 'trial_ends'), await field(WANG, 'trial_state'), await field(ZHAO, 'trial_state')]).toEqual(['started', '2026-03-15', 'used', 'converted']);
  expect((await owner.call('GET', `/api/v1/customers/${WANG}/trials`)).body).toMatchObject({ rows: [{ product: 'pro', startedOn: '2026-03-01', uses: 1, state: 'used' }] });
  const journey = await ready(stores, ws, 'trial_ending');
  await look('2026-03-13T01:59:00Z');
  expect(await told(journey)).toEqual([]);
  await look('2026-03-13T02:01:00Z');
  expect(await told(journey)).toEqual(['1 remind', '2 remind']);
  await putEvents(stores, ws, [{ customer: PEOPLE[59] as string, time: '2026-03-16 02:00:00', event: 'seen' }]);
  stores.clock.set('2026-03-16T03:00:00Z');
  await refreshTraits(stores, ws, ['trial_state'], 'all');
  expect([await field(LIN, 'trial_state'), await field(ZHAO, 'trial_state')]).toEqual(['ended', 'converted']);
});

test('R64: of 50 trials told by events 15 are paid by an order: the report says 30 %', async () => {
  await shop('2026-03-01T02:00:00Z');
  await putEvents(stores, ws, PEOPLE.slice(0, 50).map((customer) => ({ customer, time: '2026-03-01 02:00:00', event: 'trial.started', properties: { ends_on: '2026-03-08' } })));
  await putOrders(stores, ws, [...PEOPLE.slice(0, 15), ...PEOPLE.slice(52, 56)].map((customer) => ({ customer, day: '2026-03-05', amount: 9_900 })));
  stores.clock.set('2026-03-20T02:00:00Z');
  await putEvents(stores, ws, [{ customer: PEOPLE[59] as string, time: '2026-03-20 02:00:00', event: 'seen' }]);
  // Whoever was signed in three weeks ago is not any more.
  owner = await person(stores, app, ws, 'owner');
  expect((await owner.call('GET', '/api/v1/trials/report')).body).toMatchObject({ trials: 50, converted: 15, ended: 35, share: 0.3, products: [{ product: '', share: 0.3 }] });
  expect((await owner.call('GET', '/api/v1/trials/report?from=2026-03-02')).body).toMatchObject({ trials: 0, share: null });
});

test('R64: a demonstration that is booked is an event, and a task on its day', async () => {
  await shop('2026-03-01T02:00:00Z');
  expect((await owner.call('POST', `/api/v1/customers/${LIN}/demos`, { on: '2026-03-06', product: 'pro', assignee: `user:${owner.userId}` })).status).toBe(201);
  await settle(stores);
  expect((await owner.call('GET', '/api/v1/tasks/desk?view=mine')).body).toMatchObject({ rows: [{ code: 'task.demo_of', customerId: LIN, dueOn: '2026-03-06' }] });
  const events = await stores.ch.rows("select subject from events final where workspace = {ws:UUID} and event = 'demo.booked'", { ws });
  expect(events).toEqual([{ subject: LIN }]);
});

test('R80: whoever has been at 90 % of the quota for two weeks is offered the larger plan, and has it once they accept; nobody else is', async () => {
  await shop('2026-03-16T01:00:00Z');
  const readings = (customer: string, used: (day: number) => number) => Array.from({ length: 16 }, (_, i) => ({ customer, time: `${addDays('2026-03-01', i)} 00:30:00`, event: 'usage.reported', properties: { used: used(i), quota: 1_000 } }));
  await putEvents(stores, ws, [...readings(LIN, () => 930), ...readings(WANG, (day) => (day === 9 ? 700 : 950)), ...readings(ZHAO, () => 400)]);
  await refreshTraits(stores, ws, ['quota_used', 'quota_high_days'], 'all');
  expect([await field(LIN, 'quota_high_days'), await field(WANG, 'quota_high_days'), await field(ZHAO, 'quota_high_days'), await field(LIN, 'quota_used')]).toEqual([15, 5, 0, 93]);
  const journey = await ready(stores, ws, 'upgrade_quota');
  await look('2026-03-16T02:01:00Z');
  expect(await told(journey)).toEqual(['1 offer']);
  stores.clock.advance(DAY);
  await happen(stores, ws, LIN, 'offer.accepted');
  await settle(stores);
  expect([await field(LIN, 'plan'), await field(WANG, 'plan') ?? null]).toEqual(['pro', null]);
});

test('R80: a new product is announced to owners of what it is made for, and to nobody who has it or owns something else', async () => {
  await shop('2026-03-16T01:00:00Z');
  const line = (customer: string, sku: string, n: number) => ({ workspace: ws, source: 'test', shop: 'A', order_no: `L${n}`, sku, occurrence: 0, version: 1, deleted: 0, subject: customer, day: '2026-03-01', name: sku, category: sku, kind: 'goods', quantity: 1, amount: 100 });
  const lines = [line(LIN, 'POT-1', 1), line(WANG, 'CUP-1', 2), line(ZHAO, 'POT-1', 3), line(ZHAO, 'LID-2', 4)];
  await stores.ch.insert('orders', lines.map(({ order_no, subject }) => ({ workspace: ws, source: 'test', shop: 'A', order_no, version: 1, deleted: 0, subject, status: 'paid', ordered_at: '2026-03-01 04:00:00.000', paid_at: '2026-03-01 04:00:00.000', day: '2026-03-01', currency: 'CNY', amount: 100, original_amount: 100, original_currency: 'CNY', refunded: 0, full_refund: '', channel: '', b2b: 0 })));
  await stores.ch.insert('order_lines', lines);
  expect((await owner.call('PUT', '/api/v1/products/fits/LID-2', { name: 'Lid', owners: ['POT-1', 'POT-2'] })).status).toBe(200);
  expect([await field(LIN, 'fits_products'), await field(WANG, 'fits_products') ?? null, await field(ZHAO, 'fits_products') ?? null]).toEqual([['LID-2'], null, null]);
  const journey = await ready(stores, ws, 'new_product', { audience: { version: 1, root: { kind: 'field', field: 'fits_products', test: { op: 'any_of', values: ['LID-2'] } } } });
  await look('2026-03-16T02:01:00Z');
  expect(await told(journey)).toEqual(['1 announce']);
  expect((await owner.call('DELETE', '/api/v1/products/fits/LID-2')).status).toBe(200);
  expect(await field(LIN, 'fits_products') ?? null).toBeNull();
  expect((await owner.call('DELETE', '/api/v1/products/fits/LID-2')).body).toMatchObject({ code: 'product_fit.not_found' });
});

test('R128: the save desk lists whom an agent is to keep, by the reason they gave, with the play proposed for it', async () => {
  await shop('2026-03-16T01:00:00Z');
  const agent = await person(stores, app, ws, 'agent');
  await ready(stores, ws, 'save_by_reason');
  await happen(stores, ws, LIN, 'exit_survey.answered', { reason: 'service' });
  await happen(stores, ws, WANG, 'exit_survey.answered', { reason: 'price' });
  await settle(stores);
  await stores.pg.tx(ws, (tx) => announceAll(tx, stores.clock, ws, 'stage.changed', [LIN, WANG].map((customerId) => ({ customerId, from: 'active', to: 'at_risk', cycle: 1, since: '2026-03-16' }))));
  await settle(stores);
  type Saves = { rows: { id: string; customerId: string; reason: string; play: string }[] };
  const { rows } = (await agent.call<Saves>('GET', '/api/v1/save-desk')).body;
  // The price is answered by an offer, so nobody is to call.
  expect(rows).toMatchObject([{ customerId: LIN, reason: 'service', play: say('en', 'playbook.task.save.call'), assignee: '' }]);
  await agent.call('POST', `/api/v1/tasks/${rows[0]?.id}/attempts`, { outcome: 'reached' });
  expect((await agent.call<Saves>('GET', '/api/v1/save-desk')).body.rows).toEqual([]);
  expect((await person(stores, app, ws, 'agent', { shops: ['west'] }).then((other) => other.call<Saves>('GET', '/api/v1/save-desk'))).body.rows).toEqual([]);
});

test('R74b: seven days before a VIP’s birthday their adviser has a task to prepare the gift; others have none', async () => {
  await shop('2026-03-16T00:30:00Z');
  const agent = await person(stores, app, ws, 'agent');
  await stores.pg.tx(ws, (tx) => applyIn(tx, stores, ws, 'test', [LIN, WANG, ZHAO].map((customer, i) => ({ on: 'field' as const, customer, field: 'birthday', value: i < 2 ? '1990-03-23' : '1990-03-24' }))));
  await stores.pg.tx(ws, (tx) => applyIn(tx, stores, ws, 'test', [LIN, ZHAO].map((customer) => ({ on: 'tag' as const, customer, tag: 'VIP', give: true }))));
  await publish(stores, ws, [{ customer: LIN, values: { net_minor: 100 } }]);
  await flushMirror(stores, ws);
  const segment = (await owner.call<{ id: string }>('POST', '/api/v1/segments', { name: 'VIP', tree: { version: 1, root: { kind: 'tag', test: { op: 'any_of', values: ['VIP'] } } } })).body.id;
  const tier = (key: string, more: object) => ({ key, name: key, segment: null, sla: { firstReplyMinutes: 60, resolveMinutes: 600 }, channels: null, human: 'pool', offer: 'gift', capMinor: null, ...more });
  expect((await owner.call('PUT', '/api/v1/touch/policy', { version: 0, policy: { tiers: [tier('vip', { segment, human: 'adviser' }), tier('other', {})], agents: [{ id: `user:${agent.userId}`, cap: 40 }], rankBy: 'net_minor', slack: 0.2, contactMinor: 0 } })).body).toMatchObject({ standing: { assigned: 2 } });
  await ready(stores, ws, 'birthday_gift');
  await look('2026-03-16T01:01:00Z');
  const tasks = await stores.pg.tx(ws, (tx) => many(tx, sql<{ customer: string; assignee: string; due: string }>`select customer_id as customer, assignee, due_on as due from task where workspace_id = ${ws}`));
  expect(tasks).toEqual([{ customer: LIN, assignee: `user:${agent.userId}`, due: '2026-03-21' }]);
});
