import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { systemCaller } from '../../kernel/access/caller.ts';
import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import { many, sql } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { addSource } from '../sources.ts';
import { appendBody } from './append.ts';
import { flush } from './flush.ts';

let stores: TestStores;
beforeAll(async () => { stores = await testStores('2026-01-15T04:00:00Z'); });
afterAll(() => stores.close());

const track = (messageId: string, event: string, properties: object, userId = 'lin') => ({ type: 'track', messageId, userId, event, properties, timestamp: '2026-01-15T03:59:00Z' });
/** An order with lines, one that is taken back whole at once, a view, an event nobody can take, and a second telling of the first order. */
const BATCH = [
  track('m1', 'Order Completed', { order_id: 'A', total: 30, products: [{ sku: 'x', price: 10 }, { sku: 'y', price: 20 }] }),
  track('m2', 'Order Completed', { order_id: 'B', total: 5, products: [{ sku: 'x', price: 5 }] }, 'wei'),
  track('m3', 'Order Refunded', { order_id: 'B' }, 'wei'),
  track('m4', 'Viewed', { page: 1 }), track('m5', '', {}), track('m1', 'Order Completed', { order_id: 'A', total: 30 }),
];

async function workspaceWithBody(): Promise<string> {
  const workspace = await testWorkspace(stores);
  const source = await addSource(stores, systemCaller(workspace), { key: 'web', name: 'web', kind: 'behaviour', shop: '', channel: '', currency: '' });
  await stores.pg.tx(workspace, (tx) => appendBody(tx, stores, workspace, { sourceId: source.id, endpoint: 'batch', body: Buffer.from(JSON.stringify({ batch: BATCH })), receivedAt: stores.clock.now() }));
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

test.each([false, true])('whichever write to ClickHouse a kill prevents (nothing after it either: %s), the batch taken up again leaves what an undisturbed one leaves', async (dead) => {
  const undisturbed = await workspaceWithBody();
  await flush(stores, undisturbed);
  const expected = await world(undisturbed);
  expect(expected.orders).toEqual([{ order_no: 'A', amount: 3000, refunded: 0, full_refund: '', status: 'paid' }, { order_no: 'B', amount: 500, refunded: 500, full_refund: 'before_shipping', status: 'paid' }]);
  expect([expected.events.length, expected.lines.length, expected.refunds, expected.aside.length]).toEqual([4, 3, [{ order_no: 'B', amount: 500 }], 1]);
  const differing: unknown[] = [];
  let nth = 0;
  for (let more = true; more; ) {
    const workspace = await workspaceWithBody(), dying = interrupted(++nth, dead);
    await flush(dying.stores, workspace).catch((error: Error) => { if (error.message !== 'killed') throw error; });
    more = dying.happened();
    await flush(stores, workspace);
    const found = await world(workspace);
    for (const key of Object.keys(expected) as (keyof typeof expected)[]) if (JSON.stringify(found[key]) !== JSON.stringify(expected[key])) differing.push([nth, key, found[key]]);
  }
  expect(nth).toBeGreaterThan(6);
  expect(differing).toEqual([]);
}, 180_000);
