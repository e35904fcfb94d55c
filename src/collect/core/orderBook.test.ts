import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type BookedOrder, makeOrderBook, needsOrderTotals, newerOrder } from './orderBook.ts';
import type { LineRow, OrderRow, RefundRow } from './records.ts';

const order = (orderNo: string, changes: Partial<OrderRow> = {}): OrderRow => ({
  source: 's', shop: '', orderNo, status: 'paid', orderedAt: null, paidAt: null, day: '2024-03-01', currency: 'CNY', amount: null, shipping: 0, discount: 0, refunded: null, fullRefund: '', measures: {},
  channel: '', coupon: '', province: '', city: '', receiver: '', b2b: false, name: '', identifiers: [], properties: {}, ...changes,
});
const line = (orderNo: string, sku: string, amount: number, changes: Partial<LineRow> = {}): LineRow => ({
  source: 's', shop: '', orderNo, sku, occurrence: 0, name: sku, category: '', kind: 'goods', quantity: 1, amount, listed: amount, refunded: 0, cost: 0, currency: 'CNY', day: '', at: null, status: '', ...changes,
});
const refund = (orderNo: string, amount: number): RefundRow => ({
  source: 's', shop: '', refundNo: `R${amount}`, documentNo: '', orderNo, sku: '', at: null, day: '', amount, currency: 'CNY', cost: 0, status: 'done', reason: '', beforeShipping: false, identifiers: [], properties: {},
});
type Told = { order?: OrderRow; item?: LineRow; refund?: RefundRow };
function booked(waits: boolean, ...files: Told[][]): { orders: BookedOrder[]; lines: LineRow[]; early: number } {
  const book = makeOrderBook({ waits });
  files.forEach((file, index) => {
    if (index > 0) book.nextFile();
    for (const [row, told] of file.entries()) book.add({ line: row + 2, ...told });
  });
  const early = book.takeLines();
  const orders = [...book.finish()];
  return { orders, lines: [...early, ...book.takeLines()], early: early.length };
}

test('the same SKU again in one order is numbered in file order; real duplicate lines stay', () => {
  const { lines, orders } = booked(false, [{ order: order('1'), item: line('1', 'A', 100) }, { item: line('1', 'B', 50) }, { item: line('1', 'A', 100) }, { order: order('2'), item: line('2', 'A', 70) }]);
  expect(lines.map(({ orderNo, sku, occurrence }) => `${orderNo} ${sku} ${occurrence}`)).toEqual(['1 A 0', '1 B 0', '1 A 1', '2 A 0']);
  expect(orders.map(({ orderNo, amount, lines: count }) => [orderNo, amount, count])).toEqual([['1', 250, 3], ['2', 70, 1]]);
});

test('a line told again by another file of the drop is the same line, told anew', () => {
  const { orders, lines } = booked(true, [{ order: order('1'), item: line('1', 'A', 100) }, { item: line('1', 'A', 100) }], [{ item: line('1', 'A', 90) }, { item: line('1', 'C', 5) }]);
  expect(orders[0]).toMatchObject({ lineSum: 195, lines: 3, amount: 195 });
  expect(lines.map(({ sku, occurrence, amount }) => `${sku} ${occurrence} ${amount}`)).toEqual(['A 0 90', 'A 1 100', 'C 0 5']);
});

test('orders, lines and refunds of one drop meet by shop and number, whatever comes first', () => {
  const told: Told[][] = [[{ item: line('1', 'A', 300, { shop: 'x' }) }], [{ refund: { ...refund('1', 120), shop: 'x' } }], [{ order: order('1', { shop: 'x', amount: 300, status: 'done' }) }, { order: order('1', { shop: 'y', amount: 7 }) }]];
  for (const files of [told, [...told].reverse()]) {
    const { orders } = booked(true, ...files);
    expect(orders.find(({ shop }) => shop === 'x')).toMatchObject({ amount: 300, refunded: 120, fullRefund: '', lines: 1 });
    expect(orders.find(({ shop }) => shop === 'y')).toMatchObject({ amount: 7, refunded: 0, lines: 0 });
  }
});

test('only the order file names the shop: lines and refunds of that number follow it', () => {
  const files: Told[][] = [[{ order: order('1', { shop: '总店', amount: 100 }) }], [{ order: order('1'), item: line('1', 'A', 100) }], [{ refund: refund('1', 100) }]];
  for (const told of [files, [...files].reverse()]) {
    const { orders, lines } = booked(true, ...told);
    expect(orders).toHaveLength(1);
    expect(orders[0]).toMatchObject({ shop: '总店', amount: 100, lines: 1, refunded: 100 });
    expect(lines[0]?.shop).toBe('总店');
  }
});

test('money sent back in full is a full refund, before or after shipping by the status', () => {
  expect(booked(true, [{ order: order('1', { amount: 100 }) }, { refund: refund('1', 100) }]).orders[0]).toMatchObject({ fullRefund: 'before_shipping' });
  expect(booked(true, [{ order: order('1', { amount: 100, status: 'done' }) }, { refund: refund('1', 60) }, { refund: refund('1', 40) }]).orders[0]).toMatchObject({ fullRefund: 'after_shipping', refunded: 100 });
});

test('the difference between an order and its lines is spread pro rata and adds up to the cent', () => {
  const amounts = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 30 });
  fc.assert(fc.property(amounts, fc.integer({ min: 0, max: 10_000_000 }), (listed, total) => {
    const { orders, lines, early } = booked(true, [{ order: order('1', { amount: total }) }, ...listed.map((amount, index) => ({ item: line('1', `S${index}`, amount) }))]);
    const sum = listed.reduce((a, b) => a + b, 0);
    expect(early).toBe(0);
    expect(orders[0]).toMatchObject({ amount: total, lineSum: sum, difference: total - sum });
    expect(lines.reduce((a, b) => a + b.amount, 0)).toBe(total);
    for (const one of lines) if (sum > 0) expect(Math.abs(one.amount - (total * one.listed) / sum)).toBeLessThanOrEqual(1);
  }));
});

test('newest export wins, the status never goes back, emptiness overwrites nothing', () => {
  const before = order('1', { status: 'done', amount: 100, channel: 'app', paidAt: 5, day: '2024-03-02', measures: { paid: 100 }, identifiers: [{ kind: 'phone', scope: '', value: '+1' }] });
  const after = order('1', { status: 'paid', amount: 90, channel: '', measures: { total: 95 }, identifiers: [{ kind: 'email', scope: '', value: 'a@b.c' }, { kind: 'phone', scope: '', value: '+1' }] });
  expect(newerOrder(before, after)).toMatchObject({ status: 'done', amount: 90, channel: 'app', paidAt: 5, day: '2024-03-02', measures: { paid: 100, total: 95 } });
  expect(newerOrder(before, after).identifiers).toHaveLength(2);
});

test('lines wait only where a file of the drop names sums of whole orders', () => {
  expect(needsOrderTotals([{ roles: ['line'], measure: null }])).toBe(false);
  expect(needsOrderTotals([{ roles: ['order'], measure: 'paid' }])).toBe(false);
  expect(needsOrderTotals([{ roles: ['order'], measure: 'paid' }, { roles: ['line'], measure: null }])).toBe(true);
  expect(needsOrderTotals([{ roles: ['order', 'line'], measure: 'total' }])).toBe(true);
});
