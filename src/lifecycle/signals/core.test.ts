import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, person, testApp } from '../../../test/support/app.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { ticks } from '../../app.ts';
import { flushAll } from '../../collect/index.ts';
import { drain } from '../../kernel/facts.ts';
import { loop } from '../../loop.ts';
import { programmeMoves } from '../core/signals/programme.ts';

type Programme = { id: string; name: string; members: number; judgedOn: string; owner: string; ownerName: string; entry: { share: number; sentence: string; cutMinor: number } };
type Members = { rows: { customer: { id: string; name: string }; enteredOn: string; valueMinor: number }[]; next: string | null };
type Log = { rows: { way: string; on: string; why: string | null; customer: { id: string } }[]; next: string | null };

let stores: TestStores;
let app: FastifyInstance;
let workspaceId: string;
let operator: Person;
let writeKey: string;
let sent = 0;
const MS_PER_DAY = 86_400_000;

beforeAll(async () => {
  stores = await testStores('2026-01-01T04:00:00Z');
  workspaceId = await testWorkspace(stores);
  app = await testApp(stores);
  const owner = await person(stores, app, workspaceId, 'owner');
  const { body } = await owner.call<{ id: string }>('POST', '/api/v1/sources', { key: 'shop', name: 'Tea shop', kind: 'orders' });
  writeKey = (await owner.call<{ key: string }>('POST', `/api/v1/sources/${body.id}/key`)).body.key;
  operator = await person(stores, app, workspaceId, 'operator');
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

async function order(userId: string, yuan: number): Promise<void> {
  const reply = await app.inject({
    method: 'POST', url: '/v1/track', headers: { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`, 'content-type': 'application/json' },
    payload: JSON.stringify({ messageId: `m${sent++}`, timestamp: stores.clock.now().toISOString(), userId, event: 'Order Completed', properties: { order_id: `o${sent}`, total: yuan, currency: 'CNY' } }),
  });
  expect(reply.statusCode).toBe(200);
}
async function live(): Promise<void> {
  await flushAll(stores);
  await drain(stores, loop);
  for (const tick of Object.values(ticks)) await tick(stores);
  await drain(stores, loop);
}
async function untilDay(day: number): Promise<void> {
  stores.clock.set(new Date(Date.parse('2026-01-01T04:00:00Z') + day * MS_PER_DAY));
  operator = await person(stores, app, workspaceId, 'operator');
}
const get = async <T>(url: string): Promise<T> => (await operator.call<T>('GET', `/api/v1/lifecycle${url}`)).body;
const theOne = async (): Promise<Programme> => (await get<{ rows: Programme[] }>('/core-programmes')).rows[0] as Programme;
const membersOf = async (): Promise<Members> => get(`/core-programmes/${(await theOne()).id}/members`);
const logOf = async (query = ''): Promise<Log> => get(`/core-programmes/${(await theOne()).id}/log${query}`);
const idOf = async (userId: string): Promise<string> => (await operator.call<{ rows: { id: string }[] }>('GET', `/api/v1/customers?q=${userId}`)).body.rows[0]?.id ?? '';

test('R35: the top tenth by value who bought within 30 days enter by themselves', async () => {
  for (let at = 1; at <= 20; at++) await order(`buyer-${String(at).padStart(2, '0')}`, at * 100);
  await flushAll(stores);
  await drain(stores, loop);
  const programme = await theOne();
  expect(programme).toMatchObject({ name: 'Core users', members: 2, owner: '', judgedOn: '2026-01-01', entry: { share: 0.1, cutMinor: 190_000 } });
  expect(programme.entry.sentence).toContain('30');
  expect((await membersOf()).rows.map(({ customer, valueMinor }) => [customer.id, valueMinor])).toEqual([[await idOf('buyer-20'), 200_000], [await idOf('buyer-19'), 190_000]]);
});

test('R35: an order that lifts somebody over the line lets them in at once', async () => {
  await untilDay(5);
  await order('buyer-01', 3_000);
  await live();
  expect((await membersOf()).rows[0]).toMatchObject({ customer: { id: await idOf('buyer-01') }, enteredOn: '2026-01-06', valueMinor: 310_000 });
});

test('R35: who has not bought for 30 days falls out on the rule, and the log says when and why', async () => {
  await untilDay(33);
  await order('buyer-10', 1);
  await live();
  // Day 34: those of day 1 are 33 days silent, buyer-01 of day 6 is 28.
  expect((await membersOf()).rows.map(({ customer }) => customer.id)).toEqual([await idOf('buyer-01')]);
  const log = await logOf();
  const left = log.rows.filter(({ way }) => way === 'left').map(({ customer, on, why }) => [customer.id, on, why]);
  // The tenth of twenty is two: buyer-01 took the place of buyer-19 the same day.
  expect(left).toEqual([[await idOf('buyer-20'), '2026-02-03', 'rule'], [await idOf('buyer-19'), '2026-01-06', 'rule']]);
  expect(log.rows.filter(({ way }) => way === 'entered')).toHaveLength(3);
  const first = await logOf('?limit=2');
  expect([...first.rows, ...(await logOf(`?limit=3&cursor=${encodeURIComponent(first.next ?? '')}`)).rows]).toEqual(log.rows);
});

test('R35: members can be filtered by the field, and a customer who falls out no longer bears it', async () => {
  const tree = { version: 1, root: { kind: 'field', field: 'core_user', test: { op: 'yes' } } };
  const { body } = await operator.call<{ count: number }>('POST', '/api/v1/segments/preview', { tree });
  expect(body.count).toBe(1);
});

test('R35: a programme has an owner and a rule to stay that is milder than the one to enter; closing it empties it and keeps the log', async () => {
  const everybody = { version: 1, root: { kind: 'and', of: [] } };
  const { id } = await theOne();
  const changed = await operator.call<Programme>('PATCH', `/api/v1/lifecycle/core-programmes/${id}`, { name: '茶友会', owner: operator.userId, entry: { share: 0.5, tree: everybody }, stay: { share: null, tree: everybody } });
  expect(changed.body).toMatchObject({ name: '茶友会', ownerName: 'operator', members: 10 });
  const again = await operator.call<Programme>('PATCH', `/api/v1/lifecycle/core-programmes/${id}`, { entry: { share: 0.05, tree: everybody } });
  expect(again.body.members).toBe(10);
  const bad = await operator.call('PATCH', `/api/v1/lifecycle/core-programmes/${id}`, { entry: { share: null, tree: { version: 1, root: { kind: 'field', field: 'no_such', test: { op: 'yes' } } } } });
  expect(bad.status).toBe(422);
  const agent = await person(stores, app, workspaceId, 'agent');
  expect((await agent.call('PATCH', `/api/v1/lifecycle/core-programmes/${id}`, { name: 'x' })).status).toBe(403);
  const elsewhere = await person(stores, app, workspaceId, 'operator', { shops: ['another'] });
  expect((await elsewhere.call<{ rows: Programme[] }>('GET', '/api/v1/lifecycle/core-programmes')).body.rows[0]?.members).toBe(0);
  expect((await elsewhere.call<Members>('GET', `/api/v1/lifecycle/core-programmes/${id}/members`)).body).toEqual({ rows: [], next: null });
  expect((await operator.call('DELETE', `/api/v1/lifecycle/core-programmes/${id}`)).status).toBe(204);
  expect((await get<{ rows: Programme[] }>('/core-programmes')).rows).toEqual([]);
  await live();
  expect((await get<{ rows: Programme[] }>('/core-programmes')).rows).toEqual([]);
  const tree = { version: 1, root: { kind: 'field', field: 'core_user', test: { op: 'yes' } } };
  expect((await operator.call<{ count: number }>('POST', '/api/v1/segments/preview', { tree })).body.count).toBe(0);
});

test('R35: the tag 价格敏感 from an interview, dated and signed, filters a segment together with spend over 1,000', async () => {
  const [rich, poor, other] = [await idOf('buyer-20'), await idOf('buyer-05'), await idOf('buyer-19')];
  for (const id of [rich, poor]) {
    const noted = await operator.call('POST', `/api/v1/customers/${id}/notes`, { kind: 'interview', body: '嫌贵，等大促再买', tags: ['价格敏感'], at: '2026-01-20T02:00:00.000Z' });
    expect(noted.status).toBe(201);
  }
  const tree = { version: 1, root: { kind: 'and', of: [{ kind: 'tag', test: { op: 'any_of', values: ['价格敏感'] } }, { kind: 'field', field: 'net_minor', test: { op: 'greater', value: 100_000 } }] } };
  const { body } = await operator.call<{ count: number; sample: string[] }>('POST', '/api/v1/segments/preview', { tree });
  expect(body).toMatchObject({ count: 1, sample: [rich] });
  expect([poor, other]).not.toContain(rich);
  // What those it was heard from brought: buyer-20 and buyer-05, 2,000 and 500.
  const { total } = await get<{ total: { customers: number; sales: number } }>(`/ledger?tag=${encodeURIComponent('价格敏感')}`);
  expect(total).toMatchObject({ customers: 2, sales: 250_000 });
  const { body: timeline } = await operator.call<{ rows: { kind: string; at: string; params: { body: string; author: string; codes: string[] } }[] }>('GET', `/api/v1/customers/${rich}/timeline?kinds=interview`);
  expect(timeline.rows).toMatchObject([{ kind: 'interview', at: '2026-01-20T02:00:00.000Z', params: { body: '嫌贵，等大促再买', author: 'operator', codes: ['价格敏感'] } }]);
});

test('who enters and who leaves: only those looked at, nobody twice', () => {
  const of = (...ids: string[]): Set<string> => new Set(ids);
  expect(programmeMoves({ inside: of('a', 'b', 'c'), entering: of('b', 'd'), staying: of('a') })).toEqual({ enter: ['d'], leave: ['c'] });
  expect(programmeMoves({ inside: of(), entering: of(), staying: of() })).toEqual({ enter: [], leave: [] });
});
