import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Person, person, testApp } from '../../../test/support/app.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { flushAll } from '../../collect/index.ts';
import { brokenLink } from '../../kernel/audit.ts';
import { drain } from '../../kernel/facts.ts';
import { many, sql } from '../../kernel/sql.ts';
import { loop } from '../../loop.ts';

type Signal = { id: string; rule: string; kind: string; count: number; amountMinor: number; state: string; note: string; decidedByName: string; raisedAt: string; customer: { id: string; reach: string[] }; reviews: { state: string; note: string; byName: string }[] };
type Page = { rows: Signal[]; next: string | null; counts: Record<string, number> };

let stores: TestStores;
let app: FastifyInstance;
let workspaceId: string;
let operator: Person;
let writeKey: string;
let sent = 0;

beforeAll(async () => {
  stores = await testStores('2026-03-10T04:00:00Z');
  workspaceId = await testWorkspace(stores);
  app = await testApp(stores);
  operator = await person(stores, app, workspaceId, 'operator');
  const owner = await person(stores, app, workspaceId, 'owner');
  const { body } = await owner.call<{ id: string }>('POST', '/api/v1/sources', { key: 'shop', name: 'Tea shop', kind: 'orders' });
  writeKey = (await owner.call<{ key: string }>('POST', `/api/v1/sources/${body.id}/key`)).body.key;
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

const tell = async (userId: string, event: string, properties: object = {}): Promise<void> => {
  const reply = await app.inject({
    method: 'POST', url: '/v1/track', headers: { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`, 'content-type': 'application/json' },
    payload: JSON.stringify({ messageId: `m${sent++}`, timestamp: stores.clock.now().toISOString(), userId, event, properties }),
  });
  expect(reply.statusCode).toBe(200);
};
const HOUR = 3_600_000;
const later = (hours: number): void => stores.clock.set(new Date(stores.clock.now().getTime() + hours * HOUR));
const settle = async (): Promise<void> => { await flushAll(stores); await drain(stores, loop); };

/** Orders and gives back, `times` times, a day apart. */
async function givesBack(userId: string, times: number): Promise<void> {
  for (let at = 0; at < times; at++) {
    later(20);
    await tell(userId, 'Order Completed', { order_id: `${userId}-${sent}`, total: 50, currency: 'CNY' });
    await tell(userId, 'Order Refunded', { order_id: `${userId}-${sent - 1}`, total: 50, currency: 'CNY' });
  }
  await settle();
}
const risks = async (query = ''): Promise<Page> => (await operator.call<Page>('GET', `/api/v1/lifecycle/risks${query}`)).body;

describe('five refunds within seven days', () => {
  test('R36: four are no burst; the fifth raises the alert within a minute of the event, once, and the next only counts further', async () => {
    await givesBack('lin', 4);
    expect((await risks()).rows.filter(({ rule }) => rule === 'refund_burst')).toEqual([]);
    const begun = performance.now();
    await givesBack('lin', 1);
    const [signal] = (await risks()).rows.filter(({ rule }) => rule === 'refund_burst');
    expect(performance.now() - begun).toBeLessThan(60_000);
    expect(signal).toMatchObject({ kind: 'refund', count: 5, amountMinor: 25_000, state: 'open' });
    expect(signal?.raisedAt).toBe(stores.clock.now().toISOString());
    await settle();
    await givesBack('lin', 1);
    expect((await risks()).rows.filter(({ rule }) => rule === 'refund_burst').map(({ id, count }) => [id, count])).toEqual([[signal?.id, 6]]);
  });

  test('R36: the reviewer’s decision is recorded with the note and audited, and nothing is denied to the customer', async () => {
    const before = await standing();
    const [signal] = (await risks('?state=open')).rows.filter(({ rule }) => rule === 'refund_burst');
    const bare = await operator.call('POST', `/api/v1/lifecycle/risks/${signal?.id}/decision`, { state: 'confirmed', note: ' ' });
    expect(bare.status).toBe(400);
    const decided = await operator.call<Signal>('POST', `/api/v1/lifecycle/risks/${signal?.id}/decision`, { state: 'watching', note: '电话核实中' });
    expect([decided.status, decided.body]).toMatchObject([200, { state: 'watching', note: '电话核实中', decidedByName: 'operator' }]);
    await operator.call('POST', `/api/v1/lifecycle/risks/${signal?.id}/decision`, { state: 'cleared', note: '一批茶受潮，客户无责' });
    const [cleared] = (await risks('?state=cleared')).rows;
    expect(cleared?.reviews.map(({ state, note, byName }) => [state, note, byName])).toEqual([['cleared', '一批茶受潮，客户无责', 'operator'], ['watching', '电话核实中', 'operator']]);
    expect(await standing()).toEqual(before);
    await stores.pg.tx(workspaceId, async (tx) => {
      expect((await many(tx, sql`select action, actor_id, detail from audit where workspace_id = ${workspaceId} and action = 'risk.decided' order by seq`))).toEqual([
        { action: 'risk.decided', actor_id: operator.userId, detail: { state: 'watching', rule: 'refund_burst' } }, { action: 'risk.decided', actor_id: operator.userId, detail: { state: 'cleared', rule: 'refund_burst' } },
      ]);
      expect(await brokenLink(tx, workspaceId)).toBeUndefined();
    });
  });

  test('R36: what was judged stays judged; five more raise a new signal', async () => {
    await givesBack('lin', 1);
    expect((await risks('?state=open')).rows.filter(({ rule }) => rule === 'refund_burst')).toEqual([]);
    await givesBack('lin', 4);
    expect((await risks('?state=open')).rows.filter(({ rule }) => rule === 'refund_burst').map(({ count }) => count)).toEqual([5]);
  });

  /** What a customer may do and how they can be reached: the same before and after. */
  async function standing(): Promise<unknown> {
    const { body } = await operator.call<{ rows: { id: string; reach: string[]; tags: string[]; fields: object }[] }>('GET', '/api/v1/customers?limit=50');
    return body.rows.map(({ id, reach, tags, fields }) => ({ id, reach, tags, fields }));
  }
});

test.each([
  ['payment_failed', 'payment', 'payment.failed', 3], ['payment_disputed', 'fraud', 'payment.disputed', 1], ['coupon_burst', 'abuse', 'coupon.redeemed', 5], ['abuse_reported', 'abuse', 'abuse.reported', 1], ['fraud_suspected', 'fraud', 'fraud.suspected', 1],
] as const)('R36: %s is a signal of %s', async (rule, kind, event, times) => {
  for (let at = 0; at < times - 1; at++) await tell(`${rule}-1`, event);
  await settle();
  expect((await risks('?state=open')).rows.filter((one) => one.rule === rule)).toEqual([]);
  await tell(`${rule}-1`, event);
  await settle();
  expect((await risks(`?state=open&kind=${kind}`)).rows.filter((one) => one.rule === rule).map(({ count }) => count)).toEqual([times]);
});

test('R36: a rule can be set otherwise, and be switched off', async () => {
  for (let at = 0; at < 2; at++) await tell('careful', 'payment.failed');
  await settle();
  const rule = { atLeast: 2, withinDays: 7, active: true };
  expect((await operator.call('PUT', '/api/v1/lifecycle/risk-rules/payment_failed', rule)).status).toBe(200);
  expect((await risks('?state=open&kind=payment')).rows.map(({ count }) => count).sort()).toEqual([2, 3]);
  await operator.call('PUT', '/api/v1/lifecycle/risk-rules/payment_failed', { ...rule, active: false });
  for (let at = 0; at < 2; at++) await tell('careless', 'payment.failed');
  await settle();
  expect((await risks('?state=open&kind=payment')).rows).toHaveLength(2);
  expect((await operator.call('PUT', '/api/v1/lifecycle/risk-rules/payment_failed', { ...rule, share: 0.5 })).body).toMatchObject({ code: 'risk_rule.share_unfit' });
  expect((await operator.call('PUT', '/api/v1/lifecycle/risk-rules/nothing', rule)).status).toBe(404);
});

test('R36: two people who turn out to be one are read as one, and their refunds count together', async () => {
  await givesBack('half-a', 3);
  await givesBack('half-b', 2);
  const ids = await Promise.all(['half-a', 'half-b'].map(idOf));
  const merger = await person(stores, app, workspaceId, 'manager');
  expect((await merger.call('POST', '/api/v1/customers/merge', { keep: ids[0], absorb: ids[1], reason: '同一个人' })).status).toBeLessThan(300);
  await settle();
  const own = (await risks('?state=open&kind=refund')).rows.filter(({ customer }) => ids.includes(customer.id));
  expect(own.filter(({ rule }) => rule === 'refund_burst').map(({ count }) => count)).toEqual([5]);
  expect(new Set(own.map(({ customer }) => customer.id)).size).toBe(1);
});

test('R36: the list goes on where the page before ended, and counts add up', async () => {
  const whole = await risks('?limit=200');
  const paged: string[] = [];
  for (let next: string | null = ''; next !== null; ) {
    const page: Page = await risks(`?limit=2${next ? `&cursor=${encodeURIComponent(next)}` : ''}`);
    paged.push(...page.rows.map(({ id }) => id));
    next = page.next;
  }
  expect(paged).toEqual(whole.rows.map(({ id }) => id));
  expect(Object.values(whole.counts).reduce((sum, one) => sum + one, 0)).toBe(whole.rows.length);
});

test('R36: another workspace and staff of another shop see nothing of it; agents read and do not decide', async () => {
  const stranger = await person(stores, app, await testWorkspace(stores), 'owner');
  expect((await stranger.call<Page>('GET', '/api/v1/lifecycle/risks')).body).toEqual({ rows: [], next: null, counts: { open: 0, watching: 0, confirmed: 0, cleared: 0 } });
  const [signal] = (await risks()).rows;
  expect((await stranger.call('POST', `/api/v1/lifecycle/risks/${signal?.id}/decision`, { state: 'cleared', note: 'x' })).status).toBe(404);
  const elsewhere = await person(stores, app, workspaceId, 'operator', { shops: ['another'] });
  expect((await elsewhere.call<Page>('GET', '/api/v1/lifecycle/risks')).body).toMatchObject({ rows: [], counts: { open: 0 } });
  expect((await elsewhere.call('POST', `/api/v1/lifecycle/risks/${signal?.id}/decision`, { state: 'cleared', note: 'x' })).status).toBe(404);
  const agent = await person(stores, app, workspaceId, 'agent');
  expect((await agent.call('GET', '/api/v1/lifecycle/risks')).status).toBe(200);
  expect((await agent.call('POST', `/api/v1/lifecycle/risks/${signal?.id}/decision`, { state: 'cleared', note: 'x' })).status).toBe(403);
});

async function idOf(userId: string): Promise<string> {
  const { body } = await operator.call<{ rows: { id: string }[] }>('GET', `/api/v1/customers?q=${userId}`);
  return body.rows[0]?.id ?? '';
}
