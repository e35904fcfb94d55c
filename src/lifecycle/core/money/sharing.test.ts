import { expect, test } from 'vitest';
import { seeded } from '../../../kernel/random.ts';
import { isRefused, type Refused } from './refused.ts';
import { type Bill, type Heads, ratesOf, type Sharer, shareOut, sharesOf } from './sharing.ts';

const sure = <T>(value: T | Refused): T => {
  if (isRefused(value)) throw new Error(value.refused);
  return value;
};
const bill = (kind: Bill['kind'], month: string, amountMinor: number, channel = ''): Bill => ({ source: 's', costNo: `${month}-${kind}-${channel}`, kind, channel, month, day: `${month}-28`, amountMinor });
const heads: Heads = { newcomers: [{ month: '2026-01', channel: 'a', customers: 3 }, { month: '2026-01', channel: 'b', customers: 1 }, { month: '2026-02', channel: 'a', customers: 2 }], orders: [{ month: '2026-02', orders: 7 }] };

test('a channel’s advertising falls on those it brought, a month’s parcels on its orders, mailings on those who had bought before', () => {
  const shared = sure(shareOut([bill('acquisition', '2026-01', 1000, 'a'), bill('acquisition', '2026-01', 400), bill('fulfilment', '2026-02', 700), bill('retention', '2026-02', 90), bill('acquisition', '2026-03', 50, 'a')], heads));
  expect(shared.map(({ base, heads: among, eachMinor, restMinor }) => [base, among, eachMinor, restMinor])).toEqual([['newcomer', 3, 333, 1], ['newcomer', 4, 100, 0], ['order', 7, 100, 0], ['customer', 4, 23, -2], ['newcomer', 0, 0, 50]]);
  const one: Sharer = { customerId: 'x', firstMonth: '2026-01', channel: 'a', orders: new Map([['2026-02', 2]]) };
  expect(sharesOf(one, shared).map(({ kind, amountMinor, units }) => [kind, amountMinor, units])).toEqual([['acquisition', 333, 1], ['acquisition', 100, 1], ['fulfilment', 200, 2], ['retention', 23, 1]]);
  expect(sharesOf({ ...one, firstMonth: '', orders: new Map() }, shared)).toEqual([]);
});

test('every bill is shared out to the unit, and the look-ups add up to the shares', () => {
  const random = seeded(5);
  const months = ['2026-01', '2026-02', '2026-03', '2026-04'], channels = ['', 'a', 'b'];
  const people = Array.from({ length: 60 }, (_, at): Sharer => ({
    customerId: `c${at}`, firstMonth: random() < 0.1 ? '' : months[Math.floor(random() * 3)] as string, channel: channels[Math.floor(random() * 3)] as string,
    orders: new Map(months.map((month) => [month, Math.floor(random() * 3)])),
  }));
  const own: Heads = {
    newcomers: people.filter(({ firstMonth }) => firstMonth !== '').map(({ firstMonth, channel }) => ({ month: firstMonth, channel, customers: 1 })),
    orders: people.flatMap(({ orders }) => [...orders].map(([month, count]) => ({ month, orders: count }))),
  };
  const kinds = ['acquisition', 'retention', 'service', 'fulfilment', 'incentive', 'product'] as const;
  const bills = Array.from({ length: 80 }, (_, at) => ({ ...bill(kinds[at % 6] as Bill['kind'], months[Math.floor(random() * 4)] as string, Math.floor(random() * 100_000) - 5000, channels[Math.floor(random() * 3)]), costNo: String(at) }));
  const shared = sure(shareOut(bills, own));
  const all = people.flatMap((one) => sharesOf(one, shared));
  for (const { costNo, amountMinor, restMinor } of shared) expect(all.filter(({ source }) => source === costNo).reduce((sum, one) => sum + one.amountMinor, restMinor)).toBe(amountMinor);
  const rates = ratesOf(shared, months);
  for (const one of people) {
    const newcomer = rates.newcomer.filter(({ month, channel }) => month === one.firstMonth && (channel === '' || channel === one.channel));
    const customer = rates.customer.filter(({ month }) => month === one.firstMonth);
    const order = rates.order.map(({ month, eachMinor }) => eachMinor * (one.orders.get(month) ?? 0));
    const looked = [...newcomer, ...customer].reduce((sum, { eachMinor }) => sum + eachMinor, 0) + order.reduce((sum, minor) => sum + minor, 0);
    expect(looked).toBe(sharesOf(one, shared).reduce((sum, { amountMinor }) => sum + amountMinor, 0));
  }
  expect(shareOut([bill('service', '2026-01', 0.5)], own)).toMatchObject({ refused: 'money.not_minor' });
});
