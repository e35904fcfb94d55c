import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inOrder, storyOf } from './orderStory.ts';
import { type OrderEvent, shoppingOf } from './shopping.ts';

const TILL = { source: 's', shop: '', channel: '', currency: 'CNY', dayOf: (ms: number) => new Date(ms).toISOString().slice(0, 10) };
const OWNER = '00000000-0000-4000-8000-000000000001';
const said = (atMs: number, event: string, properties: OrderEvent['properties'] = {}) => {
  const shopping = shoppingOf({ kind: 'track', event, messageId: `m${atMs}`, atMs, properties: { order_id: 'O', ...properties }, shop: '', channel: '', name: '' }, TILL);
  if (!shopping) throw new Error(`no order in ${event}`);
  return { ...shopping, subject: OWNER };
};
const tea = (price: number) => ({ products: [{ sku: 'T1', price, quantity: 2 }] });

test.each([
  ['lines alone make the sum', [said(1, 'Order Completed', tea(5))], { amount: 1_000, refunded: 0, fullRefund: '', stated: false }],
  ['a sum that was named stays whatever the lines say', [said(1, 'Order Completed', { total: 30 }), said(2, 'Order Updated', tea(5))], { amount: 3_000, stated: true }],
  ['a refund without a sum takes what is left', [said(1, 'Order Completed', { total: 30 }), said(2, 'Order Refunded', { total: 10 }), said(3, 'Order Refunded')], { refunded: 3_000, fullRefund: 'before_shipping' }],
  ['a second one finds nothing', [said(1, 'Order Completed', { total: 30 }), said(2, 'Order Refunded'), said(3, 'Order Refunded')], { refunded: 3_000 }],
  ['money back before the order was spoken of waits for it', [said(1, 'Order Refunded'), said(2, 'Order Completed', { total: 30 })], { refunded: 3_000, fullRefund: 'before_shipping' }],
  ['what went back after shipping is told so', [said(1, 'Order Completed', { total: 30 }), said(2, 'Order Shipped'), said(3, 'Order Refunded')], { refunded: 3_000, fullRefund: 'after_shipping', status: 'shipped' }],
  ['a refund takes the sum of its moment, not a later one', [said(1, 'Order Completed', { total: 30 }), said(2, 'Order Refunded'), said(3, 'Order Updated', { total: 50 })], { amount: 5_000, refunded: 3_000 }],
] as const)('%s', (_, sales, expected) => {
  expect(storyOf(sales).order).toMatchObject(expected);
});

test('refunds alone make no order, and keep the sums they name', () => {
  const { order, refunds } = storyOf([said(1, 'Order Refunded', { total: 4 }), said(2, 'Order Refunded')]);
  expect([order, refunds.map(({ refund }) => refund.amount)]).toEqual([undefined, [400, 0]]);
});

test('any order of the same sayings makes the same story', () => {
  const money = fc.option(fc.integer({ min: 1, max: 90 }), { nil: undefined });
  const saying = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.constantFrom('Order Completed', 'Order Updated', 'Order Shipped', 'Order Cancelled', 'Order Refunded'), money, money)
    .map(([at, event, total, price]) => said(at, event, { ...(total === undefined ? {} : { total }), ...(price === undefined ? {} : tea(price)) }));
  fc.assert(fc.property(fc.array(saying, { maxLength: 8 }).chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }))), ([all, shuffled]) => {
    expect(storyOf(shuffled)).toEqual(storyOf(all));
    expect(inOrder(shuffled).map(({ order, refund }) => order?.orderedAt ?? refund?.at)).toEqual(inOrder(all).map(({ order, refund }) => order?.orderedAt ?? refund?.at));
  }), { numRuns: 300, seed: 5 });
});
