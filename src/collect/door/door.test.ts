import { gzipSync } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import pino from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { membersOf, ownersOf, subjectIds } from '../../customers/index.ts';
import { systemCaller } from '../../kernel/access/caller.ts';
import { sendProblem } from '../../kernel/http/problem.ts';
import { many, run, sql } from '../../kernel/sql.ts';
import { quarantined } from '../imports/list.ts';
import { replay } from '../imports/replay.ts';
import { findOrders, orderDetail, timelineOf } from '../orders.ts';
import { documents, reconcile } from '../reconcile.ts';
import { addSource, newWriteKey, sourcesOf } from '../sources.ts';
import { atHandIn } from './atHand.ts';
import { openDoor } from './door.ts';
import { flush, flushOnce } from './flush.ts';
import { startFlusher } from './flusher.ts';

let stores: TestStores;
let app: FastifyInstance;
let workspace: string;
let key: string;

beforeAll(async () => {
  stores = await testStores('2026-01-15T04:00:00Z');
  app = fastify({ logger: false });
  app.setErrorHandler(sendProblem);
  await openDoor(app, stores);
});
afterAll(async () => {
  await app.close();
  await stores.close();
});
beforeEach(async () => {
  workspace = await testWorkspace(stores);
  key = await keyOf('web', '');
});

async function keyOf(name: string, shop: string): Promise<string> {
  const caller = systemCaller(workspace);
  const source = await addSource(stores, caller, { key: name, name, kind: 'behaviour', shop, channel: '', currency: '' });
  return (await newWriteKey(stores, caller, source.id)).key;
}

const post = (path: string, body: unknown, headers: Record<string, string> = {}, as = key) =>
  app.inject({ method: 'POST', url: path, headers: { authorization: `Basic ${Buffer.from(`${as}:`).toString('base64')}`, 'content-type': 'application/json', ...headers }, payload: Buffer.isBuffer(body) ? body : JSON.stringify(body) });

const customerOf = async (kind: 'user_id' | 'phone' | 'anonymous_id', value: string): Promise<string> => {
  const [subject] = await subjectIds(stores, workspace, [{ kind, value }]);
  return (await ownersOf(stores, workspace, [subject as string])).get(subject as string) ?? '';
};
const subjectsOf = async (customer: string): Promise<string[]> => (await membersOf(stores, workspace, [customer])).get(customer) ?? [];
const stored = async (): Promise<number> =>
  (await stores.ch.rows<{ n: number }>('select count() as n from events final where workspace = {workspace:UUID}', { workspace }))[0]?.n ?? 0;

const track = (i: number, more: object = {}) => ({ type: 'track', event: 'Viewed', userId: 'u1', messageId: `m${i}`, timestamp: '2026-01-15T03:59:00Z', properties: { page: i }, ...more });

test('what this process took in it projects without reading it back from Postgres, once', async () => {
  const kept = atHandIn(stores);
  kept.open(true);
  expect((await post('/v1/batch', { batch: [track(1), track(2)] })).statusCode).toBe(200);
  kept.open(false);
  kept.open(true);
  expect((await post('/v1/batch', { batch: [track(3)] })).statusCode).toBe(200);
  const spoil = (body: number) => stores.pg.tx(workspace, (tx) => run(tx, sql`update ingest_body set sealed = substr(sealed, 1, 40) where workspace_id = ${workspace} and id = (select id from ingest_body where workspace_id = ${workspace} order by id limit 1 offset ${body})`));
  await spoil(1);
  await flush(stores, workspace);
  expect(await stored()).toBe(3);
  kept.open(false);
  await post('/v1/batch', { batch: [track(4)] });
  await spoil(2);
  await expect(flush(stores, workspace)).rejects.toThrow();
  // Nobody could ever read it: it would hold up whoever projects for the tests that follow.
  await stores.pg.tx(workspace, async (tx) => {
    await run(tx, sql`delete from ingest_batch where workspace_id = ${workspace}`);
    await run(tx, sql`delete from ingest_body where workspace_id = ${workspace}`);
  });
});

test('R1: 1,000 events of which 100 repeat a messageId become 900, seen in the timeline within 5 seconds', async () => {
  const events = Array.from({ length: 1000 }, (_, i) => track(i % 900));
  const flusher = startFlusher(stores, pino({ level: 'silent' }));
  const started = performance.now();
  const reply = await post('/v1/batch', { batch: events });
  expect([reply.statusCode, reply.json()]).toEqual([200, { success: true }]);
  let seen = 0;
  while (seen < 900 && performance.now() - started < 5000) {
    const customer = await customerOf('user_id', 'u1');
    if (customer) seen = (await timelineOf(stores, systemCaller(workspace), await subjectsOf(customer), { limit: 2000 })).length;
  }
  await flusher.stop();
  expect(seen).toBe(900);
  expect(performance.now() - started).toBeLessThan(5000);
});

test('R1: a retry of the same message, sent later, is stored once; another source may use the same id', async () => {
  await post('/v1/track', track(1));
  await flush(stores, workspace);
  await post('/v1/track', { ...track(1), sentAt: '2026-01-15T03:59:30Z' });
  await flush(stores, workspace);
  expect(await stored()).toBe(1);
  const other = await keyOf('app', '');
  await post('/v1/track', track(1, { timestamp: '2026-01-15T03:58:00Z' }), {}, other);
  await flush(stores, workspace);
  expect(await stored()).toBe(2);
});

test.each([
  ['text/plain', (body: string) => Buffer.from(body)],
  ['application/x-www-form-urlencoded', (body: string) => gzipSync(body)],
  ['application/octet-stream', (body: string) => Buffer.from(body)],
])('a body of type %s is JSON, packed or not', async (type, pack) => {
  const reply = await post('/v1/b', pack(JSON.stringify({ batch: [track(1), track(2)] })), { 'content-type': type });
  expect(reply.statusCode).toBe(200);
  await flush(stores, workspace);
  expect(await stored()).toBe(2);
});

test('a key may stand in the body; one that opens nothing is refused', async () => {
  const reply = await app.inject({ method: 'POST', url: '/v1/t', headers: { 'content-type': 'text/plain' }, payload: JSON.stringify({ ...track(1), writeKey: key }) });
  expect(reply.statusCode).toBe(200);
  expect((await app.inject({ method: 'POST', url: `/beacon/v1/batch?writeKey=${key}`, headers: { 'content-type': 'text/plain' }, payload: JSON.stringify({ batch: [track(2)] }) })).statusCode).toBe(200);
  expect((await post('/v1/t', track(1), {}, 'wk_wrong')).statusCode).toBe(401);
});

test('a batch of more than 4 MB is taken, and only its oversized event is put aside', async () => {
  const big = track(9001, { properties: { text: 'x'.repeat(33 * 1024) } });
  const batch = [...Array.from({ length: 150 }, (_, i) => track(i, { properties: { text: 'x'.repeat(30 * 1024) } })), big];
  expect((await post('/v1/batch', { batch })).statusCode).toBe(200);
  await flush(stores, workspace);
  expect(await stored()).toBe(150);
  const { rows } = await quarantined(stores, systemCaller(workspace), {});
  expect(rows.map(({ rejects }) => rejects[0]?.code)).toEqual(['event.too_large']);
});

test('a body accepted beside a transaction that is still open waits for its end, and is not lost', async () => {
  const other = await stores.pg.pool.connect();
  await other.query('begin');
  await other.query('select pg_current_xact_id()');
  await post('/v1/track', track(1));
  await flushOnce(stores, workspace);
  expect(await stored()).toBe(0);
  const flushed = flush(stores, workspace);
  await other.query('commit');
  other.release();
  await flushed;
  expect(await stored()).toBe(1);
});

test('bad events wait in quarantine with their reason and can be replayed; their batch-mates are stored', async () => {
  await post('/v1/batch', { batch: [track(1), { type: 'track', userId: 'u1', messageId: 'x' }, { type: 'track', event: 'A', messageId: 'y' }, 5, { type: 'dance', userId: 'u' }, track(2, { timestamp: 'soon' }), track(3, { properties: { a: '\u0000b\ud800' } })] });
  await flush(stores, workspace);
  expect(await stored()).toBe(1);
  const { rows } = await quarantined(stores, systemCaller(workspace), {});
  expect(rows.map(({ rejects }) => rejects[0]?.code)).toEqual(['event.no_name', 'event.no_id', 'event.not_object', 'event.kind_unknown', 'event.time_invalid', 'event.text_unstorable']);
  await replay(stores, systemCaller(workspace), [{ id: rows[0]?.id ?? '', event: { type: 'track', userId: 'u1', messageId: 'x', event: 'Named' } }]);
  await flush(stores, workspace);
  expect(await stored()).toBe(2);
});

test('anonymous events join the person who identifies, userId null and alias to oneself are no errors', async () => {
  await post('/v1/batch', { batch: [
    { type: 'page', anonymousId: 'an1', userId: null, messageId: 'a', name: 'Home' }, { type: 'identify', anonymousId: 'an1', userId: 'u7', messageId: 'b', traits: { phone: '13800138000', name: 'Li' } },
    { type: 'alias', previousId: 'u7', userId: 'u7', messageId: 'c' },
  ] });
  await flush(stores, workspace);
  const customer = await customerOf('phone', '13800138000');
  expect(customer).toBe(await customerOf('anonymous_id', 'an1'));
  expect((await timelineOf(stores, systemCaller(workspace), await subjectsOf(customer), { limit: 10 })).length).toBe(3);
});

test('an event more than an hour old is back-filled: it is announced apart from what is new', async () => {
  await post('/v1/batch', { batch: [track(1), track(2, { userId: 'u2', timestamp: '2026-01-15T01:00:00Z' })] });
  await flush(stores, workspace);
  const facts = await stores.pg.tx(workspace, (tx) => many(tx, sql<{ payload: { backfill: boolean; customers: string[] } }>`select payload from fact where kind = 'events.recorded' order by id`));
  expect(facts.map(({ payload }) => [payload.backfill, payload.customers.length])).toEqual([[false, 1], [true, 1]]);
});

test('Order Completed, Refunded and Cancelled become orders and refunds', async () => {
  const order = { order_id: 'O1', total: 30, currency: 'CNY', coupon: 'NEW', products: [{ sku: 'T1', name: 'Tea', price: 10, quantity: 2 }, { sku: 'T2', price: 10 }] };
  await post('/v1/batch', { batch: [track(1, { event: 'Order Completed', properties: order }), track(2, { event: 'Order Completed', properties: { ...order, order_id: 'O2', total: 5 } }), track(3, { event: 'Order Completed', properties: { ...order, order_id: 'O3' } })] });
  await flush(stores, workspace);
  await post('/v1/batch', { batch: [track(4, { event: 'Order Refunded', properties: { order_id: 'O1', total: 10 } }), track(5, { event: 'Order Refunded', properties: { order_id: 'O2' } }), track(6, { event: 'Order Cancelled', properties: { order_id: 'O3' } })] });
  await flush(stores, workspace);
  const detail = await orderDetail(stores, systemCaller(workspace), { source: 'web', shop: '', orderNo: 'O1' });
  expect(detail.order).toMatchObject({ amountMinor: 3000, refundedMinor: 1000, status: 'paid', coupon: 'NEW', customer: await customerOf('user_id', 'u1') });
  expect(detail.lines.map(({ sku, amountMinor }) => [sku, amountMinor])).toEqual([['T1', 2000], ['T2', 1000]]);
  expect((await findOrders(stores, systemCaller(workspace), 'O2'))[0]).toMatchObject({ refundedMinor: 500, fullRefund: 'before_shipping' });
  expect((await findOrders(stores, systemCaller(workspace), 'O3'))[0]).toMatchObject({ status: 'closed' });
  expect((await reconcile(stores, { workspaceId: workspace, shops: [] })).total).toMatchObject({ orders: 2, buyers: 1, netMinor: 2000 });
  const cell = { month: detail.order.day.slice(0, 7), shop: detail.order.shop };
  const behind = (sources: string[]) => documents(stores, { workspaceId: workspace, shops: [] }, { ...cell, sources });
  expect((await behind(['web'])).rows.map(({ documentNo }) => documentNo)).toContain('O1');
  expect((await behind(['elsewhere'])).rows).toEqual([]);
});

test('a refund without a sum of an order told smaller after more had gone back takes nothing back, and gives nothing', async () => {
  const said = [['Order Completed', { total: 100 }], ['Order Refunded', {}], ['Order Updated', { total: 60 }], ['Order Refunded', {}]] as const;
  for (const [minute, [event, properties]] of said.entries()) {
    await post('/v1/track', track(minute, { event, timestamp: `2026-01-15T03:5${minute}:00Z`, properties: { order_id: 'S', currency: 'CNY', ...properties } }));
    await flush(stores, workspace);
  }
  expect(await stores.ch.rows('select amount from refunds final where workspace = {workspace:UUID} order by refunded_at', { workspace })).toEqual([{ amount: 10_000 }, { amount: 0 }]);
  expect((await findOrders(stores, systemCaller(workspace), 'S'))[0]).toMatchObject({ refundedMinor: 10_000, fullRefund: 'before_shipping' });
});

test('R2: an order, a chat and a survey answer of one telephone make one profile of three sources', async () => {
  const [chat, survey] = [await keyOf('chat', ''), await keyOf('survey', '')];
  const phone = '13800138000';
  await post('/v1/track', { event: 'Order Completed', messageId: '1', context: { traits: { phone } }, properties: { order_id: 'R', total: 1 } });
  await post('/v1/track', { event: 'Chat Message', messageId: '1', properties: { phone, text: 'hello' } }, {}, chat);
  await post('/v1/track', { event: 'Survey Answered', messageId: '1', properties: { phone, score: 9 } }, {}, survey);
  await flush(stores, workspace);
  const sources = await sourcesOf(stores, systemCaller(workspace), await customerOf('phone', phone));
  expect([...new Set(sources.map(({ source }) => source))].sort()).toEqual(['chat', 'survey', 'web']);
});

test('R12: a POS order by telephone and browsing by device are one journey, told apart by store', async () => {
  const pos = await keyOf('pos', '西湖店');
  await post('/v1/page', { anonymousId: 'dev1', messageId: '1', name: 'Tea' });
  await post('/v1/identify', { anonymousId: 'dev1', messageId: '2', traits: { phone: '13800138001' } });
  await post('/v1/track', { event: 'Order Completed', messageId: '1', properties: { phone: '13800138001', order_id: 'P1', total: 88 } }, {}, pos);
  await flush(stores, workspace);
  const entries = await timelineOf(stores, systemCaller(workspace), await subjectsOf(await customerOf('phone', '13800138001')), { limit: 10 });
  expect(entries.map(({ kind }) => kind).sort()).toEqual(['event', 'event', 'event', 'order']);
  const { rows } = await reconcile(stores, { workspaceId: workspace, shops: [] });
  expect(rows.map(({ shop, netMinor }) => [shop, netMinor])).toEqual([['西湖店', 8800]]);
});

test('a flusher killed after ClickHouse took the rows ends the same batch without a second copy', async () => {
  await post('/v1/batch', { batch: [track(1), track(2)] });
  await flush(stores, workspace);
  await stores.pg.tx(workspace, async (tx) => {
    await sql`update ingest_batch set done_at = null`.execute(tx);
    await sql`update ingest_body set projected_at = null`.execute(tx);
  });
  await flush(stores, workspace);
  expect(await stored()).toBe(2);
  const [{ n = 0 } = {}] = await stores.ch.rows<{ n: number }>('select count() as n from events where workspace = {workspace:UUID}', { workspace });
  expect(n).toBe(2);
  const facts = await stores.pg.tx(workspace, (tx) => many(tx, sql<{ payload: { customers: string[] } }>`select payload from fact where kind = 'events.recorded' order by id`));
  const customer = await customerOf('user_id', 'u1');
  expect(facts.map(({ payload }) => payload.customers)).toEqual([[customer], [customer]]);
});

test('what a request says is at rest encrypted', async () => {
  await post('/v1/identify', { userId: 'u1', messageId: '1', traits: { phone: '13800138000' } });
  const rows = await stores.pg.tx(workspace, (tx) => many(tx, sql<{ sealed: Buffer }>`select sealed from ingest_body`));
  expect(rows.every(({ sealed }) => !sealed.includes('13800138000'))).toBe(true);
});
