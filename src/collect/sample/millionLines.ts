import type { Day } from '../../kernel/day.ts';
import type { Random } from '../../kernel/random.ts';
import { daysBetween, firstDayOf } from './calendar.ts';
import { CATALOGUE, productAt } from './catalogue.ts';
import { between, chanceOf, indexOf } from './draws.ts';

export type LinesSize = Readonly<{ orders: number; customers: number }>;
/** The import benchmark: 1,000,000 lines of 250,000 orders of 50,000 customers, each with e-mail and phone. */
export const MILLION_LINES: LinesSize = { orders: 250_000, customers: 50_000 };
export const LINES_PER_ORDER = 4;
export const MILLION_HEADER = ['order_no', 'paid_at', 'email', 'phone', 'sku', 'quantity', 'line_amount'] as const;

const GROUP = 10;
const MOST_LINES = LINES_PER_ORDER * 2 - 1;
const SPAN = 16_777_216;

/** Whose order each is: in every group of ten customers everyone buys once and the rest falls as it may, often to the same. */
function buyers(random: Random, { orders, customers }: LinesSize): Uint32Array {
  const of = new Uint32Array(orders);
  const perGroup = (orders / customers) * GROUP;
  for (let order = 0; order < orders; order++) {
    const group = Math.floor(order / perGroup), nth = order % perGroup;
    of[order] = group * GROUP + (nth < GROUP ? nth : Math.floor(GROUP * random() ** 2));
  }
  return of;
}

/**
 * Seven columns in time order, as a shop exports them; exactly four lines an order on average, so the totals are known.
 * Refuses sizes that do not come in tens of customers and pairs of orders.
 */
export function* millionLines(random: Random, lastDay: Day, size: LinesSize = MILLION_LINES): Generator<string[]> {
  if (size.customers % GROUP !== 0 || size.orders % 2 !== 0 || (size.orders * GROUP) % size.customers !== 0) throw new RangeError('customers in tens, orders in pairs');
  const days = daysBetween(firstDayOf(lastDay, 12), lastDay);
  const of = buyers(random, size);
  const total = days.passed[days.passed.length - 1] as number;
  const order = new Float64Array(size.orders);
  for (let i = 0; i < size.orders; i++) order[i] = (indexOf(days.passed, random() * total) * 1440 + between(random, 480, 1439)) * SPAN + i;
  order.sort();
  const seed = Math.floor(random() * 4294967296);
  for (let at = 0; at < size.orders; at++) yield* linesOf(order[at] as number, { at, seed, customers: of, days: days.names });
}

type Told = Readonly<{ at: number; seed: number; customers: Uint32Array; days: readonly Day[] }>;

function* linesOf(sorted: number, { at, seed, customers, days }: Told): Generator<string[]> {
  const key = sorted % SPAN, minute = (sorted - key) / SPAN, customer = customers[key] as number;
  const pair = between(chanceOf(seed, key >> 1, 1), 1, MOST_LINES);
  const count = key % 2 === 0 ? pair : MOST_LINES + 1 - pair;
  const random = chanceOf(seed, key, 2);
  const no = `SIM${String(at + 1).padStart(7, '0')}`;
  const time = timeText(days, minute);
  const email = `sim-${customer + 1}@example.com`, phone = `154${String((customer * 73_687_879 + 12_345_678) % 100_000_000).padStart(8, '0')}`;
  let index = CATALOGUE.indexOf(productAt(random(), 'any'));
  for (let line = 0; line < count; line++) {
    index = (index + 1 + Math.floor(random() * 3)) % CATALOGUE.length;
    const { sku, priceCents } = CATALOGUE[index] as (typeof CATALOGUE)[number];
    const quantity = random() < 0.8 ? 1 : 2;
    yield [no, time, email, phone, sku, quantity === 1 ? '1' : '2', String((priceCents * quantity) / 100)];
  }
}

const timeText = (days: readonly Day[], minute: number): string => {
  const day = Math.floor(minute / 1440), left = minute % 1440, hour = Math.floor(left / 60), rest = left % 60;
  return `${days[day]} ${hour < 10 ? '0' : ''}${hour}:${rest < 10 ? '0' : ''}${rest}:00`;
};
