import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestStores, testStores, testWorkspace } from '../../test/support/stores.ts';
import { addSource, flush } from '../collect/index.ts';
import { appendBody } from '../collect/door/append.ts';
import { systemCaller } from '../kernel/access/caller.ts';
import { drain, type Loop } from '../kernel/facts.ts';
import { many, sql } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { lifecycleReactions } from './index.ts';

let stores: TestStores;
beforeAll(async () => { stores = await testStores('2026-01-15T04:00:00Z'); });
afterAll(() => stores.close());

const loop: Loop = { 'events.recorded': lifecycleReactions['events.recorded'] ?? {} };
const ordered = (userId: string, orderNo: string) => ({ type: 'track', messageId: orderNo, userId, event: 'Order Completed', timestamp: stores.clock.now().toISOString(), properties: { order_id: orderNo, total: 10 } });
const DAYS = 86_400_000;

/** Buyers known already, and what has just come in: one buys for the second time, one for the first. */
async function shop(): Promise<string> {
  const workspace = await testWorkspace(stores);
  const source = await addSource(stores, systemCaller(workspace), { key: 'web', name: 'web', kind: 'behaviour', shop: '', channel: '', currency: '' });
  const send = async (batch: object[]): Promise<void> => {
    await stores.pg.tx(workspace, (tx) => appendBody(tx, stores, workspace, { sourceId: source.id, endpoint: 'batch', body: Buffer.from(JSON.stringify({ batch })), receivedAt: stores.clock.now() }));
    await flush(stores, workspace);
    stores.clock.advance(1_000);
  };
  await send([ordered('lin', 'A1')]);
  await drain(stores, loop);
  stores.clock.advance(4 * DAYS);
  await send([ordered('lin', 'A2'), ordered('wei', 'B1')]);
  return workspace;
}

/** The same stores, whose n-th transaction is never committed: what it wrote to ClickHouse stands. */
function cutOff(nth: number): { stores: Stores; happened(): boolean } {
  let begun = 0;
  const tx: Stores['pg']['tx'] = (workspaceId, work) => {
    const mine = ++begun;
    return stores.pg.tx(workspaceId, async (inside) => {
      const done = await work(inside);
      if (mine >= nth) throw new Error('killed');
      return done;
    });
  };
  return { stores: { ...stores, pg: { ...stores.pg, tx } }, happened: () => begun >= nth };
}

/** Whichever of the reactions were cut off; anything else that fails is not ours to hide. */
function unlessKilled(error: Error): void {
  const all: unknown[] = error instanceof AggregateError ? error.errors : [error];
  if (!all.every((one) => one instanceof Error && one.message === 'killed')) throw error;
}

async function told(workspace: string) {
  const tell = (query: ReturnType<typeof sql<object>>) => stores.pg.tx(workspace, (tx) => many(tx, query));
  const [{ lin } = { lin: '' }] = await stores.pg.tx(workspace, (tx) => many(tx, sql<{ lin: string }>`select id as lin from customer where workspace_id = ${workspace} and order_count = 2`));
  return {
    published: await tell(sql`select stage, order_count as orders from customer where workspace_id = ${workspace} order by order_count desc`),
    news: await tell(sql`select payload ->> 'customerId' = ${lin} as lin, payload ->> 'from' as "from", payload ->> 'to' as "to" from fact where workspace_id = ${workspace} and kind = 'stage.changed' order by 1, id`),
    analytics: await stores.ch.rows('select toString(stage) as stage, orders from stage_now final where workspace = {workspace:UUID} order by orders desc', { workspace }),
    mirrored: await stores.ch.rows("select texts['stage'] as stage from customer_state final where workspace = {workspace:UUID} order by stage", { workspace }),
    left: await tell(sql`select version from stage_untold where workspace_id = ${workspace}`),
  };
}

test('whichever transaction of an assessment a kill prevents, stages are published and told once, as analytics has them', async () => {
  const undisturbed = await shop();
  await drain(stores, loop);
  const expected = await told(undisturbed);
  expect(expected.news).toEqual([{ lin: false, from: null, to: 'new' }, { lin: true, from: null, to: 'new' }, { lin: true, from: 'new', to: 'active' }]);
  const differing: unknown[] = [];
  let nth = 0;
  for (let more = true; more; ) {
    const workspace = await shop(), dying = cutOff(++nth);
    await drain(dying.stores, loop).catch(unlessKilled);
    more = dying.happened();
    stores.clock.advance(1_000);
    await drain(stores, loop);
    const found = await told(workspace);
    for (const key of Object.keys(expected) as (keyof typeof expected)[]) if (JSON.stringify(found[key]) !== JSON.stringify(expected[key])) differing.push([nth, key, found[key]]);
  }
  expect(nth).toBeGreaterThan(6);
  expect(differing).toEqual([]);
}, 180_000);
