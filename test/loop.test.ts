import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ticks } from '../src/app.ts';
import { flushAll } from '../src/collect/index.ts';
import { drain } from '../src/kernel/facts.ts';
import { many, sql } from '../src/kernel/sql.ts';
import { loop } from '../src/loop.ts';
import { type Person, person, testApp } from './support/app.ts';
import { type TestStores, testStores, testWorkspace } from './support/stores.ts';

/** One customer's story, told to the whole product through its own doors, on a clock moved by hand. */
const MS_PER_DAY = 86_400_000;
const LIN = { userId: 'lin', email: 'lin@example.com' };

let stores: TestStores;
let app: FastifyInstance;
let workspaceId: string;
let operator: Person;
let writeKey: string;
let sent = 0;

beforeAll(async () => {
  stores = await testStores('2026-01-01T04:00:00Z');
  workspaceId = await testWorkspace(stores);
  app = await testApp(stores);
  operator = await person(stores, app, workspaceId, 'owner');
  const source = await operator.call<{ id: string }>('POST', '/api/v1/sources', { key: 'shop', name: 'Tea shop', kind: 'orders' });
  writeKey = (await operator.call<{ key: string }>('POST', `/api/v1/sources/${source.body.id}/key`)).body.key;
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

const tell = async (path: string, body: object): Promise<void> => {
  const reply = await app.inject({
    method: 'POST', url: `/v1/${path}`, headers: { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`, 'content-type': 'application/json' },
    payload: JSON.stringify({ messageId: `m${sent++}`, timestamp: stores.clock.now().toISOString(), ...body }),
  });
  expect(reply.statusCode).toBe(200);
};

/** What happens by itself: bodies are projected, facts answered, the clock heeded. */
async function live(): Promise<void> {
  await flushAll(stores);
  await drain(stores, loop);
  for (const tick of Object.values(ticks)) await tick(stores);
  await drain(stores, loop);
}

const order = (userId: string, orderId: string, total: number, messageId?: string) =>
  tell('track', { userId, event: 'Order Completed', properties: { order_id: orderId, total, currency: 'CNY' }, ...(messageId ? { messageId } : {}) });

async function untilDay(day: number): Promise<void> {
  stores.clock.set(new Date(Date.parse('2026-01-01T04:00:00Z') + day * MS_PER_DAY));
  // Nobody stays signed in for months.
  operator = await person(stores, app, workspaceId, 'owner');
  // Somebody else buys, so that the data's own day goes on while our customer is silent.
  await order('neighbour', `N${day}`, 20);
  await live();
}

const lin = async (): Promise<{ id: string; stage: string; cycle: number; orderCount: number }> => {
  const { body } = await operator.call<{ rows: { id: string; stage: string; cycle: number; orderCount: number }[] }>('GET', `/api/v1/customers?q=${encodeURIComponent(LIN.email)}`);
  const [row] = body.rows;
  if (!row) throw new Error('nobody has this e-mail');
  return row;
};

const moves = async (customerId: string): Promise<string[]> =>
  (await stores.pg.tx(workspaceId, (tx) => many(tx, sql<{ move: string }>`
    select (payload->>'from') || '→' || (payload->>'to') as move from fact
     where kind = 'stage.changed' and payload->>'customerId' = ${customerId} and payload->>'from' is not null
     order by id`))).map(({ move }) => move);

test('R17: from first contact to win-back, every step moves the customer once, says why, and an echo moves nothing', async () => {
  const rules = await operator.call('POST', '/api/v1/lifecycle/rules/configure', { atRiskDays: 60, churnedDays: 90 });
  expect(rules.status).toBe(201);

  await tell('identify', { userId: LIN.userId, traits: { email: LIN.email, name: '林晓' } });
  await untilDay(0);
  expect(await lin()).toMatchObject({ stage: 'prospect', orderCount: 0 });

  await order(LIN.userId, 'A1', 128);
  await live();
  expect(await lin()).toMatchObject({ stage: 'new', orderCount: 1, cycle: 1 });

  await untilDay(10);
  await order(LIN.userId, 'A2', 96);
  await live();
  expect(await lin()).toMatchObject({ stage: 'active', orderCount: 2 });

  for (const [day, stage] of [[69, 'active'], [70, 'at_risk'], [99, 'at_risk'], [100, 'churned']] as const) {
    await untilDay(day);
    expect(await lin(), `day ${day}`).toMatchObject({ stage });
  }
  const card = await operator.call<{ reason: { code: string; params: { silentDays: number } }; history: { stage: string }[] }>('GET', `/api/v1/lifecycle/customers/${(await lin()).id}`);
  expect(card.body.reason.params.silentDays).toBe(90);

  await untilDay(120);
  await order(LIN.userId, 'A3', 150, 'the-order');
  await live();
  expect(await lin()).toMatchObject({ stage: 'won_back', cycle: 2, orderCount: 3 });

  // The same message again, as a client that lost the reply sends it.
  await order(LIN.userId, 'A3', 150, 'the-order');
  await live();
  const { id, orderCount } = await lin();
  expect(orderCount).toBe(3);
  expect(await moves(id)).toEqual(['prospect→new', 'new→active', 'active→at_risk', 'at_risk→churned', 'churned→won_back']);
});

test('what is told late builds the history and moves nobody as news', async () => {
  const { id } = await lin();
  const before = (await moves(id)).length;
  await tell('track', { userId: LIN.userId, event: 'Order Completed', timestamp: '2026-02-20T04:00:00Z', properties: { order_id: 'A2b', total: 60, currency: 'CNY' } });
  await live();
  expect((await moves(id)).length).toBe(before);
  expect((await lin()).orderCount).toBe(4);
});
