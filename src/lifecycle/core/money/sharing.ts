import type { Day } from '../../../kernel/day.ts';
import type { Entry, EntryKind } from './ledger.ts';
import { isMinor, type Refused, refuse } from './refused.ts';

/** A cost that names neither an order nor a person: a month's advertising, a parcel contract, the service desk. `month` is 'YYYY-MM'. */
export type Bill = { source: string; costNo: string; kind: Exclude<EntryKind, 'sales'>; channel: string; month: string; day: Day; amountMinor: number };

/**
 * Who shares a bill: those whose first purchase came that month (by its channel, where it names one), the orders of that
 * month, or everybody who had bought before it.
 */
export const BASES = ['newcomer', 'order', 'customer'] as const;
export type Base = (typeof BASES)[number];
export const BASE_OF: Readonly<Record<Bill['kind'], Base>> = {
  acquisition: 'newcomer', retention: 'customer', product: 'order', fulfilment: 'order', service: 'order', incentive: 'order',
};

/** Heads of each base: newcomers by month and channel, orders by month (nobody's too: their parcels cost as much). */
export type Heads = { newcomers: readonly { month: string; channel: string; customers: number }[]; orders: readonly { month: string; orders: number }[] };

/** A bill with what each head of its base bears. `restMinor`: what whole minor units cannot share out, or all of it where nobody is there to share. */
export type SharedBill = Bill & { base: Base; heads: number; eachMinor: number; restMinor: number };

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

function headsOf({ kind, month, channel }: Bill, { newcomers, orders }: Heads): number {
  const base = BASE_OF[kind];
  if (base === 'order') return sum(orders.filter((one) => one.month === month).map((one) => one.orders));
  const among = newcomers.filter((one) => (base === 'customer' ? one.month !== '' && one.month < month : one.month === month && (channel === '' || one.channel === channel)));
  return sum(among.map(({ customers }) => customers));
}

/**
 * Shares bills out, every head of a base the same whole amount (rounded to the nearest minor unit): heads × each + rest is
 * the bill again, to the unit. Refuses `not_minor`.
 */
export function shareOut(bills: readonly Bill[], heads: Heads): SharedBill[] | Refused {
  const bad = bills.find(({ amountMinor }) => !isMinor(amountMinor));
  if (bad) return refuse('money.not_minor', { source: bad.source, costNo: bad.costNo });
  return bills.map((bill) => {
    const among = headsOf(bill, heads);
    const eachMinor = among === 0 ? 0 : Math.round(bill.amountMinor / among);
    return { ...bill, base: BASE_OF[bill.kind], heads: among, eachMinor, restMinor: bill.amountMinor - eachMinor * among };
  });
}

/** What decides somebody's shares: month and channel of the first purchase ('' where there is none), orders by month. */
export type Sharer = { customerId: string; firstMonth: string; channel: string; orders: ReadonlyMap<string, number> };

function units({ firstMonth, channel, orders }: Sharer, bill: SharedBill): number {
  if (bill.base === 'order') return orders.get(bill.month) ?? 0;
  if (firstMonth === '') return 0;
  if (bill.base === 'customer') return firstMonth < bill.month ? 1 : 0;
  return firstMonth === bill.month && (bill.channel === '' || bill.channel === channel) ? 1 : 0;
}

export type Share = Entry & { bill: SharedBill; units: number };

/** One customer's shares of the bills, as ledger entries. */
export const sharesOf = (sharer: Sharer, bills: readonly SharedBill[]): Share[] => bills.flatMap((bill) => {
  const amountMinor = bill.eachMinor * units(sharer, bill);
  return amountMinor === 0 ? [] : [{ customerId: sharer.customerId, kind: bill.kind, amountMinor, day: bill.day, source: bill.costNo, bill, units: units(sharer, bill) }];
});

/** The same added up for everybody at once, as look-ups: by month (and channel) of the first purchase, and by month of each order. */
export type Rates = {
  newcomer: { month: string; channel: string; eachMinor: number }[];
  /** For those who first bought in `month`: everything since. */
  customer: { month: string; eachMinor: number }[];
  order: { kind: Bill['kind']; month: string; eachMinor: number }[];
};

const added = <T extends { eachMinor: number }>(rows: readonly T[], keyOf: (row: T) => string): T[] =>
  [...Map.groupBy(rows, keyOf).values()].map((same) => ({ ...(same[0] as T), eachMinor: sum(same.map(({ eachMinor }) => eachMinor)) }));

export function ratesOf(bills: readonly SharedBill[], firstMonths: readonly string[]): Rates {
  const of = (base: Base): SharedBill[] => bills.filter((bill) => bill.base === base && bill.eachMinor !== 0);
  return {
    newcomer: added(of('newcomer').map(({ month, channel, eachMinor }) => ({ month, channel, eachMinor })), ({ month, channel }) => `${month} ${channel}`),
    customer: firstMonths.map((month) => ({ month, eachMinor: sum(of('customer').filter((bill) => month < bill.month).map(({ eachMinor }) => eachMinor)) })),
    order: added(of('order').map(({ kind, month, eachMinor }) => ({ kind, month, eachMinor })), ({ kind, month }) => `${kind} ${month}`),
  };
}
