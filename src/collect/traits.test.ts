import { afterAll, beforeAll, expect, test } from 'vitest';
import { testStores, type TestStores, testWorkspace } from '../../test/support/stores.ts';
import { customersReactions, resolve } from '../customers/index.ts';
import { many, sql } from '../kernel/sql.ts';
import { registerCollectTraits } from './index.ts';

let stores: TestStores;
beforeAll(async () => {
  stores = await testStores();
  registerCollectTraits();
});
afterAll(() => stores.close());

async function buy(workspace: string, subject: string, no: string, day: string, category: string): Promise<void> {
  await stores.ch.insert('orders', [{ workspace, source: 't', shop: 'A', order_no: no, version: 1, deleted: 0, subject, status: 'paid', ordered_at: `${day} 04:00:00.000`, paid_at: `${day} 04:00:00.000`, day, currency: 'CNY', amount: 100 }]);
  await stores.ch.insert('order_lines', [{ workspace, source: 't', shop: 'A', order_no: no, sku: category, occurrence: 0, version: 1, deleted: 0, subject, day, name: category, category, kind: 'goods', quantity: 1, amount: 100 }]);
}

test('R11a: buying in a new category twice changes the preferred category, and the old value stays in history', async () => {
  const ws = await testWorkspace(stores);
  const [anna, ben] = (await resolve(stores, ws, ['anna', 'ben'].map((value) => ({ identifiers: [{ kind: 'user_id' as const, value }], at: stores.clock.now(), source: 't' })))).items;
  const recorded = async (): Promise<void> => {
    const fact = { id: 1, workspaceId: ws, kind: 'events.recorded', payload: { customers: [anna?.customer] }, at: stores.clock.now() };
    await customersReactions['events.recorded']['customers.retrait'](stores, ws, [fact]);
  };
  const preferred = async (): Promise<string | undefined> =>
    (await stores.ch.rows<{ category: string }>("select texts['preferred_category'] as category from customer_state final where workspace = {ws:UUID} and customer = {customer:UUID}", { ws, customer: anna?.customer }))[0]?.category;
  for (const [no, day] of [['1', '2025-10-01'], ['2', '2025-11-01'], ['3', '2025-12-01']] as const) await buy(ws, anna?.subject as string, no, day, '红茶');
  await buy(ws, ben?.subject as string, '9', '2025-12-01', '茶具');
  await recorded();
  expect(await preferred()).toBe('红茶');
  stores.clock.advance(60_000);
  for (const [no, day] of [['4', '2026-01-10'], ['5', '2026-01-11']] as const) await buy(ws, anna?.subject as string, no, day, '绿茶');
  const before = performance.now();
  await recorded();
  expect(performance.now() - before).toBeLessThan(60_000);
  expect(await preferred()).toBe('绿茶');
  const history = await stores.pg.tx(ws, (tx) => many(tx, sql<{ value: string }>`select value from trait_history where workspace_id = ${ws} and customer_id = ${anna?.customer} order by since`));
  expect(history.map(({ value }) => value)).toEqual(['红茶', '绿茶']);
});

test('R11a: of many buyers at once each is told their own', async () => {
  const ws = await testWorkspace(stores), names = Array.from({ length: 14 }, (_, i) => `buyer ${i}`);
  const { items } = await resolve(stores, ws, names.map((value) => ({ identifiers: [{ kind: 'user_id' as const, value }], at: stores.clock.now(), source: 't' })));
  for (const [i, { subject }] of items.entries()) for (const nth of [1, 2, 3]) await buy(ws, subject, `${i}-${nth}`, `2026-01-0${nth}`, nth === 1 ? '茶具' : `茶 ${i % 3}`);
  const fact = { id: 2, workspaceId: ws, kind: 'events.recorded', payload: { customers: items.map(({ customer }) => customer) }, at: stores.clock.now() };
  await customersReactions['events.recorded']['customers.retrait'](stores, ws, [fact]);
  const told = await stores.ch.rows<{ customer: string; category: string }>("select customer, texts['preferred_category'] as category from customer_state final where workspace = {ws:UUID}", { ws });
  expect(new Map(told.map(({ customer, category }) => [customer, category]))).toEqual(new Map(items.map(({ customer }, i) => [customer, `茶 ${i % 3}`])));
});
