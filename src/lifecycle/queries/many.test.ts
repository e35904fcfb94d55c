import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { dayNumber } from '../../kernel/day.ts';
import { type CustomerId, newId, type SubjectId } from '../../kernel/ids.ts';
import { activity, FEW, purchaseLines, purchases, sales, tracked } from '../../kernel/readings.ts';
import { kindsOf, loadHabits } from './habits.ts';

let stores: TestStores, workspace: string;
const people: CustomerId[] = Array.from({ length: FEW + 10 }, () => newId() as CustomerId), strangers = people.slice(-5), named = people.slice(0, -5);
const DAY = '2026-01-10';

const order = (n: number, subject: string, more: object = {}) => ({ workspace, source: 'shop', shop: '', order_no: `O${n}`, version: 1, deleted: 0, subject, status: 'paid', ordered_at: `${DAY} 0${n % 9}:00:00`, day: DAY, currency: 'CNY', amount: 1_000 + n, channel: 'web', ...more });
const line = (n: number, subject: string, more: object = {}) => ({ workspace, source: 'shop', shop: '', order_no: `O${n}`, sku: 'tea', occurrence: 0, version: 1, deleted: 0, subject, day: DAY, category: `c${n % 3}`, kind: 'goods', amount: 1_000 + n, cost: n, ...more });
const event = (n: number, subject: string, more: object = {}) => ({ workspace, subject, time: `${DAY} 0${n % 9}:00:00`, message_id: `m${n}`, kind: 'track', event: 'Viewed', source: 'shop', shop: '', day: DAY, received_at: `${DAY} 10:00:00`, properties: {}, backfill: 0, version: 1, deleted: 0, ...more });

/** Everybody with an order, a line and an event; some orders changed hands, went back, were taken out or are nobody's purchase, one line is loose, one event was taken back. */
beforeAll(async () => {
  stores = await testStores('2026-01-15T04:00:00Z');
  workspace = await testWorkspace(stores);
  const of = (n: number): CustomerId => people[n] as CustomerId, stranger = strangers[0] as CustomerId;
  await stores.ch.insert('orders', people.map((one, n) => order(n, one)));
  await stores.ch.insert('orders', [order(0, stranger, { version: 2 }), order(people.length - 1, of(1), { version: 2 }), order(2, of(2), { version: 2, full_refund: 'after_shipping', refunded: 1_002 }), order(3, of(3), { version: 2, deleted: 1 }), order(4, of(4), { version: 2, status: 'unpaid' })]);
  await stores.ch.insert('order_lines', people.map((one, n) => line(n, one)));
  await stores.ch.insert('order_lines', [line(0, stranger, { version: 2 }), line(900, of(5), { loose: 1, kind: 'adjustment', amount: -50 })]);
  await stores.ch.insert('refunds', [{ workspace, source: 'shop', shop: '', refund_no: 'R1', order_no: '', version: 1, deleted: 0, subject: of(6), status: 'done', refunded_at: `${DAY} 12:00:00`, day: DAY, amount: 70, currency: 'CNY' }]);
  await stores.ch.insert('events', people.map((one, n) => event(n, one)));
}, 60_000);
afterAll(() => stores.close());

const READINGS = {
  purchases: [purchases, ['customer', 'order_no', 'amount', 'refunded']], sales: [sales, ['customer', 'document_no', 'kind', 'net', 'purchase']],
  purchaseLines: [purchaseLines, ['customer', 'order_no', 'sku', 'amount']], activity: [activity, ['customer', 'event', 'day', 'amount']], tracked: [tracked, ['customer', 'event', 'day']],
} as const;
type Any = ((...names: string[]) => string) & { mine(...names: string[]): string; many(...names: string[]): string };

test.each(Object.entries(READINGS))('%s: one pass for many people finds what the index finds for each, and what reading everybody finds of them', async (_, [given, names]) => {
  const reading = given as unknown as Any;
  const read = async (from: string, subjects: readonly string[]): Promise<string[]> => (await stores.ch.rows<object>(`select * from ${from}`, { workspace, subjects })).map((row) => JSON.stringify(row)).sort();
  const many = await read(reading.many(...names), named);
  expect(many.length).toBeGreaterThan(named.length - 6);
  const each = await Promise.all(named.map((one) => read(reading.mine(...names), [one])));
  expect(many).toEqual(each.flat().sort());
  expect(many).toEqual((await read(reading(...names), named)).filter((row) => named.includes((JSON.parse(row) as { customer: CustomerId }).customer)));
});

test('the habits of many are those of each, also where an event was taken back', async () => {
  const asOf = dayNumber('2026-01-15'), load = async (customers: readonly CustomerId[]) =>
    (await loadHabits(stores.ch, { workspaceId: workspace, asOf, windowFrom: 0, kinds: await kindsOf(stores.ch, workspace), whom: { customers, subjects: customers as readonly string[] as readonly SubjectId[] } })).sort((a, b) => (a.customerId < b.customerId ? -1 : 1));
  const alike = async () => {
    const many = await load(named), some = named.slice(0, 8), each = (await Promise.all(some.map((one) => load([one])))).flat().sort((a, b) => (a.customerId < b.customerId ? -1 : 1));
    expect(many.filter(({ customerId }) => some.includes(customerId))).toEqual(each);
    return many;
  };
  const before = await alike();
  expect(before.map(({ customerId }) => customerId)).toEqual([...named].sort());
  const last = event(7, named[7] as CustomerId, { time: '2026-01-12 07:00:00', day: '2026-01-12', message_id: 'late' });
  await stores.ch.insert('events', [last]);
  const seenOn = (books: typeof before) => books.find(({ customerId }) => customerId === named[7])?.lastSeen;
  expect(seenOn(await alike())).toBe(dayNumber('2026-01-12'));
  await stores.ch.insert('events', [{ ...last, version: 2, deleted: 1 }]);
  expect(seenOn(await alike())).toBe(dayNumber(DAY));
});
