import { type Day, monthOf } from '../../kernel/day.ts';
import { chanceOf } from './draws.ts';
import { buyerOf } from './people.ts';
import type { Plan } from './plan.ts';
import { ACQUISITION, type World } from './world.ts';

export type ShopCost = Readonly<{ no: string; day: Day; kind: 'acquisition' | 'retention' | 'service' | 'fulfilment' | 'incentive'; channel: string; amountCents: number }>;

/** What a month cost beside the goods, cents: a parcel, a message list entry, the service desk. */
const PER_ORDER_CENTS = 620, PER_MEMBER_CENTS = 32, DESK_CENTS_PER_ORDER = 190, REWARD_CENTS = 1500;
const NOISE = 0.3;

type Month = { month: string; lastDay: Day; arrived: Map<string, number>; members: number; orders: number };

/** The shop's bills, one a month and purpose, dated the last day of the month they are for. */
export function* costsOf(plan: Plan): Generator<ShopCost> {
  const random = chanceOf(plan.world.seed, 0, 99);
  const noisy = (cents: number): number => Math.round(cents * (1 - NOISE / 2 + NOISE * random()));
  for (const { month, lastDay, arrived, members, orders } of monthsOf(plan)) {
    const bill = (kind: ShopCost['kind'], channel: string, cents: number): ShopCost =>
      ({ no: `BILL-${month}-${kind}-${channel}`, day: lastDay, kind, channel, amountCents: cents });
    for (const { key, costCents } of ACQUISITION) yield bill('acquisition', key, noisy(costCents * (arrived.get(key) ?? 0)));
    yield bill('incentive', '老客推荐', REWARD_CENTS * (arrived.get('老客推荐') ?? 0));
    yield bill('retention', '短信', noisy(PER_MEMBER_CENTS * members));
    yield bill('fulfilment', '快递', noisy(PER_ORDER_CENTS * orders));
    yield bill('service', '客服', noisy(DESK_CENTS_PER_ORDER * orders));
  }
}

function monthsOf(plan: Plan): Month[] {
  const { world } = plan;
  const months = new Map<string, Month>();
  const byDay = world.days.names.map((day) => {
    const month = months.get(monthOf(day)) ?? { month: monthOf(day), lastDay: day, arrived: new Map<string, number>(), members: 0, orders: 0 };
    month.lastDay = day;
    months.set(month.month, month);
    return month;
  });
  countArrivals(world, byDay);
  for (let serial = 0; serial < plan.length; serial++) {
    const { moment, minute } = plan.entry(serial);
    if (moment === 'order' || moment === 'walk_in') (byDay[Math.floor(minute / 1440)] as Month).orders++;
  }
  let members = 0;
  return [...months.values()].map((month) => {
    members += [...month.arrived.values()].reduce((sum, count) => sum + count, 0);
    return { ...month, members };
  });
}

function countArrivals(world: World, byDay: Month[]): void {
  for (let index = 0; index < world.customers; index++) {
    const { arrivedDay, acquisition } = buyerOf(world, index);
    const { arrived } = byDay[arrivedDay] as Month;
    arrived.set(acquisition, (arrived.get(acquisition) ?? 0) + 1);
  }
}
