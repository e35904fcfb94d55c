import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Person, person, testApp } from '../../test/support/app.ts';
import { testStores, type TestStores, testWorkspace } from '../../test/support/stores.ts';
import { systemCaller } from '../kernel/access/caller.ts';
import { drain } from '../kernel/facts.ts';
import { many, run, sql } from '../kernel/sql.ts';
import { previewTree } from '../lifecycle/index.ts';
import { loop } from '../loop.ts';
import { afterAttempt, CONTACT_RULE, type Outcome, unanswered } from './core/attempts.ts';
import { type Identifier, merge, publish, resolve } from './index.ts';

let stores: TestStores;
let app: FastifyInstance;
let ws: string;
let owner: Person;
let mei: Person;
let tao: Person;

beforeAll(async () => {
  stores = await testStores('2026-03-02T02:00:00Z');
  app = await testApp(stores);
  ws = await testWorkspace(stores);
  [owner, mei, tao] = [await person(stores, app, ws, 'owner'), await person(stores, app, ws, 'agent'), await person(stores, app, ws, 'agent')];
});
afterAll(async () => {
  await app.close();
  await stores.close();
});

const DAY = 86_400_000;
const phone = (value: string): Identifier => ({ kind: 'phone', value });
const somebody = async (number: string): Promise<string> => (await resolve(stores, ws, [{ identifiers: [phone(number)], at: stores.clock.now(), source: 'crm' }])).items[0]?.customer as string;
const written = async (who: Person, customerId: string, more: object = {}): Promise<string> => (await who.call<{ id: string }>('POST', '/api/v1/tasks', { text: 'ring them', customerId, assignee: `user:${who.userId}`, ...more })).body.id;
const attempt = (who: Person, id: string, outcome: Outcome, more: object = {}) => who.call<{ isDone: boolean; isPooled: boolean; dueOn: string | null; assignee: string; code: string }>('POST', `/api/v1/tasks/${id}/attempts`, { outcome, ...more });
type Desk = { today: string; counts: Record<string, number>; rows: { id: string; customerId: string; attempts: number; unanswered: number; dueOn: string; restsUntil: string; assignee: string }[]; next: string | null };
const desk = async (who: Person, view: string): Promise<Desk> => (await who.call<Desk>('GET', `/api/v1/tasks/desk?view=${view}`)).body;
const idsIn = async (who: Person, view: string): Promise<string[]> => (await desk(who, view)).rows.map(({ id }) => id);

test.each<[string, Outcome, string | null, Outcome[], Partial<ReturnType<typeof afterAttempt>>]>([
  ['nobody answered the first time: tomorrow', 'no_answer', null, [], { isDone: false, dueOn: '2026-03-03' }],
  ['nobody answered, and another day was said', 'no_answer', '2026-03-09', ['no_answer'], { dueOn: '2026-03-09', isPooled: false }],
  ['nobody answered the third time in a row', 'no_answer', '2026-03-09', ['no_answer', 'no_answer'], { isPooled: true, restsUntil: '2026-03-09', isDone: false }],
  ['somebody answered in between', 'no_answer', null, ['no_answer', 'callback', 'no_answer', 'no_answer'], { isPooled: false, dueOn: '2026-03-03' }],
  ['reached', 'reached', null, ['no_answer'], { isDone: true }],
  ['reached, and there is more to say', 'reached', '2026-04-01', [], { isDone: false, dueOn: '2026-04-01' }],
  ['refused', 'refused', '2026-04-01', [], { isDone: true, dueOn: null }],
  ['nobody of that name', 'wrong_number', null, [], { isDone: true }],
])('R57: what follows an attempt: %s', (_, outcome, nextOn, before, expected) => {
  expect(afterAttempt(CONTACT_RULE, { outcome, nextOn }, before, '2026-03-02')).toMatchObject(expected);
});

test('R57: attempts in a row are counted over whoever had the task, and anew after the pool', () => {
  expect(unanswered(['no_answer', 'handed_over', 'no_answer', 'claimed'])).toBe(2);
  expect(unanswered(['claimed', 'returned', 'no_answer', 'no_answer', 'no_answer'])).toBe(0);
});

test('R57: three attempts without an answer return a task to the pool, where it rests; then any agent takes it, and its history is kept', async () => {
  const customer = await somebody('13700001001'), id = await written(mei, customer, { dueOn: '2026-03-02' });
  expect((await desk(mei, 'mine')).counts).toMatchObject({ mine: 1, today: 1, overdue: 0, pool: 0 });
  expect((await attempt(mei, id, 'no_answer', { note: 'rang 13812345678 twice' })).body).toMatchObject({ isPooled: false, dueOn: '2026-03-03' });
  stores.clock.advance(2 * DAY);
  expect(await idsIn(mei, 'overdue')).toEqual([id]);
  expect((await attempt(mei, id, 'no_answer', { nextOn: '2026-03-04' })).body).toMatchObject({ dueOn: '2026-03-04' });
  expect((await attempt(mei, id, 'no_answer')).body).toMatchObject({ isPooled: true, isDone: false, dueOn: '2026-03-11', assignee: '' });
  expect([await idsIn(mei, 'mine'), await idsIn(tao, 'pool'), await idsIn(tao, 'resting')]).toEqual([[], [], [id]]);
  expect((await tao.call('POST', `/api/v1/tasks/${id}/claim`, {})).body).toMatchObject({ code: 'task.resting', facts: { until: '2026-03-11' } });
  expect((await attempt(tao, id, 'no_answer')).body).toMatchObject({ code: 'task.resting' });
  stores.clock.advance(7 * DAY);
  expect(await idsIn(tao, 'pool')).toEqual([id]);
  expect((await tao.call('POST', `/api/v1/tasks/${id}/claim`, {})).status).toBe(200);
  expect((await mei.call('POST', `/api/v1/tasks/${id}/claim`, {})).body).toMatchObject({ code: 'task.taken' });
  expect((await desk(tao, 'mine')).rows).toMatchObject([{ id, attempts: 3, unanswered: 0 }]);
  const steps = (await tao.call<{ rows: { kind: string; note: string }[] }>('GET', `/api/v1/tasks/${id}/steps`)).body.rows;
  expect(steps.map(({ kind }) => kind)).toEqual(['claimed', 'returned', 'no_answer', 'no_answer', 'no_answer']);
  expect(steps.at(-1)?.note).toBe('rang ****5678 twice');
  const told = (await mei.call<{ rows: { code: string }[] }>('GET', `/api/v1/customers/${customer}/timeline?kinds=attempt`)).body.rows;
  expect(told.map(({ code }) => code)).toEqual(['claimed', 'returned', 'no_answer', 'no_answer', 'no_answer'].map((kind) => `timeline.attempt.${kind}`));
  expect((await attempt(tao, id, 'reached')).body).toMatchObject({ isDone: true });
  expect((await attempt(tao, id, 'reached')).status).toBe(404);
});

test('R57: the number of attempts and the days of rest are the workspace’s; only whoever sets the workspace changes them', async () => {
  expect((await mei.call('PUT', '/api/v1/tasks/rule', { attempts: 1 })).status).toBe(403);
  expect((await owner.call('PUT', '/api/v1/tasks/rule', { attempts: 1, waitDays: 0 })).body).toEqual({ attempts: 1, waitDays: 0, retryDays: 1 });
  const id = await written(mei, await somebody('13700001002'));
  expect((await attempt(mei, id, 'no_answer')).body).toMatchObject({ isPooled: true });
  expect(await idsIn(tao, 'pool')).toEqual([id]);
  await owner.call('PUT', '/api/v1/tasks/rule', CONTACT_RULE);
});

test('R57: a callback needs its day, a day that is over is refused; a task is given to colleagues of the workspace or to the pool', async () => {
  const id = await written(mei, await somebody('13700001003')), { today } = await desk(mei, 'mine');
  expect((await attempt(mei, id, 'callback')).body).toMatchObject({ code: 'task.next_missing' });
  expect((await attempt(mei, id, 'callback', { nextOn: '2026-03-01' })).body).toMatchObject({ code: 'task.next_past' });
  expect((await attempt(mei, id, 'callback', { nextOn: today })).body).toMatchObject({ isDone: false, dueOn: today });
  const give = (assignee: string) => mei.call('POST', `/api/v1/tasks/${id}/hand-over`, { assignee });
  expect((await give('user:nobody')).body).toMatchObject({ code: 'task.assignee_unknown' });
  await give(`user:${tao.userId}`);
  expect(await idsIn(tao, 'mine')).toEqual([id]);
  await give('');
  expect(await idsIn(mei, 'pool')).toContain(id);
  const company = (await mei.call<{ id: string }>('POST', '/api/v1/accounts', { name: 'Tea House' })).body.id;
  const bare = (await mei.call<{ id: string }>('POST', '/api/v1/tasks', { text: 'write the offer', accountId: company })).body.id;
  expect((await attempt(mei, bare, 'reached')).body).toMatchObject({ code: 'task.nobody' });
});

test('R57: attempts and done tasks are events that conditions ask for by their outcome', async () => {
  const customer = await somebody('13700001004'), id = await written(mei, customer);
  await attempt(mei, id, 'no_answer');
  await attempt(mei, id, 'refused', { note: 'angry' });
  await drain(stores, loop);
  const who = async (event: string, outcome?: string) => (await previewTree(stores, systemCaller(ws), { version: 1, root: {
    kind: 'event', event, where: outcome ? [{ property: 'outcome', test: { op: 'equals', value: outcome } }] : [], window: { kind: 'ever' }, of: { measure: 'count', test: { op: 'at_least', value: 1 } },
  } })).sample;
  expect(await who('contact.attempted', 'refused')).toEqual([customer]);
  expect(await who('contact.attempted', 'callback')).not.toContain(customer);
  expect(await who('task.done')).toContain(customer);
  const [event] = await stores.ch.rows<{ properties: string }>(`select properties from events final where workspace = {ws:UUID} and event = 'contact.attempted' and subject = {customer:UUID} order by time desc limit 1`, { ws, customer });
  expect(event?.properties).not.toContain('angry');
});

test('R57: tasks and attempts follow a merge, are not seen from another shop, and go with whoever is erased', async () => {
  const [kept, gone] = [await somebody('13700001005'), await somebody('13700001006')], id = await written(mei, gone);
  await attempt(mei, id, 'no_answer', { note: 'nobody there' });
  const caller = systemCaller(ws, ['customers.read', 'customers.write', 'customers.merge']);
  const one = await merge(stores, caller, { keep: kept, absorb: gone, reason: 'one person' });
  expect((await desk(mei, 'mine')).rows.find((row) => row.id === id)).toMatchObject({ customerId: one, attempts: 1 });
  expect((await mei.call<{ rows: unknown[] }>('GET', `/api/v1/customers/${one}/timeline?kinds=attempt`)).body.rows).toHaveLength(1);
  await publish(stores, ws, [{ customer: one, values: { shops: ['east'] } }]);
  const west = await person(stores, app, ws, 'agent', { shops: ['west'] });
  expect(await idsIn(west, 'others')).not.toContain(id);
  for (const request of [attempt(west, id, 'reached'), west.call('POST', `/api/v1/tasks/${id}/done`, {}), west.call('GET', `/api/v1/tasks/${id}/steps`)]) expect((await request).status).toBe(404);
  expect((await owner.call('POST', `/api/v1/customers/${one}/erase`, { reason: 'they asked' })).status).toBeLessThan(300);
  const left = await stores.pg.tx(ws, (tx) => many(tx, sql<{ n: number }>`select count(*)::int as n from task_step where workspace_id = ${ws} and (task_id = ${id} or note like 'nobody%')`));
  expect(left).toEqual([{ n: 0 }]);
});

test('R57: a desk is read page by page; what has no day comes last', async () => {
  const [here, agent] = [await somebody('13700001007'), await person(stores, app, ws, 'agent')];
  const ids: string[] = [];
  for (const dueOn of ['2026-05-01', undefined, '2026-04-01', '2026-04-01']) ids.push(await written(agent, here, dueOn ? { dueOn } : {}));
  const seen: string[] = [];
  for (let cursor = ''; ; ) {
    const page: Desk = (await agent.call<Desk>('GET', `/api/v1/tasks/desk?view=mine&limit=1${cursor && `&cursor=${cursor}`}`)).body;
    seen.push(...page.rows.map(({ id }) => id));
    if (!page.next) break;
    cursor = page.next;
  }
  expect(seen).toEqual([ids[2], ids[3], ids[0], ids[1]]);
  await stores.pg.tx(ws, (tx) => run(tx, sql`delete from task where workspace_id = ${ws}`));
});
