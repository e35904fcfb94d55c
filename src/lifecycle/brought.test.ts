import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerOf, putPeople } from '../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../test/support/stores.ts';
import { reassess } from './index.ts';
import { totalProfit, totalWorth } from './queries/worth.ts';

let stores: TestStores;
let ws: string;
const buyer = customerOf(1);
/** Of one buyer: two orders of one moment by two channels, one of another month, one that was closed; a line may have a day of its own. */
const ORDERS = [
  { order_no: 'a', day: '2025-01-30', at: '08:00:00', channel: 'live', amount: 5_000 }, { order_no: 'b', day: '2025-01-30', at: '08:00:00', channel: 'desk', amount: 2_000 },
  { order_no: 'c', day: '2025-03-02', at: '09:00:00', channel: 'live', amount: 7_000 }, { order_no: 'd', day: '2025-01-02', at: '09:00:00', channel: 'fair', amount: 9_000, status: 'closed' },
];
const LINES = [
  { order_no: 'a', sku: 'k', day: '2025-01-30', kind: 'goods', category: 'tea', cost: 1_200 }, { order_no: 'b', sku: 'k', day: '2025-02-01', kind: 'sample', category: '', cost: 300 },
  { order_no: 'd', sku: 'k', day: '2025-01-02', kind: 'goods', category: 'tea', cost: 4_000 },
];
type Row = { customer: string; product: number; channel: string; order_months: number[]; month_orders: number[]; category: string; net: number };
const broughtBy = async (customer: string): Promise<Row | undefined> =>
  (await stores.ch.rows<Row>('select customer, product, channel, order_months, month_orders, category, net from stage_now final where workspace = {ws:UUID} and customer = {customer:UUID}', { ws, customer }))[0];

beforeAll(async () => {
  stores = await testStores('2025-04-01T04:00:00Z');
  ws = await testWorkspace(stores);
  await putPeople(stores, ws, [buyer]);
  await stores.ch.insert('orders', ORDERS.map(({ at, status = 'done', day, ...order }) => ({ workspace: ws, source: 's', shop: 'A', version: 1, deleted: 0, subject: buyer, status, ordered_at: `${day} ${at}`, day, currency: 'CNY', receivers: 1, ...order })));
  await stores.ch.insert('order_lines', LINES.map((line) => ({ workspace: ws, source: 's', shop: 'A', occurrence: 0, version: 1, deleted: 0, subject: buyer, quantity: 1, amount: 1_000, ...line })));
  await stores.ch.insert('costs', [{ workspace: ws, source: 's', cost_no: '1', version: 1, deleted: 0, day: '2025-02-01', kind: 'product', order_no: 'a', amount: 50 }]);
});
afterAll(() => stores.close());

const EXPECTED = { product: 1_500, channel: 'desk', order_months: [202501, 202503], month_orders: [2, 1], category: 'tea', net: 14_000 };

test('R30: an assessment carries along the goods of all purchases, the channel of the first and the orders of each month, for everybody and for one alike', async () => {
  await reassess(stores, ws, 'all', '2025-04-01', { mode: 'backfill' });
  expect(await broughtBy(buyer)).toMatchObject(EXPECTED);
  stores.clock.advance(1_000);
  await reassess(stores, ws, [buyer], '2025-04-01', { mode: 'backfill' });
  expect(await broughtBy(buyer)).toMatchObject(EXPECTED);
});

test('R28: sums over everybody are made of what was carried along and of the costs that name somebody', async () => {
  expect(await totalWorth(stores.ch, ws, { people: 'all', shop: '', within: [] })).toMatchObject({ customers: 1, sales: 14_000, product: 1_550, fulfilment: 0 });
  expect(await totalProfit(stores.ch, ws)).toBe(12_450);
});
