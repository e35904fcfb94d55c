import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, person, testApp } from '../../test/support/app.ts';
import { callerOf, DAY, enrolmentsOf, exit, happen, HOUR, inARow, launched, messagesOf, pass, settle, send, templateOf, wait, written } from '../../test/support/journeys.ts';
import { customerOf, putEvents, putOrders, putPeople, putStates } from '../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../test/support/stores.ts';
import { experimentResult } from '../insight/index.ts';
import { many, run, sql } from '../kernel/sql.ts';
import { type Definition, EFFECT } from './core/definition.ts';
import { enrol } from './enrol.ts';
import { PLAYBOOKS } from './playbooks/index.ts';

let stores: TestStores, app: FastifyInstance;
const PEOPLE = Array.from({ length: 400 }, (_, n) => customerOf(n + 1));

beforeAll(async () => {
  stores = await testStores('2026-02-26T04:00:00Z');
  app = await testApp(stores);
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

async function shop(many = 20): Promise<string> {
  const workspace = await testWorkspace(stores);
  await putPeople(stores, workspace, PEOPLE.slice(0, many));
  await putStates(stores, workspace, PEOPLE.slice(0, many).map((customer) => ({ customer, numbers: { order_count: 3 } })));
  return workspace;
}
type Journey = { id: string; revision: number; state: string };
const everybodyToday = inARow([{ kind: 'holiday', calendar: 'solar', month: 3, day: 8, offsetDays: 0, time: '09:00' }], [send('greet'), exit('end')]);
const draw = async (workspace: string, by: Person, definition = everybodyToday): Promise<Journey> => (await by.call<Journey>('POST', '/api/v1/journeys', { name: 'Greeting', definition: await written(stores, workspace, definition) })).body;
const launch = (by: Person, { id }: Pick<Journey, 'id'>) => by.call<{ code?: string; state?: string }>('POST', `/api/v1/journeys/${id}/launch`, {});

test('D12 and R142: a journey over N people needs somebody else\'s yes, to exactly this draft; nobody approves what they drew or asked for', async () => {
  const workspace = await shop();
  const [operator, manager, second, owner] = [await person(stores, app, workspace, 'operator'), await person(stores, app, workspace, 'manager'), await person(stores, app, workspace, 'manager'), await person(stores, app, workspace, 'owner')];
  expect((await operator.call('PUT', '/api/v1/journey-settings', { approvalPeople: 1 })).status).toBe(403);
  expect((await owner.call('PUT', '/api/v1/journey-settings', { approvalPeople: 19 })).body).toEqual({ approvalPeople: 19 });
  const journey = await draw(workspace, manager);
  expect((await manager.call(`GET`, `/api/v1/journeys/${journey.id}/faults`)).body).toEqual({ faults: [], people: 20, approvalNeeded: true });
  expect((await launch(manager, journey)).body.code).toBe('journey.approval_needed');
  const ask = async (by: Person): Promise<string> => (await by.call<{ id: string }>('POST', `/api/v1/journeys/${journey.id}/approvals`, { note: 'please' })).body.id;
  const answer = (by: Person, approval: string, decision = 'approved') => by.call<{ code?: string }>('POST', `/api/v1/journey-approvals/${approval}`, { decision });
  const asked = await ask(operator);
  expect((await answer(operator, asked)).status).toBe(403);
  // The one who drew it may not approve it either, whoever asked.
  expect((await answer(manager, asked)).body.code).toBe('journey.own_approval');
  expect((await answer(second, asked, 'refused')).status).toBe(200);
  expect((await launch(manager, journey)).body.code).toBe('journey.approval_needed');
  expect((await answer(second, await ask(operator))).status).toBe(200);
  // A change after the yes needs another.
  const changed = (await manager.call<Journey>('PATCH', `/api/v1/journeys/${journey.id}`, { revision: 1, definition: await written(stores, workspace, { ...everybodyToday, reentry: 'year' }) })).body;
  expect((await launch(manager, journey)).body.code).toBe('journey.approval_needed');
  const late = await ask(second);
  expect((await answer(second, late)).body.code).toBe('journey.own_approval');
  expect((await answer(owner, late)).status).toBe(200);
  expect((await launch(manager, changed)).body).toMatchObject({ state: 'live' });
  const actions = await stores.pg.tx(workspace, (tx) => many(tx, sql<{ action: string }>`select action from audit where workspace_id = ${workspace} and action like 'journey.%' order by at`));
  expect(actions.map(({ action }) => action)).toEqual(expect.arrayContaining(['journey.setting_changed', 'journey.created', 'journey.approval_asked', 'journey.approval_refused', 'journey.approval_approved', 'journey.changed', 'journey.launched']));
  expect((await owner.call<{ rows: { decision: string; outdated: boolean }[] }>('GET', '/api/v1/journey-approvals')).body.rows.map(({ decision, outdated }) => `${decision} ${outdated}`).sort()).toEqual(['approved false', 'approved true', 'refused true']);
});

test('a draft with faults says where, and is not launched; a ready journey waits for its templates', async () => {
  const workspace = await shop(), operator = await person(stores, app, workspace, 'operator');
  const broken = await draw(workspace, operator, { ...everybodyToday, edges: [] });
  expect((await operator.call<{ faults: { code: string; node: string }[] }>('GET', `/api/v1/journeys/${broken.id}/faults`)).body.faults.map(({ code, node }) => `${code} ${node}`)).toEqual(['journey.fault.port_open greet', 'journey.fault.unreachable end', 'journey.fault.never_ends greet']);
  expect((await launch(operator, broken)).body.code).toBe('journey.has_faults');
  const ready = (await operator.call<{ rows: { key: string; name: string }[] }>('GET', '/api/v1/journey-playbooks')).body.rows;
  expect(ready).toHaveLength(PLAYBOOKS.length);
  const made = await operator.call<Journey>('POST', '/api/v1/journey-playbooks/cart_recovery', {});
  expect(made.status).toBe(201);
  expect((await launch(operator, made.body)).body.code).toBe('journey.has_faults');
  const whole = await operator.call<Journey>('POST', '/api/v1/journey-playbooks/cart_recovery', { name: 'Cart', templates: { cart_reminder: await templateOf(stores, workspace) } });
  expect((await launch(operator, whole.body)).body.state).toBe('live');
});

test('a message names a template that is there, in a version that was published, with a text for its channel', async () => {
  const workspace = await shop(), operator = await person(stores, app, workspace, 'operator'), id = await templateOf(stores, workspace);
  const elsewhere = await templateOf(stores, await shop()), to = (node: string, template: object, channel = 'email') => send(node, { template, channel });
  const journey = await draw(workspace, operator, inARow([{ kind: 'api' }], [to('gone', { id: elsewhere, version: null }), to('later', { id, version: 7 }), to('mp', { id, version: 1 }, 'mp'), to('well', { id, version: 1 }), to('best', { id, version: null }, 'best'), exit('end')]));
  expect((await operator.call<{ faults: { code: string; node: string }[] }>('GET', `/api/v1/journeys/${journey.id}/faults`)).body.faults.map(({ code, node }) => `${code} ${node}`))
    .toEqual(['journey.fault.template_gone gone', 'journey.fault.template_unpublished later', 'journey.fault.template_channel mp']);
  expect((await launch(operator, journey)).body.code).toBe('journey.has_faults');
});

test('entered by the API once for one occasion, tried as a customer without a trace, walked and told node by node', async () => {
  const workspace = await shop(), operator = await person(stores, app, workspace, 'operator');
  const { id } = await draw(workspace, operator, inARow([{ kind: 'api' }], [send('hello'), wait('hour', 1, 'hours'), { id: 'wait', kind: 'wait_event', events: [{ event: 'opened', where: [] }], timeout: { amount: 2, unit: 'days' } }, exit('end'), exit('quiet', 'quiet')],
    { edges: [{ from: 'hello', port: 'next', to: 'hour' }, { from: 'hour', port: 'next', to: 'wait' }, { from: 'wait', port: 'happened', to: 'end' }, { from: 'wait', port: 'timeout', to: 'quiet' }] }));
  const customer = customerOf(1), root = `/api/v1/journeys/${id}`;
  expect((await operator.call<{ code: string }>('POST', `${root}/enrolments`, { people: [{ customer }] })).body.code).toBe('journey.state');
  const tried = async (happens: object) => (await operator.call<{ status: string; reason: string; steps: { node: string; outcome: string; at: string; effects: string[] }[] }>('POST', `${root}/try`, { customer, happens })).body;
  expect((await tried({ wait: 30 })).steps.map(({ node, outcome, at, effects }) => `${at.slice(5, 16)} ${node} ${outcome} ${effects.join()}`)).toEqual(['02-26T04:00 hello next send', '02-26T05:00 hour next ', '02-26T05:30 wait happened ', '02-26T05:30 end done:through ']);
  expect((await tried({})).steps.at(-1)).toMatchObject({ node: 'quiet', at: '2026-02-28T05:00:00.000Z' });
  expect(await messagesOf(stores, workspace, id)).toEqual([]);
  await launch(operator, { id });
  const into = (occasion: string) => operator.call<{ enrolled: string[]; passed: number }>('POST', `${root}/enrolments`, { people: [{ customer, properties: { coupon: 'A' } }], occasion });
  const first = (await into('one')).body.enrolled[0] as string;
  expect((await into('one')).body).toEqual({ enrolled: [], passed: 1, why: [{ customer, reason: 'inside' }] });
  expect((await operator.call<{ code: string }>('POST', `${root}/enrolments`, { people: [{ customer: customerOf(999) }] })).body.code).toBe('customer.not_found');
  await settle(stores);
  expect((await messagesOf(stores, workspace, id))[0]?.params).toEqual({ coupon: 'A' });
  expect((await operator.call<{ standing: object[]; passed: object[] }>('GET', root)).body).toMatchObject({ standing: [{ node: 'hour', version: 1, people: 1 }], passed: [{ node: 'hello', outcome: 'next', people: 1 }] });
  expect((await operator.call<{ path: { node: string }[]; status: string }>('GET', `${root}/enrolments/${first}`)).body).toMatchObject({ status: 'inside', path: [{ node: 'hello' }] });
  expect((await operator.call<{ rows: object[] }>('GET', `/api/v1/customers/${customer}/journeys`)).body.rows).toMatchObject([{ journeyId: id, status: 'inside' }]);
  expect((await operator.call('DELETE', `${root}/enrolments/${first}`)).status).toBe(204);
  expect(await messagesOf(stores, workspace, id)).toMatchObject([{ state: 'withdrawn', reason: 'journey.staff' }]);
  const agent = await person(stores, app, workspace, 'agent');
  expect((await agent.call('GET', root)).status).toBe(403);
});

test('whoever is named and not let in is told with the reason: audience, complaint, inside, once only, too soon, no key, entering over', async () => {
  stores.clock.set('2026-02-26T04:00:00Z');
  const workspace = await shop(), operator = await person(stores, app, workspace, 'operator'), customer = customerOf(1);
  const made = async (change: Partial<Definition>) => {
    const journey = await draw(workspace, operator, inARow([{ kind: 'api' }], [wait('hour', 1, 'hours'), exit('end')], change));
    expect((await launch(operator, journey)).status).toBe(200);
    return journey.id;
  };
  const name = async (id: string, people = [{ customer, properties: {} as object }]) => (await operator.call<{ enrolled: string[]; why: { reason: string }[] }>('POST', `/api/v1/journeys/${id}/enrolments`, { people })).body;
  const reasons = async (id: string) => (await name(id)).why.map(({ reason }) => reason);
  expect(await reasons(await made({ audience: { version: 1, root: { kind: 'tag', test: { op: 'any_of', values: ['VIP'] } } } }))).toEqual(['not_in_audience']);
  expect(await reasons(await made({ key: 'order_no' }))).toEqual(['no_key']);
  const [once, weekly, closing, calm] = [await made({}), await made({ reentry: 'week' }), await made({ reentry: 'always', effect: { ...EFFECT, entryDays: 1 } }), await made({ withoutComplaints: true })];
  expect(await Promise.all([once, weekly].map(async (id) => [(await name(id)).why, await reasons(id)]))).toEqual([[[], ['inside']], [[], ['inside']]]);
  await settle(stores);
  await pass(stores, 2 * HOUR);
  expect([await reasons(once), await reasons(weekly)]).toEqual([['once_only'], ['too_soon']]);
  // Of two who are named the one who is let in has no reason.
  expect((await name(closing, [{ customer, properties: {} }, { customer: customerOf(2), properties: {} }])).why).toEqual([]);
  await stores.pg.tx(workspace, (tx) => run(tx, sql`update customer set published = published || '{"open_complaint": true}' where workspace_id = ${workspace} and id = ${customer}`));
  expect((await name(calm, [{ customer, properties: {} }, { customer: customerOf(2), properties: {} }])).why).toEqual([{ customer, reason: 'open_complaint' }]);
  stores.clock.advance(3 * DAY);
  const later = await person(stores, app, workspace, 'operator');
  expect((await later.call<{ why: object[] }>('POST', `/api/v1/journeys/${closing}/enrolments`, { people: [{ customer: customerOf(3) }] })).body.why).toEqual([{ customer: customerOf(3), reason: 'entering_over' }]);
});

test('replay: entrants a day, messages, collisions with caps, cost and what can be proven, counted from the past; nothing is written', async () => {
  stores.clock.set('2026-03-20T04:00:00Z');
  const workspace = await shop(), operator = await person(stores, app, workspace, 'operator');
  const at = (day: string, hour = '02') => `${day} ${hour}:00:00`;
  await putEvents(stores, workspace, [
    ...PEOPLE.slice(0, 10).map((customer) => ({ customer, time: at('2026-03-10'), event: 'cart.added', properties: { sku: 'a' } })),
    ...PEOPLE.slice(0, 4).map((customer) => ({ customer, time: at('2026-03-10', '03'), event: 'cart.added', properties: { sku: 'b' } })),
    { customer: customerOf(1), time: at('2026-03-10'), event: 'cart.added', properties: { sku: 'a' } },
    ...PEOPLE.slice(0, 2).map((customer) => ({ customer, time: '2026-03-10 02:10:00', event: 'checkout.paid' })), { customer: customerOf(9), time: at('2026-01-05'), event: 'cart.added', properties: { sku: 'a' } },
  ]);
  const journey = await draw(workspace, operator, inARow([{ kind: 'event', events: [{ event: 'cart.added', where: [] }] }], [wait('twenty', 20, 'minutes'), send('remind', { channel: 'sms' }), exit('end')], { key: 'sku', reentry: 'day', holdOut: 0, exits: [{ key: 'paid', on: { kind: 'event', event: 'checkout.paid', where: [] } }] }));
  const counts = () => stores.pg.tx(workspace, (tx) => many(tx, sql`select (select count(*) from enrolment where workspace_id = ${workspace}) as e, (select count(*) from message where workspace_id = ${workspace}) as m, (select count(*) from fact where workspace_id = ${workspace}) as f, (select count(*) from audit where workspace_id = ${workspace}) as a`));
  const before = await counts();
  const { body } = await operator.call<{ entrants: number; people: number; messages: Record<string, number>; daily: { day: string; entrants: number }[]; collisions: { permitted: number; refused: Record<string, number>; deferred: Record<string, number> }; costMinor: number; exits: Record<string, number> }>('POST', `/api/v1/journeys/${journey.id}/replay`, { days: 28, costs: { sms: 5 } });
  expect(body).toMatchObject({ entrants: 14, people: 10, messages: { sms: 12 }, costMinor: 60, exits: { 'exited:paid': 2, 'done:through': 12 } });
  expect(body.daily.filter(({ entrants }) => entrants > 0)).toMatchObject([{ day: '2026-03-10', entrants: 14, messages: { sms: 12 } }]);
  const { permitted, refused, deferred } = body.collisions, total = (counted: Record<string, number>) => Object.values(counted).reduce((sum, one) => sum + one, 0);
  expect(permitted + total(refused) + total(deferred)).toBe(12);
  expect(await counts()).toEqual(before);
});

test('R50, R52 and R129: what a journey brought is counted against its hold-out, each person from their own first day; money by the plain sum', async () => {
  stores.clock.set('2026-03-01T02:00:00Z');
  const workspace = await shop(400);
  const journey = await launched(stores, workspace, inARow([{ kind: 'api' }], [send('offer'), exit('end')], { holdOut: 0.25 }), 'Win back', 'churned');
  const enterOn = async (day: number, some: readonly string[]) => {
    stores.clock.set(new Date(Date.parse('2026-03-01T02:00:00Z') + day * DAY));
    await enrol(stores, workspace, journey, some.map((customer) => ({ person: customer, at: stores.clock.now(), occasion: { kind: 'api' }, mark: 'once' })));
    await settle(stores);
  };
  await enterOn(0, PEOPLE.slice(0, 200));
  await enterOn(20, PEOPLE.slice(200));
  const rows = await enrolmentsOf(stores, workspace, journey), armOf = new Map(rows.map(({ person: customer, arm }) => [customer, arm]));
  const early = PEOPLE.slice(0, 200), late = PEOPLE.slice(200), of = (some: readonly string[], arm: string, most: number) => some.filter((one) => armOf.get(one) === arm).slice(0, most);
  const orders = [
    ...of(early, 'treated', 60).map((customer) => ({ customer, day: '2026-03-10', amount: 10_000 })), ...of(early, 'control', 5).map((customer) => ({ customer, day: '2026-03-11', amount: 8_000 })),
    // Within the window of those who came late; after the window of those who came early; before those who came late had come.
    ...of(late, 'treated', 30).map((customer) => ({ customer, day: '2026-04-15', amount: 10_000, refunded: 1_000 })), ...of(early, 'treated', 10).map((customer) => ({ customer, day: '2026-04-15', amount: 99_000 })),
    ...of(late, 'control', 20).map((customer) => ({ customer, day: '2026-03-10', amount: 77_000 })),
  ];
  await putOrders(stores, workspace, orders);
  stores.clock.set('2026-04-25T02:00:00Z');
  await happen(stores, workspace, customerOf(1), 'seen');
  await settle(stores);
  const [experiment] = await stores.pg.tx(workspace, (tx) => many(tx, sql<{ id: string }>`select experiment_id as id from journey where workspace_id = ${workspace} and id = ${journey}`));
  const result = await experimentResult(stores, callerOf(workspace), experiment?.id ?? '');
  const [control, treated] = result.arms, arms = { control: [...armOf.values()].filter((arm) => arm === 'control').length };
  expect(control).toMatchObject({ arm: 'control', customers: arms.control, buyers: 5, netMinor: 40_000 });
  // Refunds of an order count on its day; a person's later window does not hold the others' orders.
  expect(treated).toMatchObject({ arm: 'treated', customers: 400 - arms.control, buyers: 90, orders: 90, paidMinor: 900_000, netMinor: 870_000 });
  expect(result.comparisons[0]?.effect?.difference).toBeCloseTo(90 / (400 - arms.control) - 5 / arms.control, 10);
  expect(result.comparisons[0]?.net).not.toBeNull();
  expect(result.comparisons[0]?.alwaysValid).not.toBeNull();
});
