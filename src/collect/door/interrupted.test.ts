import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { systemCaller } from '../../kernel/access/caller.ts';
import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import { many, sql } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { addSource } from '../sources.ts';
import { appendBody } from './append.ts';
import { flush, type Portion } from './flush.ts';

let tested: TestStores, stores: Stores;
beforeAll(async () => {
  tested = await testStores('2026-01-15T04:00:00Z');
  let atMs = tested.clock.now().getTime();
  // No two moments are one.
  stores = { ...tested, clock: { now: () => new Date(++atMs) } };
});
afterAll(() => tested.close());

const track = (messageId: string, event: string, properties: object, userId = 'lin') => ({ type: 'track', messageId, userId, event, properties, timestamp: '2026-01-15T03:59:00Z' });
/** An order with lines, one that is taken back whole at once, a view, an event nobody can take, and a second telling of the first order. */
const BATCH = [
  track('m1', 'Order Completed', { order_id: 'A', total: 30, products: [{ sku: 'x', price: 10 }, { sku: 'y', price: 20 }] }),
  track('m2', 'Order Completed', { order_id: 'B', total: 5, products: [{ sku: 'x', price: 5 }] }, 'wei'),
  track('m3', 'Order Refunded', { order_id: 'B' }, 'wei'),
  track('m4', 'Viewed', { page: 1 }), track('m5', '', {}), track('m1', 'Order Completed', { order_id: 'A', total: 30 }),
];

/** All of it in one batch, or in three, each read while the one before is stored. */
const WAYS: Readonly<Record<string, { bodies: object[][]; portion?: Portion }>> = {
  'one batch': { bodies: [BATCH] },
  'three batches': { bodies: [BATCH.slice(0, 2), BATCH.slice(2, 4), [...BATCH.slice(4), track('m3', 'Order Refunded', { order_id: 'B' }, 'wei')]], portion: { bodies: 1, bytes: 1_000_000, ahead: 1 } },
};

async function workspaceWith(bodies: readonly object[][]): Promise<string> {
  const workspace = await testWorkspace(tested);
  const source = await addSource(stores, systemCaller(workspace), { key: 'web', name: 'web', kind: 'behaviour', shop: '', channel: '', currency: '' });
  for (const batch of bodies) await stores.pg.tx(workspace, (tx) => appendBody(tx, stores, workspace, { sourceId: source.id, endpoint: 'batch', body: Buffer.from(JSON.stringify({ batch })), receivedAt: stores.clock.now() }));
  return workspace;
}

/** The same stores, whose n-th write to ClickHouse is never done. `dead`: nor is any after it; else those begun beside it are, as when a process is killed between two of them. */
function interrupted(nth: number, dead: boolean): { stores: Stores; happened(): boolean } {
  let writes = 0;
  const write = <Args extends unknown[]>(work: (...given: Args) => Promise<void>) => async (...given: Args): Promise<void> => {
    const mine = ++writes;
    if (mine === nth || (dead && mine > nth)) throw new Error('killed');
    await work(...given);
  };
  const { ch } = stores;
  const dying: ClickHouse = { ...ch, insert: write(ch.insert), insertRows: write(ch.insertRows), command: write(ch.command) };
  return { stores: { ...stores, ch: dying }, happened: () => writes >= nth };
}

async function world(workspace: string) {
  const ask = (query: string) => stores.ch.rows(query, { workspace });
  const tell = (query: ReturnType<typeof sql<object>>) => stores.pg.tx(workspace, (tx) => many(tx, query));
  return {
    events: await ask('select message_id, event, toString(properties) as properties, amount from events final where workspace = {workspace:UUID} order by message_id'),
    ids: await ask('select distinct message_id from event_ids where workspace = {workspace:UUID} order by message_id'),
    orders: await ask('select order_no, amount, refunded, full_refund, toString(status) as status from orders final where workspace = {workspace:UUID} order by order_no'),
    lines: await ask('select order_no, sku, amount from order_lines final where workspace = {workspace:UUID} order by order_no, sku'),
    refunds: await ask('select order_no, amount from refunds final where workspace = {workspace:UUID} order by refund_no'),
    minutes: await tell(sql`select source, events, repeated, refused, orders, customers from ingest_minute where workspace_id = ${workspace} order by source`),
    aside: await tell(sql`select code, line from quarantine where workspace_id = ${workspace} order by line`),
    facts: await tell(sql`select kind, jsonb_array_length(payload -> 'customers') as customers from fact where workspace_id = ${workspace} and kind = 'events.recorded'`),
    customers: await tell(sql`select count(*) as n from customer where workspace_id = ${workspace}`),
    waiting: await tell(sql`select id from ingest_batch where workspace_id = ${workspace} and done_at is null`),
  };
}

test.each(Object.entries(WAYS).flatMap(([name, way]) => [false, true].map((dead) => [name, dead, way] as const)))('%s: whichever write to ClickHouse a kill prevents (nothing after it either: %s), what is taken up again leaves what an undisturbed run leaves', async (_, dead, { bodies, portion }) => {
  const undisturbed = await workspaceWith(bodies);
  await flush(stores, undisturbed, portion);
  const expected = await world(undisturbed);
  expect(expected.orders).toEqual([{ order_no: 'A', amount: 3000, refunded: 0, full_refund: '', status: 'paid' }, { order_no: 'B', amount: 500, refunded: 500, full_refund: 'before_shipping', status: 'paid' }]);
  expect([expected.events.length, expected.lines.length, expected.refunds, expected.aside.length]).toEqual([4, 3, [{ order_no: 'B', amount: 500 }], 1]);
  const differing: unknown[] = [];
  let nth = 0;
  for (let more = true; more; ) {
    const workspace = await workspaceWith(bodies), dying = interrupted(++nth, dead);
    await flush(dying.stores, workspace, portion).catch((error: Error) => { if (error.message !== 'killed') throw error; });
    more = dying.happened();
    await flush(stores, workspace, portion);
    const found = await world(workspace);
    for (const key of Object.keys(expected) as (keyof typeof expected)[]) if (JSON.stringify(found[key]) !== JSON.stringify(expected[key])) differing.push([nth, key, found[key]]);
  }
  expect(nth).toBeGreaterThan(6);
  expect(differing).toEqual([]);
}, 300_000);

/** The same stores, of which ClickHouse takes nothing that holds a word. */
function refusing(word: string): Stores {
  const { ch } = stores, demand = (text: string): void => { if (text.includes(word)) throw new Error('cannot parse'); };
  return { ...stores, ch: {
    ...ch, insertRows: async (...given) => { demand(Buffer.from(given[2]).toString('latin1')); await ch.insertRows(...given); },
    command: async (query, params) => { demand(JSON.stringify(params ?? {})); await ch.command(query, params); },
  } };
}

test('what the event store put aside and comes again, right this time, in the batch that was read meanwhile, is no repeat', async () => {
  const workspace = await workspaceWith([[track('again', 'Viewed', { a: 'wrong' }), track('mate', 'Viewed', {})], [track('again', 'Viewed', { a: 'right' })]]);
  await flush(refusing('wrong'), workspace, WAYS['three batches']?.portion);
  const { events, aside, waiting } = await world(workspace);
  expect(events).toMatchObject([{ message_id: 'again', properties: '{"a":"right"}' }, { message_id: 'mate' }]);
  expect([aside, waiting]).toEqual([[{ code: 'event.store_refused', line: 1 }], []]);
});

test('events go in while the store is asked about the orders they speak of', async () => {
  const workspace = await workspaceWith([BATCH.slice(0, 2)]);
  let begin: () => void = () => undefined;
  const begun = new Promise<void>((go) => { begin = go; });
  const { ch } = stores;
  // What is known of orders is told only once the events are on their way.
  const waiting: Stores = { ...stores, ch: {
    ...ch, insertRows: async (table, ...given) => { if (table === 'events') begin(); await ch.insertRows(table, ...given); },
    rows: async (query, params) => { if (query.includes('from order_told')) await begun; return ch.rows(query, params); },
  } };
  await flush(waiting, workspace);
  const { events, orders } = await world(workspace);
  expect([events.length, orders.length]).toEqual([2, 2]);
});

test('a batch is read while the last is stored, and its repeats are known though the event store has not heard of them', async () => {
  const workspace = await workspaceWith([[track('first', 'Viewed', {})], [track('first', 'Viewed', {}), track('second', 'Viewed', {}, 'wei')]]);
  const source: string[] = [];
  let heard: () => void = () => undefined;
  const known = new Promise<void>((found) => { heard = found; });
  const { ch, pg } = stores;
  // The first batch is let in only once the second one's people stand in Postgres.
  const slow: Stores = { ...stores, ch: { ...ch, insertRows: async (table, ...given) => {
    if (table === 'events' && source.push(table) === 1) await known;
    await ch.insertRows(table, ...given);
  } } };
  const flushing = flush(slow, workspace, WAYS['three batches']?.portion);
  while ((await pg.tx(workspace, (tx) => many(tx, sql`select id from customer where workspace_id = ${workspace}`))).length < 2) await new Promise((again) => setTimeout(again, 20));
  expect(await ch.rows('select 1 from events where workspace = {workspace:UUID}', { workspace })).toEqual([]);
  heard();
  await flushing;
  const { events, minutes } = await world(workspace);
  expect(events.map((event) => (event as { message_id: string }).message_id)).toEqual(['first', 'second']);
  expect(minutes).toMatchObject([{ customers: 2 }, { events: 2, repeated: 1 }]);
});
