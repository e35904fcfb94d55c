import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { testStores, type TestStores, testWorkspace } from '../../test/support/stores.ts';
import { resolve } from '../customers/index.ts';
import { systemCaller } from '../kernel/access/caller.ts';
import { addDays, type Day } from '../kernel/day.ts';
import { many, sql } from '../kernel/sql.ts';
import { configure, recalibrate } from './rules.ts';
import { catchUp } from './reactions.ts';
import { reassess, tick } from './reassess.ts';

let stores: TestStores;
beforeAll(async () => void (stores = await testStores('2026-01-15T04:00:00Z')));
afterAll(() => stores.close());

const START: Day = '2025-01-01';
const on = (days: number): Day => addDays(START, days);

async function customer(ws: string, user: string): Promise<string> {
  const { items } = await resolve(stores, ws, [{ identifiers: [{ kind: 'user_id', value: user }], at: new Date(`${START}T00:00:00Z`), source: 'shop' }]);
  return items[0]?.customer as string;
}

let orderNo = 0;
async function order(ws: string, subject: string, days: number, more: Record<string, unknown> = {}): Promise<string> {
  const no = `o${++orderNo}`;
  await stores.ch.insert('orders', [{ workspace: ws, source: 'shop', shop: 's1', order_no: no, version: 1, deleted: 0, subject, status: 'done', ordered_at: `${on(days)} 08:00:00`, day: on(days), currency: 'CNY', amount: 10_000, receivers: 1, ...more }]);
  return no;
}

const facts = (ws: string, kind: string) => stores.pg.tx(ws, (tx) => many(tx, sql<{ payload: Record<string, unknown> }>`select payload from fact where workspace_id = ${ws} and kind = ${kind} order by id`)).then((rows) => rows.map(({ payload }) => payload));
const published = (ws: string, id: string) => stores.pg.tx(ws, (tx) => many(tx, sql<Record<string, unknown>>`select stage, stage_since, cycle, branch, order_count, first_on, last_on, net_minor, rfm, b2b from customer where workspace_id = ${ws} and id = ${id}`)).then((rows) => rows[0]);
const histories = (ws: string, id: string) => stores.ch.rows<{ stages: string[]; correction: number }>('select stages, correction from stage_history where workspace = {ws:UUID} and customer = {id:UUID} order by recorded_at, length(stages)', { ws, id });

describe('assessing', () => {
  test('R17: the whole story of one customer is five transitions as facts, the fields follow, and the cycle is 2', async () => {
    const ws = await testWorkspace(stores);
    const id = await customer(ws, 'lin');
    await configure(stores, { asOf: on(0), caller: systemCaller(ws) }, { atRiskDays: 60, churnedDays: 90 });
    await order(ws, id, 5);
    await reassess(stores, ws, [id], on(5));
    await order(ws, id, 20);
    await reassess(stores, ws, [id], on(20));
    for (const days of [79, 80, 109, 110, 150]) await tick(stores, ws, on(days));
    await order(ws, id, 200);
    stores.clock.advance(1000);
    await reassess(stores, ws, [id], on(200));
    const changed = await facts(ws, 'stage.changed');
    expect(changed.map(({ from, to, since }) => [from, to, since])).toEqual([
      ['prospect', 'new', on(5)], ['new', 'active', on(20)], ['active', 'at_risk', on(80)], ['at_risk', 'churned', on(110)], ['churned', 'won_back', on(200)],
    ]);
    expect(await facts(ws, 'stage.corrected')).toEqual([]);
    expect(await published(ws, id)).toMatchObject({ stage: 'won_back', stage_since: on(200), cycle: 2, order_count: 3, first_on: on(5), last_on: on(200), net_minor: 30_000, b2b: false });
    expect((await histories(ws, id)).at(-1)).toEqual({ stages: ['prospect', 'new', 'active', 'at_risk', 'churned', 'won_back'], correction: 0 });
  });

  test('an order found in the past is a correction: it wins nobody back', async () => {
    const ws = await testWorkspace(stores);
    const id = await customer(ws, 'late');
    await configure(stores, { asOf: on(0), caller: systemCaller(ws) }, { atRiskDays: 60, churnedDays: 90 });
    await order(ws, id, 5);
    await order(ws, id, 20);
    await reassess(stores, ws, [id], on(150));
    await order(ws, id, 100);
    stores.clock.advance(1000);
    await reassess(stores, ws, [id], on(151));
    expect(await facts(ws, 'stage.corrected')).toMatchObject([{ customerId: id, from: 'churned', to: 'active', cycle: 1 }]);
    expect((await facts(ws, 'stage.changed')).map(({ to }) => to)).not.toContain('won_back');
    expect((await histories(ws, id)).at(-1)?.correction).toBe(1);
    expect((await histories(ws, id)).length, 'what we knew then is kept').toBeGreaterThan(1);
  });

  test('a refunded order never was a purchase', async () => {
    const ws = await testWorkspace(stores);
    const id = await customer(ws, 'refund');
    const no = await order(ws, id, 5);
    await reassess(stores, ws, [id], on(6));
    expect(await published(ws, id)).toMatchObject({ stage: 'new', order_count: 1 });
    await stores.ch.insert('orders', [{ workspace: ws, source: 'shop', shop: 's1', order_no: no, version: 2, deleted: 0, subject: id, status: 'done', ordered_at: `${on(5)} 08:00:00`, day: on(5), currency: 'CNY', amount: 10_000, refunded: 10_000, full_refund: 'after_shipping', receivers: 1 }]);
    await reassess(stores, ws, [id], on(7));
    expect(await published(ws, id)).toMatchObject({ stage: 'prospect', order_count: 0, first_on: null, net_minor: 0 });
  });

  test('assessing twice says it once', async () => {
    const ws = await testWorkspace(stores);
    const id = await customer(ws, 'twice');
    await order(ws, id, 5);
    await reassess(stores, ws, [id], on(6));
    await reassess(stores, ws, [id], on(6));
    expect(await facts(ws, 'stage.changed')).toHaveLength(1);
    expect(await histories(ws, id)).toHaveLength(1);
  });

  test('back-fill builds everything and triggers nothing', async () => {
    const ws = await testWorkspace(stores);
    const ids = await Promise.all(['a', 'b', 'c'].map((user) => customer(ws, user)));
    for (const id of ids) await order(ws, id, 5);
    const done = await reassess(stores, ws, 'all', on(6), { mode: 'backfill' });
    expect(done).toEqual({ customers: 3, moved: 3, corrected: 0 });
    expect(await facts(ws, 'stage.changed')).toEqual([]);
    expect(await facts(ws, 'stages.backfilled')).toMatchObject([{ customers: 3, all: true, asOf: on(6) }]);
    expect(await published(ws, ids[0] as string)).toMatchObject({ stage: 'new', rfm: expect.any(String) });
    const mirrored = await stores.ch.rows<{ stage: string }>("select texts['stage'] as stage from customer_state final where workspace = {ws:UUID}", { ws });
    expect(mirrored.map(({ stage }) => stage)).toEqual(['new', 'new', 'new']);
  });

  test('of two categories that cost the same on one day the first by name is the main one, in whichever order lines came: nobody is told anew for it', async () => {
    const ws = await testWorkspace(stores), people = 40, at = new Date(`${START}T00:00:00Z`), { items } = await resolve(stores, ws, Array.from({ length: people }, (_, n) => ({ identifiers: [{ kind: 'user_id' as const, value: `two${n}` }], at, source: 'shop' })));
    const orders = items.map(({ customer }, n) => ({ workspace: ws, source: 'shop', shop: 's1', order_no: `two${n}`, version: 1, subject: customer, day: on(5 + n) }));
    await stores.ch.insert('orders', orders.map((one) => ({ ...one, status: 'done', ordered_at: `${one.day} 08:00:00`, currency: 'CNY', amount: 6_000, receivers: 1 })));
    await stores.ch.insert('order_lines', orders.flatMap((one, n) => (n % 2 === 0 ? ['pot', 'tea', 'cup'] : ['cup', 'tea', 'pot']).map((category, nth) => ({ ...one, sku: `k${nth}`, category, kind: 'goods', amount: 2_000 }))));
    await reassess(stores, ws, 'all', on(100));
    expect(await stores.ch.rows('select category, count() as people from stage_now final where workspace = {ws:UUID} group by category', { ws })).toEqual([{ category: 'cup', people }]);
  });

  test('told on a day that has not come, everybody is told anew once and then left alone', async () => {
    const ws = await testWorkspace(stores);
    await order(ws, await customer(ws, 'ahead'), 20);
    await reassess(stores, ws, 'all', on(30), { mode: 'backfill' });
    for (let minute = 0; minute < 3; minute++) await catchUp(stores, ws);
    expect((await facts(ws, 'stages.backfilled')).map(({ asOf }) => asOf)).toEqual([on(30), on(20)]);
  });

  test('a customer merged into another stands nowhere any more', async () => {
    const ws = await testWorkspace(stores);
    const [keep, gone] = [await customer(ws, 'k'), await customer(ws, 'g')];
    await order(ws, keep, 5);
    await order(ws, gone, 9);
    await reassess(stores, ws, 'all', on(10), { mode: 'backfill' });
    await resolve(stores, ws, [{ identifiers: [{ kind: 'user_id', value: 'k' }, { kind: 'email', value: 'x@y.com' }], at: new Date(), source: 'shop' }]);
    const { merge } = await import('../customers/index.ts');
    const kept = await merge(stores, systemCaller(ws), { keep, absorb: gone, reason: 'same' });
    stores.clock.advance(1000);
    await reassess(stores, ws, [keep, gone], on(10));
    const now = await stores.ch.rows<{ customer: string; orders: number }>('select customer, orders from stage_now final where workspace = {ws:UUID}', { ws });
    expect(now).toEqual([{ customer: kept, orders: 2 }]);
  });
});

describe('rules', () => {
  test('a new version keeps the old one, is audited, and tells histories anew without triggering', async () => {
    const ws = await testWorkspace(stores);
    const id = await customer(ws, 'rules');
    await order(ws, id, 5);
    await order(ws, id, 20);
    const first = await configure(stores, { asOf: on(100), caller: systemCaller(ws) }, { atRiskDays: 60, churnedDays: 90 });
    expect(await published(ws, id)).toMatchObject({ stage: 'at_risk' });
    stores.clock.advance(1000);
    const second = await configure(stores, { asOf: on(100), caller: systemCaller(ws) }, { atRiskDays: 30, churnedDays: 70 });
    expect([first.version, second.version]).toEqual([1, 2]);
    expect(await published(ws, id)).toMatchObject({ stage: 'churned' });
    expect(await facts(ws, 'stage.changed')).toEqual([]);
    expect((await histories(ws, id)).at(-1)?.correction).toBe(1);
    await expect(configure(stores, { asOf: on(100), caller: systemCaller(ws) }, { atRiskDays: 70, churnedDays: 60 })).rejects.toMatchObject({ code: 'stage_rules.days_order' });
  });
  test('with hardly any data the learned rules call nobody churned and say why', async () => {
    const ws = await testWorkspace(stores);
    const id = await customer(ws, 'few');
    await order(ws, id, 5);
    const made = await recalibrate(stores, { asOf: on(300), caller: systemCaller(ws) });
    expect(made.report).toMatchObject({ verdict: 'no_churn', reason: 'few_repeaters' });
    expect(await published(ws, id)).toMatchObject({ stage: 'new' });
  });
});
