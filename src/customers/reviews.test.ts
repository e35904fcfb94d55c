import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FastifyInstance } from 'fastify';
import { type Person, person, testApp } from '../../test/support/app.ts';
import { testStores, type TestStores, testWorkspace } from '../../test/support/stores.ts';
import { jobHandlers } from '../app.ts';
import { systemCaller } from '../kernel/access/caller.ts';
import { many, sql } from '../kernel/sql.ts';
import { RULES } from './core/identifiers.ts';
import { type Identifier, membersOf, publish, resolve } from './index.ts';
import { rehearsePart } from './rehearse.ts';
import { listReviews } from './reviews.ts';

let stores: TestStores;
let app: FastifyInstance;
beforeAll(async () => {
  stores = await testStores();
  app = await testApp(stores);
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

const AT = new Date('2026-01-10T00:00:00Z');
const buyer = (value: string): Identifier => ({ kind: 'buyer_id', scope: 'tmall:1', value });
const phone = (value: string): Identifier => ({ kind: 'phone', value });
const receiver = (value: string): Identifier => ({ kind: 'receiver_phone', value });
const arrive = async (workspace: string, sets: readonly { identifiers: Identifier[]; name?: string }[]): Promise<string[]> =>
  (await resolve(stores, workspace, sets.map((one) => ({ at: AT, source: 'tmall', ...one })))).items.map(({ customer }) => customer);
const operatorOf = (workspace: string, shops: string[] = []): Promise<Person> => person(stores, app, workspace, 'operator', { shops });

type Listed = { rows: { id: string; code: string; shown: string; count: number; customers: { id: string; name: string }[] }[]; next: string | null; total: { count: number; over: boolean } };
const reviews = async (who: Person, query = ''): Promise<Listed> => (await who.call<Listed>('GET', `/api/v1/identity/reviews${query}`)).body;

test('R4: a receiver’s telephone of two customers waits for review, masked, with both; merged into one they wait no more', async () => {
  const ws = await testWorkspace(stores);
  const operator = await operatorOf(ws);
  const [ann, bea] = await arrive(ws, [{ identifiers: [buyer('a'), receiver('13712345678')], name: 'Ann' }, { identifiers: [buyer('b'), receiver('13712345678')], name: 'Bea' }]);
  const before = await reviews(operator);
  expect(before).toMatchObject({ total: { count: 1, over: false }, next: null, rows: [{ code: 'receiver_shared', shown: '137****5678', count: 2 }] });
  expect(before.rows[0]?.customers.map(({ id }) => id).sort()).toEqual([ann, bea].sort());
  await operator.call('POST', '/api/v1/customers/merge', { keep: ann, absorb: bea, reason: 'moved house' });
  expect(await reviews(operator)).toMatchObject({ rows: [], total: { count: 0 } });
});

test('R4: kept apart, two customers stay two whatever arrives later, until staff merge them', async () => {
  const ws = await testWorkspace(stores);
  const operator = await operatorOf(ws);
  const [ann, bea] = await arrive(ws, [{ identifiers: [buyer('a'), receiver('13712345678')] }, { identifiers: [buyer('b'), receiver('13712345678')] }]);
  const id = (await reviews(operator)).rows[0]?.id ?? '';
  expect((await operator.call('POST', `/api/v1/identity/reviews/${id}/apart`, {})).status).toBe(200);
  expect((await reviews(operator)).total.count).toBe(0);
  expect((await operator.call('POST', `/api/v1/identity/reviews/${id}/apart`, {})).body).toMatchObject({ code: 'review.not_found' });
  expect(await arrive(ws, [{ identifiers: [buyer('a'), phone('13900000001')] }, { identifiers: [buyer('b'), phone('13900000001')] }])).toEqual([ann, bea]);
  const audits = await stores.pg.tx(ws, (tx) => many(tx, sql<{ action: string; detail: unknown }>`select action, detail from audit where workspace_id = ${ws}`));
  expect(audits).toEqual([{ action: 'identity.kept_apart', detail: { customers: 2 } }]);
  expect((await operator.call('POST', '/api/v1/customers/merge', { keep: ann, absorb: bea, reason: 'it was her after all' })).status).toBe(200);
  expect(new Set(await arrive(ws, [{ identifiers: [buyer('a')] }, { identifiers: [buyer('b')] }])).size).toBe(1);
});

test('R4: who was parted at one address is not asked about again, until somebody new orders there', async () => {
  const ws = await testWorkspace(stores);
  const operator = await operatorOf(ws);
  const house = receiver('13712345670');
  const [ann, bea] = await arrive(ws, [{ identifiers: [buyer('a'), house] }, { identifiers: [buyer('b'), house] }]);
  expect((await reviews(operator)).total.count).toBe(1);
  const merged = (await operator.call<{ customer: string }>('POST', '/api/v1/customers/merge', { keep: ann, absorb: bea, reason: 'one household' })).body.customer;
  const { rows: [merge] } = (await operator.call<{ rows: { id: string }[] }>('GET', `/api/v1/customers/${merged}/merges`)).body;
  expect((await operator.call('POST', `/api/v1/identity/merges/${merge?.id}/undo`, { reason: 'two sisters' })).status).toBe(200);
  expect(await reviews(operator)).toMatchObject({ rows: [], total: { count: 0 } });
  await arrive(ws, [{ identifiers: [buyer('a'), phone('13900000009'), house] }]);
  expect((await reviews(operator)).total.count).toBe(0);
  await arrive(ws, [{ identifiers: [buyer('c'), house] }]);
  expect(await reviews(operator)).toMatchObject({ rows: [{ count: 3 }], total: { count: 1 } });
});

test('R4: a telephone over its limit is reviewed with everybody beside it, and pages of reviews join without a gap', async () => {
  const ws = await testWorkspace(stores);
  const operator = await operatorOf(ws);
  for (let at = 0; at <= RULES.phone.limit; at++) await arrive(ws, [{ identifiers: [buyer(`counter-${at}`), phone('13900000003')] }]);
  for (let at = 0; at < 4; at++) await arrive(ws, ['x', 'y'].map((side) => ({ identifiers: [buyer(`${side}${at}`), receiver(`1370000000${at}`)] })));
  const all = await reviews(operator);
  expect(all.rows.map(({ code, count }) => `${code} ${count}`).sort()).toEqual([`over_limit ${RULES.phone.limit + 1}`, ...Array.from({ length: 4 }, () => 'receiver_shared 2')]);
  const joined: string[] = [];
  for (let cursor = ''; ; ) {
    const page = await reviews(operator, `?limit=2${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    joined.push(...page.rows.map(({ id }) => id));
    if (!page.next) break;
    cursor = page.next;
  }
  expect(joined).toEqual(all.rows.map(({ id }) => id));
});

test('R4: a limit set by the workspace parts and joins whom it decides on, whenever they came, and puts the number before staff', async () => {
  const ws = await testWorkspace(stores);
  const owner = await person(stores, app, ws, 'owner');
  const shared = phone('13900000044');
  const both = await arrive(ws, [{ identifiers: [buyer('a'), shared], name: 'Ann' }, { identifiers: [buyer('b'), shared], name: 'Bea' }, { identifiers: [buyer('c'), phone('13900000045')] }]);
  expect(both[0]).toBe(both[1]);
  const limits = async (phone: number) => {
    const reply = await owner.call<{ rows: { kind: string; limit: number; declared: number }[] }>('PUT', '/api/v1/identity/limits', { limits: { phone } });
    expect(reply.body.rows.find(({ kind }) => kind === 'phone')).toEqual({ kind: 'phone', limit: phone, declared: RULES.phone.limit });
    await jobHandlers['customers.relimit']?.(stores, ws, { kind: 'phone' }, new AbortController().signal);
  };
  await limits(1);
  const parted = await arrive(ws, [{ identifiers: [buyer('a')] }, { identifiers: [buyer('b')] }, { identifiers: [buyer('c'), phone('13900000045')] }]);
  expect(new Set(parted).size).toBe(3);
  expect((await reviews(owner)).rows).toMatchObject([{ code: 'over_limit', shown: '139****0044', count: 2 }]);
  // It holds for what comes later, too.
  expect(new Set(await arrive(ws, [{ identifiers: [buyer('d'), phone('13900000046')] }, { identifiers: [buyer('e'), phone('13900000046')] }])).size).toBe(2);
  await limits(2);
  expect(new Set(await arrive(ws, [{ identifiers: [buyer('a')] }, { identifiers: [buyer('b')] }])).size).toBe(1);
  expect(new Set(await arrive(ws, [{ identifiers: [buyer('d')] }, { identifiers: [buyer('e')] }])).size).toBe(1);
  expect((await reviews(owner)).total.count).toBe(0);
  expect((await owner.call('PUT', '/api/v1/identity/limits', { limits: { phone: 0 } })).status).toBe(400);
  expect((await (await operatorOf(ws)).call('PUT', '/api/v1/identity/limits', { limits: { phone: 9 } })).status).toBe(403);
});

test('R142: staff of one shop review what is all theirs, and decide nothing else', async () => {
  const ws = await testWorkspace(stores);
  const [everybody, west] = [await operatorOf(ws), await operatorOf(ws, ['West'])];
  const people = await arrive(ws, [
    { identifiers: [buyer('w1'), receiver('13700000001')] }, { identifiers: [buyer('w2'), receiver('13700000001')] },
    { identifiers: [buyer('w3'), receiver('13700000002')] }, { identifiers: [buyer('e1'), receiver('13700000002')], name: 'Wueast' },
  ]);
  await publish(stores, ws, people.map((customer, at) => ({ customer, values: { shops: [at < 3 ? 'West' : 'East'] } })));
  const mine = await reviews(west);
  expect([mine.total.count, mine.rows[0]?.customers.map(({ id }) => id).sort()]).toEqual([1, people.slice(0, 2).sort()]);
  const across = (await reviews(everybody)).rows.find(({ customers }) => customers.some(({ name }) => name === 'Wueast'));
  for (const way of ['apart', 'close']) expect((await west.call('POST', `/api/v1/identity/reviews/${across?.id}/${way}`, {})).body, way).toMatchObject({ code: 'review.not_found' });
  expect((await listReviews(stores, systemCaller(ws))).total.count).toBe(2);
});

test('R4: a parting rehearsed tells who both would be and changes nothing; done, it is what was told', async () => {
  const ws = await testWorkspace(stores);
  const operator = await operatorOf(ws);
  const [ann] = await arrive(ws, [{ identifiers: [buyer('a'), phone('13812340001')], name: 'Ann' }]);
  await arrive(ws, [{ identifiers: [buyer('b')], name: 'Bea' }]);
  const [both] = await arrive(ws, [{ identifiers: [buyer('b'), phone('13812340001')] }]);
  const members = (await membersOf(stores, ws, [both as string])).get(both as string) ?? [];
  expect(members).toHaveLength(3);
  const profile = async () => (await operator.call<{ identifiers: { subject: string; kind: string; shown: string }[] }>('GET', `/api/v1/customers/${both}`)).body;
  const held = (await profile()).identifiers;
  const [first, second] = held.filter(({ kind }) => kind === 'buyer_id').sort((a) => (a.subject === both ? -1 : 1));
  const apart = [second?.subject ?? ''];
  const told = await operator.call<{ sides: { id: string; name: string; keepsAddress: boolean; identifiers: { subject: string; shown: string }[] }[] }>('POST', `/api/v1/customers/${both}/part/preview`, { apart });
  expect(told.body.sides.map(({ id, identifiers }) => [id, identifiers.map(({ shown }) => shown)])).toEqual([
    [both, [first?.shown, '138****0001']], [second?.subject, [second?.shown]],
  ]);
  expect(told.body.sides.map(({ keepsAddress }) => keepsAddress)).toEqual([true, false]);
  expect((await profile()).identifiers).toEqual(held);
  const facts = () => stores.pg.tx(ws, (tx) => many(tx, sql`select kind from fact where workspace_id = ${ws} and kind = 'customer.unmerged'`));
  expect(await facts()).toEqual([]);
  await expect(rehearsePart(stores, systemCaller(ws), { customer: both as string, apart: members })).rejects.toThrow('unmerge.everything');
  const done = await operator.call<{ customers: string[] }>('POST', `/api/v1/customers/${both}/part`, { apart, reason: 'two sisters' });
  expect(done.body.customers).toEqual(told.body.sides.map(({ id }) => id));
  for (const { id, name } of told.body.sides) expect((await operator.call('GET', `/api/v1/customers/${id}`)).body).toMatchObject({ name });
  expect(new Set(told.body.sides.map(({ name }) => name))).toEqual(new Set(['Ann', 'Bea']));
  expect(ann).toBeDefined();
  expect((await (await person(stores, app, ws, 'agent')).call('POST', `/api/v1/customers/${both}/part/preview`, { apart })).status).toBe(403);
});
