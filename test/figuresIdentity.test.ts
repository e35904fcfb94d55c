import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { drain } from '../src/kernel/facts.ts';
import { loop } from '../src/loop.ts';
import { type Person, person, testApp } from './support/app.ts';
import { type Books, plainBooks } from './support/plainBooks.ts';
import { SAMPLE_NOW, sampleWorkspace } from './support/sample.ts';
import { type TestStores, testStores } from './support/stores.ts';

/** The figures of segments, of merging and of parting, counted a second time by plain SQL over copies of the raw rows. */
const AS_OF = '2026-07-15';
const CUSTOMERS = 800;

type Standing = { id: string; orderCount: number; netMinor: number; identifiers: { subject: string; kind: string }[] };

let stores: TestStores;
let app: FastifyInstance;
let owner: Person;
let books: Books;
let before: Standing[];
let merged = '';

async function ask<T>(url: string, body?: object): Promise<T> {
  const reply = await owner.call<T>(body ? 'POST' : 'GET', `/api/v1${url}`, body);
  expect([url, reply.status < 300 || reply.body]).toEqual([url, true]);
  return reply.body;
}

beforeAll(async () => {
  stores = await testStores(SAMPLE_NOW);
  const workspaceId = await sampleWorkspace(stores, CUSTOMERS);
  app = await testApp(stores);
  owner = await person(stores, app, workspaceId, 'owner');
  before = (await ask<{ rows: Standing[] }>('/customers?sort=order_count&limit=2')).rows;
  merged = (await ask<{ customer: string }>('/customers/merge', { keep: before[0]?.id, absorb: before[1]?.id, reason: 'the same person' })).customer;
  await drain(stores, loop);
  books = await plainBooks(stores, workspaceId);
}, 240_000);
afterAll(async () => {
  await books?.close();
  await app?.close();
  await stores?.close();
});

const orders = (test: object, window: object, where: object[] = []) => ({ kind: 'event', event: 'order.paid', where, window, of: { measure: 'count', test } });
const stage = (...values: string[]) => ({ kind: 'field', field: 'stage', test: { op: 'in', values } });
const EVER = { kind: 'ever' };

/** A filter, and whom plain SQL finds: a condition on `plain.person p` with the purchases of each. */
const FILTERS: readonly (readonly [string, object, string])[] = [
  ['everybody', { kind: 'and', of: [] }, 'true'],
  ['two stages', stage('at_risk', 'churned'), "p.stage in ('at_risk', 'churned')"],
  ['three purchases ever', orders({ op: 'at_least', value: 3 }, EVER), '(select count(*) from plain.bought b where b.who = p.id) >= 3'],
  ['two in ninety days, still active', { kind: 'and', of: [orders({ op: 'at_least', value: 2 }, { kind: 'rolling', days: 90 }), stage('active', 'mature')] }, `p.stage in ('active', 'mature') and (select count(*) from plain.bought b where b.who = p.id and b.day > '${AS_OF}'::date - 90 and b.day <= '${AS_OF}'::date) >= 2`],
  ['bought, but not for half a year', { kind: 'and', of: [orders({ op: 'at_least', value: 1 }, EVER), { kind: 'not', of: orders({ op: 'at_least', value: 1 }, { kind: 'rolling', days: 180 }) }] }, `exists (select 1 from plain.bought b where b.who = p.id) and not exists (select 1 from plain.bought b where b.who = p.id and b.day > '${AS_OF}'::date - 180 and b.day <= '${AS_OF}'::date)`],
];

test.each(FILTERS)('R23: people and reach of the segment “%s”, saved, previewed and listed', async (name, root, condition) => {
  const tree = { version: 1, root };
  const [{ count }, reach] = [
    await books.one<{ count: number }>(`select count(*)::int as count from plain.person p where ${condition}`),
    await books.ask<{ channel: string; people: number }>(`select channel, count(*)::int as people from plain.person p, unnest(p.reach) as channel where ${condition} group by 1`),
  ];
  const wanted = { asOf: AS_OF, count, reach: Object.fromEntries(reach.map(({ channel, people }) => [channel, people])) };
  expect(count).toBeGreaterThan(0);
  const saved = await ask<{ id: string }>('/segments', { name, tree });
  expect(await ask(`/segments/${saved.id}/size`)).toEqual(wanted);
  expect(await ask('/segments/preview', { tree })).toMatchObject(wanted);
  expect((await ask<{ total: object }>('/customers/query', { tree })).total).toEqual({ count, over: false });
});

test('R4: what two customers are told to have together is what the one has', async () => {
  const together = (key: 'orderCount' | 'netMinor') => before.reduce((all, one) => all + one[key], 0);
  expect(await ask(`/customers/${merged}`)).toMatchObject({ orderCount: together('orderCount'), netMinor: together('netMinor') });
});

test('R4: what came under each identifier, and what a parting leaves on either side', async () => {
  type Brought = { subject: string; orders: number; netMinor: number; events: number; firstDay: string; lastDay: string };
  const own = await ask<Standing>(`/customers/${merged}`);
  const { rows } = await ask<{ rows: Brought[] }>(`/customers/${merged}/subjects`);
  expect(rows).toEqual(await books.ask<Brought>(`
    with did as (
      select subject, day, amount - refunded as net, 1 as bought from plain.orders where status in ('paid', 'shipped', 'done') and full_refund in ('', 'pending') and free = 0
      union all select subject, day, 0, 0 from plain.events)
    select d.subject, sum(d.bought)::int as orders, sum(d.net)::bigint as "netMinor", count(*) filter (where d.bought = 0)::int as events, min(d.day) as "firstDay", max(d.day) as "lastDay"
      from did d join plain.owner w using (subject) where w.who = $1 group by 1 order by 1`, [merged]));
  expect(rows.length).toBeGreaterThan(1);
  expect([rows.reduce((all, { orders: n }) => all + n, 0), rows.reduce((all, { netMinor }) => all + netMinor, 0)]).toEqual([own.orderCount, own.netMinor]);
  const leaving = before.find(({ id }) => id !== merged)?.identifiers.map(({ subject }) => subject) ?? [];
  const { sides } = await ask<{ sides: { id: string; identifiers: { subject: string }[] }[] }>(`/customers/${merged}/part/preview`, { apart: leaving });
  await ask(`/customers/${merged}/part`, { apart: leaving, reason: 'not the same after all' });
  await drain(stores, loop);
  for (const { id, identifiers } of sides) {
    const mine = rows.filter(({ subject }) => identifiers.some((one) => one.subject === subject));
    expect(await ask(`/customers/${id}`)).toMatchObject({ orderCount: mine.reduce((all, { orders: n }) => all + n, 0), netMinor: mine.reduce((all, { netMinor }) => all + netMinor, 0) });
  }
});
