import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, person, testApp } from '../../test/support/app.ts';
import { callerOf, DAY, exit, happen, inARow, launched, pass, send, settle, wait } from '../../test/support/journeys.ts';
import { agreeing, connect, provide, writePlainly } from '../../test/support/reach/world.ts';
import { type TestStores, testStores, testWorkspace } from '../../test/support/stores.ts';
import { jobHandlers } from '../app.ts';
import { erase } from '../customers/erase.ts';
import { many, sql } from '../kernel/sql.ts';
import { anchorsNow, armsSent, sendingCosts } from '../insight/experiments/sources.ts';
import { deliverDue } from '../reach/index.ts';

const PRICE = 7, WINDOW_DAYS = 14;
let stores: TestStores, app: FastifyInstance, ws: string, owner: Person;
beforeAll(async () => {
  stores = await testStores('2026-02-26T04:00:00Z');
  app = await testApp(stores);
  ws = await testWorkspace(stores);
  owner = await person(stores, app, ws, 'owner');
  writePlainly();
  provide('email', 'all', async (messages) => messages.map(({ id }) => ({ state: 'accepted', providerId: id })));
  await connect(stores, ws, 'email', 'all');
  expect((await owner.call('PUT', '/api/v1/reach/rules', { version: 0, rules: { spacingMinutes: 0, control: { share: 0, salt: '' }, caps: { window: 'calendar', limits: [], allow: { customers: [], sources: [] } }, prices: { email: PRICE } } })).status).toBe(200);
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

/** What the experiment of a journey says was sent and spent, and on which days of whose windows, without who they are. */
const standing = (id: string): Promise<object> => stores.pg.tx(ws, async (tx) => {
  const plan = { windowDays: WINDOW_DAYS }, arms = await armsSent(tx, ws, [{ id, plan, rolling: true }]), costs = new Map<string, number>();
  for (const { arm, minor } of await sendingCosts(tx, ws, { id, plan })) costs.set(arm, (costs.get(arm) ?? 0) + minor);
  return { arms: arms.map(({ arm, customers, sent }) => ({ arm, customers, sent, minor: costs.get(arm) ?? 0 })), days: (await anchorsNow(tx, ws, { experimentId: id })).map(({ arm, sentOn, startsOn }) => `${arm} ${startsOn} ${sentOn}`).sort() };
});

test('R141: what was spent on somebody stays in the result of a journey when they are erased, and nothing says on whom', async () => {
  const journey = await launched(stores, ws, inARow([{ kind: 'event', events: [{ event: 'seen', where: [] }] }], [send('hello'), wait('week', 7, 'days'), send('again'), wait('month', 30, 'days'), send('late'), exit('end')], { holdOut: 0.2, effect: { windowDays: WINDOW_DAYS, refundDays: 0, margin: { basis: 'share', share: 0.5 }, coupon: null, entryDays: 1 } } as object));
  const people = await agreeing(stores, ws, 20);
  for (const customer of people) await happen(stores, ws, customer, 'seen');
  await settle(stores);
  await deliverDue(stores);
  for (const days of [7, 31]) { await pass(stores, days * DAY); await deliverDue(stores); }
  const [{ experimentId = '' } = {}] = await stores.pg.tx(ws, (tx) => many(tx, sql<{ experimentId: string }>`select experiment_id as "experimentId" from journey where workspace_id = ${ws} and id = ${journey}`));
  expect(experimentId).not.toBe('');
  const before = await standing(experimentId);
  const drawn = await stores.pg.tx(ws, (tx) => many(tx, sql<{ customer: string; arm: string }>`select customer_id as customer, arm from experiment_person where workspace_id = ${ws} and experiment_id = ${experimentId} order by 1`));
  const treated = drawn.filter(({ arm }) => arm === 'treated').map(({ customer }) => customer), [control = ''] = drawn.filter(({ arm }) => arm === 'control').map(({ customer }) => customer);
  // Two messages of each are within the window of 14 days, the third is after it.
  expect(before).toMatchObject({ arms: [{ arm: 'control', sent: 0, minor: 0 }, { arm: 'treated', customers: treated.length, sent: treated.length, minor: 2 * PRICE * treated.length }] });
  expect(Math.min(treated.length - 3, drawn.length - treated.length)).toBeGreaterThan(0);
  for (const customer of [...treated.slice(0, 3), control]) {
    const erasureId = await erase(stores, callerOf(ws), customer, { reason: 'asked by letter' });
    await jobHandlers['customers.erase']?.(stores, ws, { erasureId }, new AbortController().signal);
  }
  expect(await standing(experimentId)).toEqual(before);
  const rows = JSON.stringify(await stores.pg.tx(ws, (tx) => many(tx, sql`select p::text as person from experiment_person p union all select m::text from message m union all select e::text from enrolment e`)));
  for (const customer of [...treated.slice(0, 3), control]) expect(rows.includes(customer)).toBe(false);
});
