import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callerOf, DAY, enrolmentsOf, exit, happen, HOUR, inARow, launched, messagesOf, MINUTE, pass, send, settle, wait, written } from '../../test/support/journeys.ts';
import { customerOf, putPeople, putStates } from '../../test/support/orders.ts';
import { agreeing, connect, letAll, provide } from '../../test/support/reach/world.ts';
import { type TestStores, testStores, testWorkspace } from '../../test/support/stores.ts';
import { announce } from '../kernel/facts.ts';
import { many, run, sql } from '../kernel/sql.ts';
import { addField } from '../customers/index.ts';
import { matrix } from '../lifecycle/index.ts';
import { deliverDue } from '../reach/index.ts';
import { registerRenderer } from '../reach/rendering.ts';
import { lookRound } from './calendar.ts';
import { enrol } from './enrol.ts';
import { changeJourney, pauseJourney, resumeJourney, stopJourney } from './journeys.ts';
import { launchJourney, migrateInside } from './launch.ts';
import { readJourney } from './read.ts';
import { registerEngage } from './register.ts';
import type { Definition, Entry } from './core/definition.ts';

let stores: TestStores;
const PEOPLE = Array.from({ length: 40 }, (_, n) => customerOf(n + 1));
const [LIN, WANG, ZHAO] = PEOPLE as [string, string, string];
const onEvent = (event: string): Entry => ({ kind: 'event', events: [{ event, where: [] }] });
const API: Entry = { kind: 'api' };

beforeAll(async () => {
  stores = await testStores('2026-02-26T04:00:00Z');
  registerEngage();
});
afterAll(() => stores.close());

/** A workspace of forty people; its own clock is everybody's. */
async function shop(): Promise<string> {
  const workspace = await testWorkspace(stores);
  await putPeople(stores, workspace, PEOPLE);
  await putStates(stores, workspace, PEOPLE.map((customer) => ({ customer, numbers: {}, days: {} })));
  return workspace;
}
const whoGot = async (workspace: string, journey: string): Promise<string[]> => (await messagesOf(stores, workspace, journey)).filter(({ state }) => state !== 'withdrawn').map(({ customer, step }) => `${PEOPLE.indexOf(customer) + 1} ${step}`);

const cart: Definition = inARow([onEvent('cart.added')], [wait('twenty', 20, 'minutes'), send('remind'), exit('end')], { key: 'sku', reentry: 'day', exits: [{ key: 'paid', on: { kind: 'event', event: 'checkout.paid', where: [] } }] });

test('R65 and D16: a cart left for 20 minutes is reminded of, unless it is paid; once for a product on one day', async () => {
  const workspace = await shop(), journey = await launched(stores, workspace, cart);
  await happen(stores, workspace, LIN, 'cart.added', { sku: 'tea-1' });
  await happen(stores, workspace, WANG, 'cart.added', { sku: 'tea-1' });
  await settle(stores);
  await pass(stores, 19 * MINUTE);
  expect(await whoGot(workspace, journey)).toEqual([]);
  await happen(stores, workspace, WANG, 'checkout.paid');
  await settle(stores);
  expect((await enrolmentsOf(stores, workspace, journey)).map(({ status, reason }) => `${status} ${reason}`).sort()).toEqual(['exited paid', 'inside ']);
  await pass(stores, MINUTE);
  expect(await whoGot(workspace, journey)).toEqual(['1 remind']);
  expect((await messagesOf(stores, workspace, journey))[0]?.params).toMatchObject({ sku: 'tea-1' });
  // The same product again today: no. Another one: yes. The same one tomorrow: yes.
  await happen(stores, workspace, LIN, 'cart.added', { sku: 'tea-1' });
  await happen(stores, workspace, LIN, 'cart.added', { sku: 'tea-2' });
  await settle(stores);
  await pass(stores, 20 * MINUTE);
  expect(await whoGot(workspace, journey)).toEqual(['1 remind', '1 remind']);
  await pass(stores, DAY);
  await happen(stores, workspace, LIN, 'cart.added', { sku: 'tea-1' });
  await settle(stores);
  await pass(stores, 20 * MINUTE);
  expect(await whoGot(workspace, journey)).toHaveLength(3);
});

test('what is filled in from long ago brings nobody in; a fact that comes twice brings them in once', async () => {
  const workspace = await shop(), journey = await launched(stores, workspace, inARow([onEvent('seen')], [send('hello'), exit('end')], { reentry: 'always' }));
  await happen(stores, workspace, LIN, 'seen', {}, { backfill: true });
  await settle(stores);
  expect(await enrolmentsOf(stores, workspace, journey)).toEqual([]);
  await happen(stores, workspace, WANG, 'seen');
  await settle(stores);
  const day = stores.clock.now().toISOString().slice(0, 10);
  await stores.pg.tx(workspace, (tx) => announce(tx, stores.clock, workspace, 'events.recorded', { from: day, to: day, backfill: false, shops: [], customers: [WANG], bought: [], told: [], did: { seen: [WANG] } }));
  await settle(stores);
  expect(await whoGot(workspace, journey)).toEqual(['2 hello']);
});

test('the same event an hour later brings somebody in again where the rule lets them, though the first is still fresh', async () => {
  const workspace = await shop(), journey = await launched(stores, workspace, inARow([onEvent('asked')], [send('hello'), exit('end')], { reentry: 'always' }));
  for (const minutes of [0, 60]) {
    stores.clock.advance(minutes * MINUTE);
    await happen(stores, workspace, LIN, 'asked');
    await settle(stores);
  }
  expect(await whoGot(workspace, journey)).toEqual(['1 hello', '1 hello']);
});

test('R61: who is not active after three days gets help; being active ends it at once, and the time to it is known', async () => {
  const workspace = await shop();
  const journey = await launched(stores, workspace, inARow([onEvent('signed_up')], [send('welcome'), wait('three', 3, 'days'), send('help'), exit('end')], { goal: { name: 'active', on: { kind: 'event', event: 'first_brew', where: [] }, ends: true } }));
  await happen(stores, workspace, LIN, 'signed_up');
  await happen(stores, workspace, WANG, 'signed_up');
  await settle(stores);
  expect(await whoGot(workspace, journey)).toEqual(['1 welcome', '2 welcome']);
  await pass(stores, 2 * HOUR);
  await happen(stores, workspace, WANG, 'first_brew');
  await settle(stores);
  await pass(stores, 3 * DAY);
  expect(await whoGot(workspace, journey)).toEqual(['1 welcome', '1 help']);
  expect((await messagesOf(stores, workspace, journey)).filter(({ state }) => state === 'withdrawn').map(({ customer, reason }) => [customer, reason])).toEqual([[WANG, 'journey.goal']]);
  const told = await readJourney(stores, callerOf(workspace), journey);
  expect([told.totals, Math.round(told.minutesToGoal ?? 0)]).toEqual([{ entered: 2, inside: 0, control: 0, goal: 1, ended: { done: 1, goal: 1 } }, 120]);
});

test('R66: an order that is shipped or received is told of once each; three days after it arrived it is asked about', async () => {
  const workspace = await shop();
  const notice = await launched(stores, workspace, inARow([onEvent('order.shipped')], [send('shipped', { purpose: 'transactional' }), exit('end')], { key: 'order_no', reentry: 'once' }));
  const survey = await launched(stores, workspace, inARow([onEvent('order.received')], [send('received', { purpose: 'transactional' }), wait('three', 3, 'days'), send('survey', { purpose: 'service' }), exit('end')], { key: 'order_no', reentry: 'once' }));
  for (const times of [1, 2]) { await happen(stores, workspace, LIN, 'order.shipped', { order_no: 'A1' }); await pass(stores, times * MINUTE); }
  await happen(stores, workspace, LIN, 'order.shipped', { order_no: 'A2' });
  await happen(stores, workspace, LIN, 'order.received', { order_no: 'A1' });
  await settle(stores);
  expect([await whoGot(workspace, notice), await whoGot(workspace, survey)]).toEqual([['1 shipped', '1 shipped'], ['1 received']]);
  await pass(stores, 3 * DAY);
  expect(await whoGot(workspace, survey)).toEqual(['1 received', '1 survey']);
});

describe('R74: the calendar', () => {
  const birthdays = (calendar: 'solar' | 'lunar', field: string) => inARow([{ kind: 'date', field, calendar, offsetDays: 0, time: '00:00' }], [send('wish'), exit('end')], { reentry: 'year' });
  test('a lunar birthday of 8/15 is kept on 25 September 2026 and not at 23:50 of the day before; once a year', async () => {
    stores.clock.set('2026-09-24T10:00:00Z');
    const workspace = await shop();
    await addField(stores, workspace, { key: 'lunar_birthday', label: '农历生日', type: 'text' });
    await putStates(stores, workspace, [{ customer: LIN, days: { birthday: '1990-10-03' } }, { customer: WANG, days: { birthday: '1990-09-25' } }, { customer: ZHAO, texts: { lunar_birthday: '08-15' } }].map((one) => ({ ...one, name: 'x' })));
    const journey = await launched(stores, workspace, birthdays('lunar', 'birthday')), written = await launched(stores, workspace, birthdays('lunar', 'lunar_birthday')), solar = await launched(stores, workspace, birthdays('solar', 'birthday'));
    const look = async (at: string) => { stores.clock.set(at); await lookRound(stores, workspace); await settle(stores); return [await whoGot(workspace, journey), await whoGot(workspace, written), await whoGot(workspace, solar)]; };
    expect(await look('2026-09-24T15:50:00Z')).toEqual([[], [], []]);
    expect(await look('2026-09-24T16:01:00Z')).toEqual([['1 wish'], ['3 wish'], ['2 wish']]);
    expect(await look('2026-09-25T15:00:00Z')).toEqual([['1 wish'], ['3 wish'], ['2 wish']]);
  });
  test('29 February is kept on the 28th in years without one', async () => {
    stores.clock.set('2027-02-27T10:00:00Z');
    const workspace = await shop();
    await putStates(stores, workspace, [{ customer: LIN, name: 'x', days: { birthday: '2000-02-29' } }]);
    const journey = await launched(stores, workspace, birthdays('solar', 'birthday'));
    stores.clock.set('2027-02-27T16:05:00Z');
    await lookRound(stores, workspace);
    await settle(stores);
    expect(await whoGot(workspace, journey)).toEqual(['1 wish']);
  });
  test('R83: four weeks hold four reminders and one inspection, as tasks with a day', async () => {
    stores.clock.set('2026-03-01T02:00:00Z');
    const workspace = await shop();
    const task = (text: string) => ({ id: 'task', kind: 'task' as const, text, assignee: '', dueDays: 2 });
    const often = { version: 1 as const, root: { kind: 'field' as const, field: 'order_count', test: { op: 'at_least' as const, value: 5 } } };
    await putStates(stores, workspace, [{ customer: LIN, name: 'x', numbers: { order_count: 9 } }]);
    await launched(stores, workspace, inARow([{ kind: 'cadence', every: 'week', on: 1, time: '09:00' }], [task('reminder'), exit('end')], { audience: often, reentry: 'week' }));
    await launched(stores, workspace, inARow([{ kind: 'cadence', every: 'month', on: 5, time: '09:00' }], [task('inspection'), exit('end')], { audience: often, reentry: 'month' }));
    for (let day = 0; day < 28; day++) { await pass(stores, DAY); await lookRound(stores, workspace); await settle(stores); }
    const tasks = await stores.pg.tx(workspace, (tx) => many(tx, sql<{ text: string; customer: string; due: string }>`select params ->> 'text' as text, customer_id as customer, due_on as due from task where workspace_id = ${workspace} order by due_on`));
    expect(tasks.map(({ text }) => text).sort()).toEqual(['inspection', 'reminder', 'reminder', 'reminder', 'reminder']);
    expect(tasks.map(({ customer }) => customer)).toEqual(Array.from({ length: 5 }, () => LIN));
    expect(tasks[0]?.due).toBe('2026-03-04');
  });
});

test('R18: a live journey is a play of its stage; paused, its stage has none; nothing moves and nobody enters while it is held', async () => {
  const workspace = await shop(), caller = callerOf(workspace);
  const journey = await launched(stores, workspace, inARow([onEvent('seen')], [wait('hour', 1, 'hours'), send('hello'), exit('end')]), 'Win back', 'at_risk');
  const flagged = async () => (await matrix(stores, callerOf(workspace))).find(({ stage }) => stage === 'at_risk')?.needsPlay;
  expect(await flagged()).toBe(false);
  await happen(stores, workspace, LIN, 'seen');
  await settle(stores);
  await pauseJourney(stores, caller, journey);
  expect(await flagged()).toBe(true);
  await happen(stores, workspace, WANG, 'seen');
  await pass(stores, 2 * HOUR);
  expect([await whoGot(workspace, journey), (await enrolmentsOf(stores, workspace, journey)).length]).toEqual([[], 1]);
  await resumeJourney(stores, caller, journey, { waits: 'stood' });
  await pass(stores, 30 * MINUTE);
  expect(await whoGot(workspace, journey)).toEqual([]);
  await pass(stores, 31 * MINUTE);
  expect(await whoGot(workspace, journey)).toEqual(['1 hello']);
  await stopJourney(stores, caller, journey);
  expect(await flagged()).toBe(true);
});

test('R63: a coupon once for a new customer, and the second category after the first receipt; tags and fields are written', async () => {
  const workspace = await shop();
  const journey = await launched(stores, workspace, inARow([{ kind: 'stage', to: ['new'], from: [] }], [
    send('coupon'), { id: 'tag', kind: 'update', change: { on: 'tag', tag: 'welcomed', give: true } }, { id: 'city', kind: 'update', change: { on: 'field', field: 'city', value: '杭州' } },
    { id: 'receipt', kind: 'wait_event', events: [{ event: 'order.received', where: [] }], timeout: { amount: 30, unit: 'days' } }, send('second'), exit('end'), exit('late')],
    { edges: [{ from: 'coupon', port: 'next', to: 'tag' }, { from: 'tag', port: 'next', to: 'city' }, { from: 'city', port: 'next', to: 'receipt' }, { from: 'receipt', port: 'happened', to: 'second' }, { from: 'receipt', port: 'timeout', to: 'late' }, { from: 'second', port: 'next', to: 'end' }] }));
  const enters = () => stores.pg.tx(workspace, (tx) => announce(tx, stores.clock, workspace, 'stage.changed', { customerId: LIN, from: 'prospect', to: 'new', since: '2026-03-01' }));
  await enters();
  await settle(stores);
  await pass(stores, MINUTE);
  await happen(stores, workspace, LIN, 'order.received');
  await settle(stores);
  await enters();
  await settle(stores);
  expect(await whoGot(workspace, journey)).toEqual(['1 coupon', '1 second']);
  const [one] = await stores.pg.tx(workspace, (tx) => many(tx, sql<{ tags: string[]; city: string }>`select tags, fields ->> 'city' as city from customer where workspace_id = ${workspace} and id = ${LIN}`));
  expect(one).toEqual({ tags: ['welcomed'], city: '杭州' });
});

test('a pause holds what waits to be sent, too: it goes on at the end of the pause unless it has expired; a stop takes it back', async () => {
  stores.clock.set('2026-03-02T02:00:00Z');
  const workspace = await shop(), caller = callerOf(workspace);
  await letAll(stores, workspace);
  const sent: string[] = [];
  provide('email', 'noted', async (messages) => { sent.push(...messages.map(({ content }) => content.variant)); return messages.map(({ id }) => ({ state: 'accepted', providerId: id })); });
  await connect(stores, workspace, 'email', 'noted');
  registerRenderer(async (_, __, wanted) => wanted.map(({ params }) => ({ channel: 'email', subject: 's', preheader: '', html: '<p>h</p>', text: 'h', variant: String(params.as), language: 'en' })));
  const [two] = [await agreeing(stores, workspace, 2)];
  const journey = await launched(stores, workspace, inARow([API], [send('lasting', { params: { as: 'lasting' } }), send('short', { params: { as: 'short' }, expiresAfter: { amount: 1, unit: 'hours' } }), exit('end')]));
  const enter = async (person: string) => { await enrol(stores, workspace, journey, [{ person, at: stores.clock.now(), occasion: { kind: 'api' }, mark: person }]); await settle(stores); };
  await enter(two[0] as string);
  await pauseJourney(stores, caller, journey);
  await deliverDue(stores);
  const lines = async () => (await messagesOf(stores, workspace, journey)).map(({ customer, step, state, reason }) => `${two.indexOf(customer) + 1} ${step} ${state} ${reason}`);
  expect([sent, await lines()]).toEqual([[], ['1 lasting deferred source_held', '1 short deferred source_held']]);
  stores.clock.advance(2 * HOUR);
  await deliverDue(stores);
  expect(await lines()).toEqual(['1 lasting deferred source_held', '1 short refused expired']);
  await resumeJourney(stores, caller, journey, { waits: 'ran' });
  await deliverDue(stores);
  expect([sent, await lines()]).toEqual([['lasting'], ['1 lasting accepted null', '1 short refused expired']]);
  await enter(two[1] as string);
  await pauseJourney(stores, caller, journey);
  await deliverDue(stores);
  await stopJourney(stores, caller, journey);
  await deliverDue(stores);
  expect([sent, (await lines()).slice(2)]).toEqual([['lasting'], ['2 lasting withdrawn journey.journey_stopped', '2 short withdrawn journey.journey_stopped']]);
});

describe('versions', () => {
  test('people inside go on by theirs until they are moved, node by node', async () => {
    const workspace = await shop(), caller = callerOf(workspace);
    const first = inARow([onEvent('seen')], [wait('hour', 1, 'hours'), send('old'), exit('end')]);
    const journey = await launched(stores, workspace, first);
    for (const customer of [LIN, WANG]) await happen(stores, workspace, customer, 'seen');
    await settle(stores);
    const second = inARow([onEvent('seen')], [wait('day', 1, 'days'), send('fresh'), exit('end')]);
    await changeJourney(stores, caller, journey, { revision: 1, definition: await written(stores, workspace, second) });
    await launchJourney(stores, caller, journey);
    await happen(stores, workspace, ZHAO, 'seen');
    await settle(stores);
    expect((await enrolmentsOf(stores, workspace, journey)).map(({ version }) => version).sort()).toEqual([1, 1, 2]);
    expect(await migrateInside(stores, caller, journey, { from: 1, to: 2, nodes: { hour: 'day' } })).toEqual({ moved: 2, left: 0 });
    await pass(stores, HOUR);
    expect((await whoGot(workspace, journey)).sort()).toEqual(['1 fresh', '2 fresh']);
    await expect(changeJourney(stores, caller, journey, { revision: 1, name: 'late' })).rejects.toMatchObject({ code: 'journey.changed' });
    await expect(changeJourney(stores, caller, journey, { revision: 2, definition: { ...second, holdOut: 0.3 } })).rejects.toMatchObject({ code: 'journey.hold_out_reason' });
    await expect(launchJourney(stores, caller, journey)).rejects.toMatchObject({ code: 'journey.unchanged' });
  });
});

test('R52: the held out walk the same way and get nothing; who they are depends on nothing but the journey and the person', async () => {
  const workspace = await shop();
  const journey = await launched(stores, workspace, inARow([onEvent('seen')], [send('hello'), { id: 'task', kind: 'task', text: 'call', assignee: '', dueDays: null }, exit('end')], { holdOut: 0.5, reentry: 'always' }));
  for (const customer of PEOPLE) await happen(stores, workspace, customer, 'seen');
  await settle(stores);
  const rows = await enrolmentsOf(stores, workspace, journey), held = rows.filter(({ arm }) => arm === 'control').map(({ person }) => person);
  expect(held.length).toBeGreaterThan(8);
  expect(held.length).toBeLessThan(32);
  const sent = await messagesOf(stores, workspace, journey);
  expect(sent.filter(({ customer }) => held.includes(customer))).toEqual([]);
  expect(sent).toHaveLength(40 - held.length);
  expect(rows.every(({ status }) => status === 'done')).toBe(true);
  await pass(stores, MINUTE);
  for (const customer of PEOPLE) await happen(stores, workspace, customer, 'seen');
  await settle(stores);
  expect(new Set((await enrolmentsOf(stores, workspace, journey)).filter(({ arm }) => arm === 'control').map(({ person }) => person))).toEqual(new Set(held));
  const drawn = await stores.pg.tx(workspace, (tx) => many(tx, sql<{ arm: string; n: number }>`select arm, count(*)::int as n from experiment_person where workspace_id = ${workspace} group by arm order by arm`));
  expect(drawn).toEqual([{ arm: 'control', n: held.length }, { arm: 'treated', n: 40 - held.length }]);
});

test('two who turn out to be one are inside once, and what waited for the second is taken back', async () => {
  const workspace = await shop(), journey = await launched(stores, workspace, inARow([API, onEvent('seen')], [send('hello'), wait('day', 1, 'days'), send('again'), exit('end')]));
  await happen(stores, workspace, LIN, 'seen');
  await pass(stores, MINUTE);
  await happen(stores, workspace, WANG, 'seen');
  await settle(stores);
  await stores.pg.tx(workspace, async (tx) => {
    await run(tx, sql`update subject set customer_id = ${LIN} where workspace_id = ${workspace} and id = ${WANG}`);
    await announce(tx, stores.clock, workspace, 'customer.merged', { keep: LIN, absorbed: [WANG] });
  });
  await settle(stores);
  expect((await enrolmentsOf(stores, workspace, journey)).map(({ person, status }) => [person, status])).toEqual([[LIN, 'inside'], [LIN, 'merged']]);
  await pass(stores, DAY);
  expect(await whoGot(workspace, journey)).toEqual(['1 hello', '1 again']);
});

test('one after another: a journey starts another for somebody, few at a time pass, and the other is stopped again', async () => {
  const workspace = await shop();
  const other = await launched(stores, workspace, inARow([API], [{ id: 'few', kind: 'rate', most: 2, per: 'hour' }, send('slow'), exit('end')]));
  await launched(stores, workspace, inARow([onEvent('seen')], [{ id: 'start', kind: 'journey', action: 'start', journey: other }, exit('end')]));
  await launched(stores, workspace, inARow([onEvent('enough')], [{ id: 'stop', kind: 'journey', action: 'stop', journey: other }, exit('end')]));
  for (const customer of PEOPLE.slice(0, 6)) await happen(stores, workspace, customer, 'seen');
  await settle(stores);
  expect(await whoGot(workspace, other)).toHaveLength(2);
  await pass(stores, HOUR);
  expect(await whoGot(workspace, other)).toHaveLength(4);
  for (const customer of PEOPLE.slice(0, 6)) await happen(stores, workspace, customer, 'enough');
  await settle(stores);
  await pass(stores, 3 * HOUR);
  expect(await whoGot(workspace, other)).toHaveLength(4);
});
