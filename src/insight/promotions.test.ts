import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerOf, putOrders } from '../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../test/support/stores.ts';
import { type Caller, systemCaller } from '../kernel/access/caller.ts';
import { addPromotion, changePromotion, listPromotions, removePromotion } from './promotions.ts';

let stores: TestStores;
let caller: Caller;
beforeAll(async () => {
  stores = await testStores();
  caller = systemCaller(await testWorkspace(stores), ['insight.write']);
  await putOrders(stores, caller.workspaceId, [['2025-11-10', 'A'], ['2025-11-11', 'A'], ['2025-11-11', 'B'], ['2025-11-12', 'A']].map(([day, shop], n) => ({ customer: customerOf(n), day: day as string, shop, amount: 1 })));
});
afterAll(() => stores.close());

const carried = async (): Promise<string[]> =>
  (await stores.ch.rows<{ at: string }>("SELECT concat(toString(day), ' ', shop) AS at FROM orders FINAL WHERE workspace = {w:UUID} AND promo != '' ORDER BY at", { w: caller.workspaceId })).map((row) => row.at);

test('orders carry the promotion their day and shop fall in, and follow the calendar when it changes', async () => {
  const eleven = await addPromotion(stores, caller, { name: '双11', shop: 'A', firstDay: '2025-11-11', lastDay: '2025-11-11' });
  expect(await carried()).toEqual(['2025-11-11 A']);
  await changePromotion(stores, caller, eleven.id, { shop: '', firstDay: '2025-11-10' });
  expect(await carried()).toEqual(['2025-11-10 A', '2025-11-11 A', '2025-11-11 B']);
  await expect(addPromotion(stores, caller, { name: '返场', shop: 'B', firstDay: '2025-11-11', lastDay: '2025-11-13' })).rejects.toThrow('promotion.overlaps');
  await expect(addPromotion(stores, caller, { name: '倒着', shop: '', firstDay: '2025-12-13', lastDay: '2025-12-12' })).rejects.toThrow('insight.period_invalid');
  expect((await listPromotions(stores, caller)).map((one) => one.name)).toEqual(['双11']);
  await removePromotion(stores, caller, eleven.id);
  expect(await carried()).toEqual([]);
  await expect(removePromotion(stores, caller, eleven.id)).rejects.toThrow('promotion.not_found');
});

test('promotions of several shops that are added at once all stand in the calendar, and their orders carry them', async () => {
  const shops = ['P', 'Q', 'R', 'S', 'T', 'U', 'V', 'W'];
  await putOrders(stores, caller.workspaceId, shops.map((shop, n) => ({ customer: customerOf(n), day: '2025-10-01', shop, amount: 1 })));
  // What publishes waits for this one, so that all meet.
  const other = await stores.pg.pool.connect();
  await other.query('begin');
  await other.query('lock table promotion_window in exclusive mode');
  const adding = Promise.all(shops.map((shop) => addPromotion(stores, caller, { name: shop, shop, firstDay: '2025-10-01', lastDay: '2025-10-02' })));
  await sleep(300);
  await other.query('commit');
  other.release();
  await adding;
  expect((await listPromotions(stores, caller)).map((one) => one.name).sort()).toEqual(shops);
  expect(await carried()).toEqual(shops.map((shop) => `2025-10-01 ${shop}`));
});
