import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flushAll } from '../src/collect/index.ts';
import { type IdentifierKind, subjectIds } from '../src/customers/index.ts';
import { METRIC_IDS } from '../src/insight/core/metrics.ts';
import { drain } from '../src/kernel/facts.ts';
import { many, sql } from '../src/kernel/sql.ts';
import { reassess } from '../src/lifecycle/index.ts';
import { loop } from '../src/loop.ts';
import { type Person, person, testApp } from './support/app.ts';
import { type TestStores, testStores, testWorkspace } from './support/stores.ts';

/** One history of a shop, told as it happens, and told late, shuffled and three times over: what stands at the end is the same. */
const LONG = process.env.PERENNIAL_LONG === '1';
const RUNS = LONG ? 60 : 3;
const BEGIN_MS = Date.parse('2026-01-02T02:00:00Z');
const MINUTE_MS = 60_000, DAY_MS = 86_400_000;
const IN_ORDER_BITE = 6;
/** Days after the last message any history may hold (seven orders, each with six sayings): told from then on, nothing is news. */
const LATE = '2026-02-01T02:00:00Z';
const END = '2026-02-10T02:00:00Z';
const AS_OF = '2026-01-20';

let stores: TestStores;
let app: FastifyInstance;
beforeAll(async () => {
  stores = await testStores('2026-01-01T00:00:00Z');
  app = await testApp(stores);
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

type Said = { type: string; messageId: string; timestamp: string } & Record<string, unknown>;
const PEOPLE = ['ann', 'bea', 'cid'] as const;
const products = fc.subarray(['T1', 'T2', 'T3'], { minLength: 1 }).chain((skus) => fc.tuple(...skus.map((sku) => fc.record({ sku: fc.constant(sku), price: fc.integer({ min: 1, max: 50 }), quantity: fc.integer({ min: 1, max: 3 }) }))));
/** A telling names a sum, or its lines, or both, or nothing. */
const money = fc.record({ total: fc.integer({ min: 5, max: 300 }), products, coupon: fc.constantFrom('SPRING', 'TEA') }, { requiredKeys: [] });
const orderSayings = fc.record({
  completed: fc.oneof(fc.record({ total: fc.integer({ min: 5, max: 300 }) }), fc.record({ products }), fc.record({ total: fc.integer({ min: 5, max: 300 }), products })),
  rest: fc.array(fc.oneof(
    money.map((properties) => ({ event: 'Order Updated', properties })), fc.constant({ event: 'Order Shipped', properties: {} }), fc.constant({ event: 'Order Cancelled', properties: {} }),
    fc.record({ total: fc.integer({ min: 1, max: 20 }) }).map((properties) => ({ event: 'Order Refunded', properties })), fc.constant({ event: 'Order Refunded', properties: {} }),
  ), { maxLength: 4 }),
  refundFirst: fc.boolean(),
});
const history = fc.record({
  orders: fc.array(fc.record({ who: fc.constantFrom(...PEOPLE), sayings: orderSayings, gaps: fc.array(fc.integer({ min: 1, max: 4_000 }), { minLength: 6, maxLength: 6 }) }), { minLength: 3, maxLength: 7 }),
  traits: fc.array(fc.record({ who: fc.constantFrom(...PEOPLE), city: fc.constantFrom('杭州', '上海', '成都'), at: fc.integer({ min: 0, max: 20_000 }) }), { minLength: 2, maxLength: 5 }),
  seed: fc.integer(), times: fc.constantFrom(1, 3), bite: fc.integer({ min: 3, max: 20 }), lateShare: fc.double({ min: 0, max: 0.5, noNaN: true }),
});
type History = typeof history extends fc.Arbitrary<infer H> ? H : never;

/** The history as messages, each at a minute of its own. */
function messagesOf({ orders, traits }: History): Said[] {
  const said: { minute: number; message: object }[] = [
    ...PEOPLE.map((who, n) => ({ minute: n, message: { type: 'page', anonymousId: `visit-${who}`, properties: { path: '/tea' } } })),
    ...PEOPLE.map((who, n) => ({ minute: 10 + n, message: { type: 'identify', userId: who, anonymousId: `visit-${who}`, traits: { name: who, email: `${who}@x.example` } } })),
    { minute: 20, message: { type: 'alias', userId: 'ann', previousId: 'visit-before' } }, { minute: 5, message: { type: 'page', anonymousId: 'visit-before', properties: { path: '/' } } },
    ...traits.map(({ who, city, at }) => ({ minute: 30 + at, message: { type: 'identify', userId: who, traits: { city } } })),
    ...orders.flatMap(({ who, sayings, gaps }, n) => {
      let minute = 40 + n * 3_000;
      return [{ event: 'Order Completed', properties: sayings.completed }, ...sayings.rest].map(({ event, properties }, i) => {
        minute += gaps[i] ?? 1;
        return { minute, message: { type: 'track', event, userId: who, properties: { order_id: `O${n}`, currency: 'CNY', ...properties } } };
      });
    }),
  ];
  return said.sort((a, b) => a.minute - b.minute).map(({ minute, message }, i) => ({ ...message, messageId: `m${i}`, timestamp: new Date(BEGIN_MS + minute * MINUTE_MS + i).toISOString() })) as Said[];
}

type Shop = { ws: string; owner: Person; send(batch: readonly Said[]): Promise<void>; project(): Promise<void> };

async function openShop(): Promise<Shop> {
  const ws = await testWorkspace(stores), owner = await person(stores, app, ws, 'owner');
  expect((await owner.call('POST', '/api/v1/lifecycle/rules/configure', { atRiskDays: 5, churnedDays: 9 })).status).toBe(201);
  const { body: { id } } = await owner.call<{ id: string }>('POST', '/api/v1/sources', { key: 'shop', name: 'Shop', kind: 'orders' });
  const { body: { key } } = await owner.call<{ key: string }>('POST', `/api/v1/sources/${id}/key`);
  return {
    ws, owner,
    send: async (batch) => {
      const reply = await app.inject({ method: 'POST', url: '/v1/batch', headers: { authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` }, payload: { batch } });
      expect(reply.statusCode).toBe(200);
    },
    project: () => flushAll(stores),
  };
}

/** As it happens: each message a moment after its own. */
async function toldInOrder(messages: readonly Said[]): Promise<Shop> {
  stores.clock.set(new Date(BEGIN_MS - DAY_MS));
  const shop = await openShop();
  for (const [n, message] of messages.entries()) {
    stores.clock.set(new Date(Date.parse(message.timestamp) + 500));
    await shop.send([message]);
    if (n % IN_ORDER_BITE === IN_ORDER_BITE - 1) await shop.project();
  }
  await shop.project();
  await drain(stores, loop);
  return shop;
}

/** Long after: shuffled, in bites, some of it a week later still, all of it once or three times. */
async function toldLate(messages: readonly Said[], { seed, times, bite, lateShare }: History): Promise<Shop> {
  stores.clock.set(new Date(BEGIN_MS - DAY_MS));
  const shop = await openShop();
  stores.clock.set(LATE);
  const all = messages.flatMap((message) => Array.from({ length: times }, () => message));
  const [order = []] = fc.sample(fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }), { seed, numRuns: 1 });
  const after = Math.floor(order.length * (1 - lateShare));
  for (const [n, part] of [order.slice(0, after), order.slice(after)].entries()) {
    if (n === 1) stores.clock.advance(7 * DAY_MS);
    for (let at = 0; at < part.length; at += bite) {
      await shop.send(part.slice(at, at + bite));
      await shop.project();
    }
  }
  await drain(stores, loop);
  return shop;
}

const LABELS: readonly (readonly [IdentifierKind, string])[] = [...PEOPLE.flatMap((who) => [['user_id', who], ['anonymous_id', `visit-${who}`], ['email', `${who}@x.example`]] as const), ['anonymous_id', 'visit-before'], ['user_id', 'visit-before']];

/** All that is stored of people and their money and read of them, by names that hold in every workspace. */
async function stateOf({ ws }: Shop) {
  stores.clock.set(END);
  const owner = await person(stores, app, ws, 'owner');
  await reassess(stores, ws, 'all', AS_OF, { mode: 'backfill' });
  const ids = await subjectIds(stores, ws, LABELS.map(([kind, value]) => ({ kind, value })));
  const labels = new Map(ids.map((id, n) => [id as string, `${LABELS[n]?.[0]} ${LABELS[n]?.[1]}`]));
  const subjects = await stores.pg.tx(ws, (tx) => many(tx, sql<{ id: string; owner: string | null }>`select id, customer_id as owner from subject where workspace_id = ${ws}`));
  const people = await stores.pg.tx(ws, (tx) => many(tx, sql<{ id: string; name: string; fields: object }>`select id, name, fields from customer where workspace_id = ${ws} and merged_into is null`));
  const names = new Map(people.map(({ id, name }) => [id, name]));
  const ask = <T>(query: string): Promise<T[]> => stores.ch.rows<T>(query, { ws });
  const orders = await ask<{ subject: string }>(`select order_no, subject, toString(status) as status, toString(day) as day, toString(ordered_at) as at, toString(paid_at) as paid, amount, original_amount, refunded, toString(full_refund) as full_refund, stated, free, coupon, properties
    from orders final where workspace = {ws:UUID} order by order_no`);
  const stages = await ask<{ customer: string }>('select customer, toString(stage) as stage, stages, entered, cycles, orders, net, toString(first_on) as first from stage_now final where workspace = {ws:UUID}');
  const figures = await owner.call<{ figures: { metric: { id: string }; parts: { part: string; value: number | null; top: number; bottom: number }[] }[] }>('POST', '/api/v1/insight/figures', { metrics: METRIC_IDS.slice(0, 24).map((id) => ({ id })), scope: { from: '2026-01-01', to: AS_OF } });
  expect(figures.status).toBe(200);
  const customers = await owner.call<{ rows: ({ identifiers: { kind: string; shown: string }[] } & Record<string, unknown>)[] }>('GET', '/api/v1/customers?limit=50');
  const sorted = <T>(rows: readonly T[]): string[] => rows.map((row) => JSON.stringify(row)).sort();
  return {
    graph: sorted(subjects.map(({ id, owner: one }) => [labels.get(id), one && names.get(one)])), profiles: sorted(people.map(({ id: _, ...one }) => one)),
    orders: orders.map((row) => ({ ...row, subject: labels.get(row.subject) })),
    lines: await ask('select order_no, sku, occurrence, quantity, amount from order_lines final where workspace = {ws:UUID} order by order_no, sku, occurrence'),
    refunds: await ask('select refund_no, order_no, amount from refunds final where workspace = {ws:UUID} order by refund_no'),
    events: await ask('select toString(event) as event, toString(day) as day, count() as n from events final where workspace = {ws:UUID} group by all order by all'),
    stages: sorted(stages.map((row) => ({ ...row, customer: names.get(row.customer) }))),
    figures: figures.body.figures.map(({ metric, parts }) => ({ id: metric.id, parts: parts.map(({ part, value, top, bottom }) => ({ part, value, top, bottom })) })),
    listed: sorted(customers.body.rows.map(({ id: _, createdAt: __, identifiers, ...one }) => ({ ...one, known: sorted(identifiers.map(({ kind, shown }) => [kind, shown])) }))),
  };
}

const factsOf = ({ ws }: Shop) => stores.pg.tx(ws, (tx) => many(tx, sql<{ kind: string; backfill: boolean | null }>`select kind, (payload->>'backfill')::boolean as backfill from fact where kind in ('events.recorded', 'stage.changed') order by id`));

test('told late, shuffled, three times over or a week after: the same people, profiles, orders, stages, RFM and figures as told in order; and nothing of it is news', async () => {
  await fc.assert(fc.asyncProperty(history, async (given) => {
    const messages = messagesOf(given);
    const live = await toldInOrder(messages), late = await toldLate(messages, given);
    const [news, old] = [await factsOf(live), await factsOf(late)];
    expect(news.some(({ kind }) => kind === 'stage.changed')).toBe(true);
    expect(news.every(({ kind, backfill }) => kind === 'stage.changed' || backfill === false)).toBe(true);
    expect(old.filter(({ kind, backfill }) => kind === 'stage.changed' || backfill !== true)).toEqual([]);
    const expected = await stateOf(live);
    expect(expected.profiles).toHaveLength(PEOPLE.length);
    expect(await stateOf(late)).toEqual(expected);
  }), { numRuns: RUNS, seed: 20_261_122, endOnFailure: true });
}, LONG ? 900_000 : 120_000);
