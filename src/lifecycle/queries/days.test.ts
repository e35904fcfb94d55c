import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerOf } from '../../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { dayNumber } from '../../kernel/day.ts';
import { seeded } from '../../kernel/random.ts';
import { kindsOf, loadHabits } from './habits.ts';

let stores: TestStores, workspace: string;
const random = seeded(11), draw = (below: number): number => Math.floor(random() * below), oneOf = <T>(all: readonly T[]): T => all[draw(all.length)] as T;
const CUSTOMERS = 40, DAYS = ['2026-01-02', '2026-01-03', '2026-01-04', '2026-02-01'], WINDOW_FROM = dayNumber('2026-01-04');

/** Few days, few moments and few amounts, so that several stand beside each other; moments and days need not follow each other. */
const orders = Array.from({ length: 400 }, (_, n) => ({
  order_no: `O${n}`, subject: customerOf(draw(CUSTOMERS)), source: oneOf(['web', 'desk']), day: oneOf(DAYS), ordered_at: oneOf(['2026-01-02 01:00:00.000', '2026-01-02 01:00:00.001', '1969-12-30 01:00:00.000']),
  channel: oneOf(['', 'app', 'fair', '直播']), status: oneOf(['paid', 'done', 'unpaid']), amount: 100 * (1 + draw(3)), refunded: oneOf([0, 0, 50]), promo: oneOf(['', 'p1']), b2b: draw(9) === 0 ? 1 : 0, receivers: 1 + draw(3),
}));
const lines = orders.flatMap((order) => ['a', 'b', 'c'].slice(draw(4)).map((sku) => ({
  order_no: order.order_no, source: order.source, subject: order.subject, sku, day: draw(5) === 0 ? oneOf(DAYS) : order.day, category: oneOf(['', 'cup', 'tea', '茶']), kind: oneOf(['goods', 'goods', 'gift']), amount: oneOf([-100, 0, 100, 100, 20_000_000_000]), cost: draw(50),
})));
const isPurchase = ({ status }: { status: string }): boolean => status !== 'unpaid';

beforeAll(async () => {
  stores = await testStores('2026-03-01T04:00:00Z');
  workspace = await testWorkspace(stores);
  await stores.ch.insert('orders', orders.map((order) => ({ workspace, shop: 'A', version: 1, deleted: 0, currency: 'CNY', ...order })));
  await stores.ch.insert('order_lines', lines.map((line) => ({ workspace, shop: 'A', occurrence: 0, version: 1, deleted: 0, quantity: 1, ...line })));
}, 60_000);
afterAll(() => stores.close());

const sum = (all: readonly number[]): number => all.reduce((a, b) => a + b, 0);
const least = <T>(all: readonly T[], of: (one: T) => readonly [number, string]): T | undefined => [...all].sort((a, b) => of(a)[0] - of(b)[0] || (of(a)[1] < of(b)[1] ? -1 : 1))[0];

/** The category of most money among the goods of one day, the first by name of equal ones. */
function mainOf(own: typeof lines): string {
  const money = [...Map.groupBy(own.filter(({ kind }) => kind === 'goods'), ({ category }) => category)].map(([category, of]) => ({ category, minor: sum(of.map(({ amount }) => amount)) }));
  return least(money, ({ category, minor }) => [-minor, category])?.category ?? '';
}

/** The same told by the rows themselves, one customer at a time. */
function plainly(customer: string, withSources: boolean): object {
  const own = orders.filter(({ subject }) => subject === customer), bought = own.filter(isPurchase), theirs = lines.filter((line) => line.subject === customer && bought.some((order) => order.order_no === line.order_no));
  const purchases = [...Map.groupBy(bought, ({ day }) => day)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([day, of]) => ({
    day: dayNumber(day), amountMinor: sum(of.map(({ amount }) => amount)), promo: of.some(({ promo }) => promo === 'p1') ? 'p1' : '', b2b: of.some(({ b2b }) => b2b === 1), receivers: Math.max(...of.map(({ receivers }) => receivers)), category: mainOf(theirs.filter((line) => line.day === day)),
  }));
  const net = bought.map(({ day, amount, refunded }) => ({ day: dayNumber(day), minor: amount - refunded })), months = Map.groupBy(bought, ({ day }) => Number(day.slice(0, 7).replace('-', '')));
  return {
    customerId: customer, purchases, orders: bought.length, netMinor: sum(net.map(({ minor }) => minor)), windowMinor: sum(net.filter(({ day }) => day >= WINDOW_FROM).map(({ minor }) => minor)), windowFrequency: purchases.filter(({ day }) => day >= WINDOW_FROM).length,
    sources: withSources ? [...new Set(bought.map(({ source }) => source))].sort() : [], shops: ['A'],
    brought: { channel: least(bought, ({ ordered_at, channel }) => [Date.parse(`${ordered_at.replace(' ', 'T')}Z`), channel])?.channel ?? '', productMinor: sum(theirs.map(({ cost }) => cost)), months: [...months].sort(([a], [b]) => a - b).map(([month, of]) => ({ month, orders: of.length })) },
  };
}

test.each([true, false])('days, categories, first channels and sums of everybody’s books are what the rows themselves say, with sources or without: %s', async (withSources) => {
  const books = await loadHabits(stores.ch, { workspaceId: workspace, asOf: dayNumber('2026-03-01'), windowFrom: WINDOW_FROM, kinds: await kindsOf(stores.ch, workspace), whom: { part: 0, parts: 1 }, sources: withSources });
  const buyers = [...new Set(orders.filter(isPurchase).map(({ subject }) => subject))].sort();
  expect(books.map(({ customerId }) => customerId).sort()).toEqual(buyers);
  expect(books.map((own) => ({ ...own, sources: [...own.sources].sort() })).sort((a, b) => (a.customerId < b.customerId ? -1 : 1))).toMatchObject(buyers.map((customer) => plainly(customer, withSources)));
});
