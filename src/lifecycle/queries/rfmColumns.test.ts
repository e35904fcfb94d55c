import { afterAll, beforeAll, expect, test } from 'vitest';
import { customerOf, putOrders, putRefunds, type TestOrder } from '../../../test/support/orders.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { dayNumber, dayOfNumber } from '../../kernel/day.ts';
import { seeded } from '../../kernel/random.ts';
import { loadRfmColumns } from './stages.ts';

let stores: TestStores;
beforeAll(async () => { stores = await testStores('2026-01-15T04:00:00Z'); });
afterAll(() => stores.close());

const LAST = dayNumber('2026-01-14'), WINDOW_FROM = LAST - 364;
const PEOPLE = 300;
/** Every seventh subject was merged into the one before it. */
const ownerOf = (n: number): number => (n % 7 === 3 ? n - 1 : n);

type Order = TestOrder & { who: number; on: number };
type Refund = { customer: string; who: number; on: number; day: string; amount: number; status: string };

const random = seeded(5), upTo = (most: number): number => Math.floor(random() * most);
const orders: Order[] = Array.from({ length: 2_000 }, (_, at) => {
  const who = Math.floor(PEOPLE * random() ** 2), on = LAST + 20 - upTo(at % 2 === 0 ? 40 : 700), amount = random() < 0.02 ? 40_000 + upTo(30_000) : upTo(11_000) - 2_000;
  return {
    who, on, customer: customerOf(who), day: dayOfNumber(on), amount, refunded: random() < 0.1 ? upTo(200) : 0, b2b: random() < 0.005 ? 1 : 0,
    status: random() < 0.1 ? 'unpaid' : 'done', full_refund: random() < 0.05 ? 'after_shipping' : '',
  };
});
const refunds: Refund[] = Array.from({ length: 200 }, () => {
  const who = upTo(PEOPLE), on = LAST - upTo(500);
  return { who, on, customer: customerOf(who), day: dayOfNumber(on), amount: upTo(3_000), status: random() < 0.2 ? 'pending' : 'done' };
});

/** The three measures by their definition, one customer at a time, in rising order. */
function reckoned(most: number): string[] {
  const isMoney = ({ status }: Order): boolean => status === 'done', isPurchase = (order: Order): boolean => isMoney(order) && order.full_refund === '';
  return Array.from({ length: PEOPLE }, (_, n) => n).filter((n) => ownerOf(n) === n).flatMap((n) => {
    const own = orders.filter(({ who, on }) => ownerOf(who) === n && on <= LAST), bought = own.filter(isPurchase), days = [...new Set(bought.map(({ on }) => on))];
    const perDay = days.map((day) => bought.reduce((sum, { on, amount }) => (on === day ? sum + amount : sum), 0));
    if (bought.length === 0 || bought.some(({ b2b }) => b2b === 1) || Math.max(...perDay) > most) return [];
    const net = own.filter((order) => isMoney(order) && order.on >= WINDOW_FROM).reduce((sum, { amount, refunded = 0 }) => sum + amount - refunded, 0)
      - refunds.filter(({ who, on, status }) => ownerOf(who) === n && on >= WINDOW_FROM && status === 'done').reduce((sum, { amount }) => sum + amount, 0);
    return [`${LAST - Math.max(...days)} ${days.filter((day) => day >= WINDOW_FROM).length} ${net}`];
  }).sort();
}

test.each([['no limit', null], ['a limit two orders of one day may pass together', 12_000], ['a low limit', 4_000]])('R27: recency, frequency and money of every consumer are what their orders say, through merges, refunds and days to come: %s', async (_, b2bPurchaseMinor) => {
  const ws = await testWorkspace(stores);
  await putOrders(stores, ws, orders);
  await putRefunds(stores, ws, refunds);
  await stores.ch.insert('subject_owner', Array.from({ length: PEOPLE }, (__, n) => n).filter((n) => ownerOf(n) !== n).map((n) => ({ workspace: ws, subject: customerOf(n), customer: customerOf(ownerOf(n)), version: 1 })));
  const { recency, frequency, monetary } = await loadRfmColumns(stores.ch, { workspaceId: ws, asOf: LAST, windowFrom: WINDOW_FROM, b2bPurchaseMinor });
  const read = Array.from(recency, (days, at) => `${days} ${frequency[at]} ${monetary[at]}`).sort(), expected = reckoned(b2bPurchaseMinor ?? Number.POSITIVE_INFINITY);
  expect(read).toEqual(expected);
  expect(expected.length).toBeGreaterThan(20);
});

test('a shop where nobody bought has empty columns', async () => {
  const ws = await testWorkspace(stores);
  await putRefunds(stores, ws, [{ customer: customerOf(1), day: '2026-01-02', amount: 5 }]);
  expect(await loadRfmColumns(stores.ch, { workspaceId: ws, asOf: LAST, windowFrom: WINDOW_FROM, b2bPurchaseMinor: null })).toEqual({ recency: new Float64Array(), frequency: new Float64Array(), monetary: new Float64Array() });
});
