import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, person, testApp } from '../../../test/support/app.ts';
import { callerOf, exit, happen, inARow, launched, settle } from '../../../test/support/journeys.ts';
import { customerOf, putPeople } from '../../../test/support/orders.ts';
import { writePlainly } from '../../../test/support/reach/world.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { ADVISER } from '../../engage/core/definition.ts';
import { declareFields, publish } from '../../customers/index.ts';
import { newId } from '../../kernel/ids.ts';
import { many, sql } from '../../kernel/sql.ts';
import { decideSome } from '../../reach/decide.ts';
import { deliverDue, propose } from '../../reach/index.ts';
import { previewTree } from '../index.ts';
import { touchTick } from './refresh.ts';
import { slaFor, touchIn } from './standing.ts';

// A field of nobody else's, so that no module computes it anew.
declareFields([{ key: 'spend', type: 'number', source: 'test' }]);

let stores: TestStores;
let app: FastifyInstance;
let ws: string;
let owner: Person;
let agents: Person[];
const PEOPLE = Array.from({ length: 152 }, (_, i) => customerOf(i + 1));
const [BEST, LOW] = [PEOPLE[0] as string, PEOPLE[151] as string];

type Reply = { version: number; policy: object; code?: string; standing: { assigned: number; automated: number; agents: { held: number }[] } };
const tier = (key: string, segment: string | null, more: object = {}) => ({ key, name: key, segment, sla: { firstReplyMinutes: 480, resolveMinutes: 2_880 }, channels: null, human: 'pool', offer: 'none', capMinor: null, ...more });
const field = (key: string, test: object) => ({ version: 1 as const, root: { kind: 'field', field: key, test } });
let segment: string;
const policy = (more: object = {}) => ({
  tiers: [tier('high', segment, { human: 'adviser', offer: 'gift', sla: { firstReplyMinutes: 30, resolveMinutes: 240 } }), tier('low', null, { human: 'none', channels: ['email'] })],
  agents: agents.map(({ userId }) => ({ id: `user:${userId}`, cap: 40 })), rankBy: 'spend', slack: 0.2, contactMinor: 0, ...more,
});
const set = (version: number, more: object = {}) => owner.call<Reply>('PUT', '/api/v1/touch/policy', { version, policy: policy(more) });
const countIn = async (tree: object): Promise<number> => (await previewTree(stores, callerOf(ws), tree as never)).count;
const adviserOf = async (customer: string) => (await owner.call<{ adviser: string | null; tier: { key: string }; refusal: string | null; spentMinor: number }>('GET', `/api/v1/touch/customers/${customer}`)).body;
const task = (id: string) => ({ id, kind: 'task' as const, text: 'Ring them', assignee: ADVISER, dueDays: 1 });
const ledger = () => stores.pg.tx(ws, (tx) => many(tx, sql<{ customer: string; state: string; reason: string; channel: string; at: Date }>`select customer_id as customer, state, reason, channel, created_at as at from message where workspace_id = ${ws} order by created_at, id`));
const tasks = () => stores.pg.tx(ws, (tx) => many(tx, sql<{ customer: string; assignee: string; due: string | null; at: Date }>`select customer_id as customer, assignee, due_on as due, created_at as at from task where workspace_id = ${ws} order by created_at, id`));

beforeAll(async () => {
  stores = await testStores('2026-03-02T04:00:00Z');
  app = await testApp(stores);
  ws = await testWorkspace(stores);
  owner = await person(stores, app, ws, 'owner');
  agents = [await person(stores, app, ws, 'agent'), await person(stores, app, ws, 'agent'), await person(stores, app, ws, 'agent')];
  await putPeople(stores, ws, PEOPLE);
  await publish(stores, ws, PEOPLE.map((customer, i) => ({ customer, values: { spend: i < 150 ? 2_000_000 - i * 1_000 : 100 } })));
  segment = (await owner.call<{ id: string }>('POST', '/api/v1/segments', { name: 'VIP', tree: field('spend', { op: 'at_least', value: 100_000 }) })).body.id;
}, 60_000);
afterAll(async () => {
  await app.close();
  await stores.close();
});

test('R26: 150 customers of the high tier and three agents of 40: 120 have an adviser by rank, 30 are left to programmes; one who leaves makes room for the 121st and for nobody else', async () => {
  expect((await set(0)).body.standing).toMatchObject({ assigned: 120, automated: 30, agents: [{ held: 40 }, { held: 40 }, { held: 40 }] });
  expect([await countIn(field('high_touch', { op: 'yes' })), await countIn({ version: 1, root: { kind: 'and', of: [field('high_touch', { op: 'no' }).root, field('service_tier', { op: 'in', values: ['high'] }).root] } }), await countIn(field('service_tier', { op: 'in', values: ['high'] }))]).toEqual([120, 30, 150]);
  const before = await Promise.all(PEOPLE.slice(0, 125).map(adviserOf));
  expect(before.map(({ adviser }) => adviser !== null)).toEqual(PEOPLE.slice(0, 125).map((_, i) => i < 120));
  await publish(stores, ws, [{ customer: PEOPLE[6] as string, values: { spend: 50 } }]);
  stores.clock.advance(3_600_000);
  await touchTick(stores);
  const after = await Promise.all(PEOPLE.slice(0, 125).map(adviserOf));
  expect(after[120]?.adviser).toBe(before[6]?.adviser);
  expect([after[6]?.adviser, after[6]?.tier.key]).toEqual([null, 'low']);
  for (let i = 0; i < 120; i += 1) if (i !== 6) expect(after[i]?.adviser).toBe(before[i]?.adviser);
});

test('R26: a journey’s call is the adviser’s; the low tier and whoever has no place get none, and the ledger says why', async () => {
  await launched(stores, ws, inARow([{ kind: 'event', events: [{ event: 'asked', where: [] }] }], [task('call'), exit('end')], { reentry: 'always' }));
  for (const customer of [BEST, PEOPLE[149] as string, LOW]) await happen(stores, ws, customer, 'asked');
  await settle(stores);
  expect(await tasks()).toMatchObject([{ customer: BEST, assignee: (await adviserOf(BEST)).adviser, due: '2026-03-03' }]);
  expect((await ledger()).map(({ customer, state, reason, channel }) => `${PEOPLE.indexOf(customer) + 1} ${channel} ${state} ${reason}`).sort()).toEqual(['150 call refused tier_full', '152 call refused tier_automated']);
});

test('R26: a message that would be a call is refused for the low tier', async () => {
  const call = { id: newId(), customer: LOW, source: { kind: 'api' as const, id: 'test', version: 1, step: '', enrolment: null }, channel: 'call' as const, purpose: 'service' as const, template: { id: newId(), version: null }, params: {}, priority: 0, ifBlocked: 'drop' as const, dueAt: stores.clock.now(), expiresAt: null };
  await stores.pg.tx(ws, (tx) => propose(tx, stores, ws, [call]));
  await deliverDue(stores);
  const said = await stores.pg.tx(ws, (tx) => many(tx, sql<{ state: string; reason: string }>`select state, reason from message where workspace_id = ${ws} and id = ${call.id}`));
  expect(said).toEqual([{ state: 'refused', reason: 'tier_automated' }]);
  expect((await tasks()).filter(({ customer }) => customer === LOW)).toEqual([]);
});

test('R26: the clock of a ticket is told the SLA of the customer’s tier', async () => {
  const current = (await owner.call<Reply>('GET', '/api/v1/touch/policy')).body.version;
  await set(current);
  const sla = (customer: string) => stores.pg.tx(ws, (tx) => slaFor(tx, ws, customer));
  expect([await sla(BEST), await sla(LOW)]).toEqual([{ firstReplyMinutes: 30, resolveMinutes: 240 }, { firstReplyMinutes: 480, resolveMinutes: 2_880 }]);
});

test('R26: a policy that cannot hold is refused, and so is one that somebody else has changed', async () => {
  const { version } = (await owner.call<Reply>('GET', '/api/v1/touch/policy')).body;
  const code = async (at: number, more: object) => (await set(at, more)).body.code;
  expect(await code(version, { tiers: [tier('high', segment)] })).toBe('touch.last_tier');
  expect(await code(version, { tiers: [tier('a', segment), tier('a', null)] })).toBe('touch.key_twice');
  expect(await code(version, { tiers: [tier('a', newId()), tier('b', null)] })).toBe('segment.not_found');
  expect(await code(version, { agents: [{ id: 'user:nobody', cap: 1 }] })).toBe('touch.agent_unknown');
  expect(await code(version, { rankBy: 'city' })).toBe('touch.field_unknown');
  expect(await code(version - 1, {})).toBe('touch.changed');
  expect((await agents[0]?.call('PUT', '/api/v1/touch/policy', { version, policy: policy() }))?.status).toBe(403);
});

test('R26: when the year’s cost of contact is used up only programmes go on, until the next year', async () => {
  const current = (await owner.call<Reply>('GET', '/api/v1/touch/policy')).body.version;
  const capped = [tier('high', segment, { human: 'adviser', capMinor: 2_500 }), tier('low', null, { human: 'none' })];
  expect((await set(current, { contactMinor: 1_000, tiers: capped })).status).toBe(200);
  // One task stands since the journey's call: one more fits, the third does not.
  for (let i = 0; i < 2; i += 1) { stores.clock.advance(60_000); await happen(stores, ws, BEST, 'asked'); await settle(stores); }
  expect((await tasks()).filter(({ customer }) => customer === BEST)).toHaveLength(2);
  expect((await ledger()).filter(({ customer }) => customer === BEST).map(({ reason }) => reason)).toEqual(['tier_cost_cap']);
  expect(await adviserOf(BEST)).toMatchObject({ refusal: 'tier_cost_cap', spentMinor: 2_000 });
  stores.clock.set('2026-12-31T16:00:00Z');
  expect(await stores.pg.tx(ws, async (tx) => (await touchIn(tx, stores, ws, [BEST])).get(BEST))).toMatchObject({ human: null, spentMinor: 0 });
});

test('R26: the year’s cost holds to the contact, however many ask in the same moment: messages of two deliverers, and tasks of a journey', async () => {
  stores.clock.set('2027-02-01T04:00:00Z');
  writePlainly();
  await launched(stores, ws, inARow([{ kind: 'event', events: [{ event: 'asked twice', where: [] }] }], [task('first'), task('second'), exit('end')], { reentry: 'always' }), 'two calls');
  const [busy, few] = [PEOPLE.slice(0, 5), PEOPLE.slice(5, 6)] as [string[], string[]];
  const calls = busy.flatMap((customer) => Array.from({ length: 4 }, () => ({
    id: newId(), customer, source: { kind: 'api' as const, id: 'at once', version: 1, step: '', enrolment: null }, channel: 'call' as const, purpose: 'transactional' as const, template: { id: newId(), version: null }, params: {}, priority: 0, ifBlocked: 'drop' as const,
    dueAt: stores.clock.now(), expiresAt: null,
  })));
  await stores.pg.tx(ws, (tx) => propose(tx, stores, ws, calls));
  while (await decideSome(stores, ws));
  for (const customer of [...busy, ...few]) await happen(stores, ws, customer, 'asked twice');
  await Promise.all([deliverDue(stores), deliverDue(stores), settle(stores)]);
  await settle(stores);
  const raised = (await tasks()).filter(({ at }) => at >= stores.clock.now()), count = (customer: string) => raised.filter((one) => one.customer === customer).length;
  expect([...busy, ...few].map(count)).toEqual([2, 2, 2, 2, 2, 2]);
  const refused = (await ledger()).filter(({ reason, at }) => reason === 'tier_cost_cap' && at >= stores.clock.now());
  expect(Map.groupBy(refused, ({ customer }) => customer).size).toBe(5);
  expect([refused.length, new Set(refused.map(({ state }) => state))]).toEqual([5 * (4 + 2 - 2), new Set(['refused'])]);
});
