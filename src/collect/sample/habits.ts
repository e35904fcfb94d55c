import type { Random } from '../../kernel/random.ts';
import type { Season } from './calendar.ts';
import { chanceOf, erlang, gamma, indexOf, lognormal, wheel } from './draws.ts';
import { type Buyer, PURPOSE } from './people.ts';
import type { World } from './world.ts';

/** What a moment of the plan is: a purchase, a look round, an order never paid, or somebody unknown at the till. */
export const MOMENTS = ['order', 'visit', 'unpaid', 'walk_in'] as const;
export type Moment = (typeof MOMENTS)[number];
export type Emit = (minute: number, moment: Moment, nth: number) => void;

/**
 * The habits of the crowd. Waits are in days of the shop's own clock, which runs faster in a busy season.
 * Each person has an own mean wait (lognormal), an own regularity (Erlang 1–4) and an own chance to stay away
 * for good after each purchase: purchases over people come out as overdispersed as in a negative binomial.
 */
const HABITS = {
  /** Share who will ever come back, by the season that brought them: bargain hunters and givers come back less. */
  returns: { plain: 0.535, promo: 0.42, festival: 0.235 },
  gapDays: { median: 76, sigma: 0.72 },
  secondGapDays: { median: 54, sigma: 0.88 },
  leave: { shape: 1.4, mean: 0.18 },
  giftSeasonShare: 0.6,
  b2bGapDays: { median: 30, sigma: 0.3 },
  b2bLeave: 0.04,
  visitsPerDay: 1 / 24,
  /** Visits that end in an order nobody pays. */
  unpaidShare: 0.035,
} as const;

const MINUTES_PER_DAY = 1440;
/** Buying by the hour: a quiet night, a noon, and the long evening. */
const hourly = wheel([6, 3, 1, 1, 1, 2, 6, 16, 34, 48, 56, 52, 50, 44, 46, 50, 50, 46, 48, 62, 80, 86, 66, 28]);
const minuteOfDay = (random: Random): number => hourly(random()) * 60 + Math.floor(random() * 60);

/** A day of the shop's own clock, `wait` after `day`; null when the story ends before. */
function dayAfter({ days }: World, day: number, wait: number): number | null {
  const at = (days.passed[day] as number) + wait;
  return at >= (days.passed[days.passed.length - 1] as number) ? null : Math.max(day + 1, indexOf(days.passed, at));
}

const returnShare = (season: Season | null): number =>
  HABITS.returns[season?.kind || 'plain'];

/** Days of purchase, and whether the last of them was the last for good: else the story ended first. */
export type Life = Readonly<{ bought: readonly number[]; left: boolean }>;

/** An ordinary customer: the first purchase is the arrival. */
function consumerDays(world: World, buyer: Buyer, random: Random): Life {
  const bought = [buyer.arrivedDay];
  if (random() >= returnShare(world.days.seasons[buyer.arrivedDay] ?? null)) return { bought, left: true };
  const gapDays = lognormal(random, HABITS.gapDays.median, HABITS.gapDays.sigma);
  const shape = 1 + Math.floor(random() * 4);
  const leave = Math.min(0.8, HABITS.leave.mean * gamma(random, HABITS.leave.shape));
  let wait = lognormal(random, HABITS.secondGapDays.median, HABITS.secondGapDays.sigma);
  for (let day = dayAfter(world, buyer.arrivedDay, wait); day !== null; day = dayAfter(world, day, wait)) {
    bought.push(day);
    if (random() < leave) return { bought, left: true };
    wait = gapDays * erlang(random, shape);
  }
  return { bought, left: false };
}

/** A giver comes for the festivals, most of them, once each. */
function giftDays(world: World, { arrivedDay }: Buyer, random: Random): Life {
  const bought = [arrivedDay];
  let season = world.days.seasons[arrivedDay]?.id;
  for (let day = arrivedDay + 1; day < world.days.seasons.length; day++) {
    const now = world.days.seasons[day];
    if (now?.kind !== 'festival' || now.id === season) continue;
    season = now.id;
    const on = day + Math.floor(random() * 10);
    if (random() < HABITS.giftSeasonShare && on < world.days.seasons.length) bought.push(on);
  }
  return { bought, left: false };
}

function b2bDays(world: World, { arrivedDay }: Buyer, random: Random): Life {
  const bought = [arrivedDay];
  const gapDays = lognormal(random, HABITS.b2bGapDays.median, HABITS.b2bGapDays.sigma);
  for (let day = dayAfter(world, arrivedDay, gapDays * erlang(random, 6)); day !== null; day = dayAfter(world, day, gapDays * erlang(random, 6))) {
    bought.push(day);
    if (random() < HABITS.b2bLeave) return { bought, left: true };
  }
  return { bought, left: false };
}

const LIVES = { consumer: consumerDays, gift: giftDays, b2b: b2bDays, prospect: (): Life => ({ bought: [], left: false }) } as const;

/** What somebody buys when, told from the same chance as `live`. */
export const lifeOf = (world: World, buyer: Buyer): Life => LIVES[buyer.kind](world, buyer, chanceOf(world.seed, buyer.index, PURPOSE.habit));

/** Everything one customer does, as moments of the plan in no particular order. */
export function live(world: World, buyer: Buyer, emit: Emit): void {
  const random = chanceOf(world.seed, buyer.index, PURPOSE.habit);
  const { bought } = LIVES[buyer.kind](world, buyer, random);
  for (const [nth, day] of bought.entries()) emit(day * MINUTES_PER_DAY + minuteOfDay(random), 'order', nth);
  if (!buyer.home.online && buyer.kind !== 'prospect') return;
  const from = Math.max(0, buyer.arrivedDay - 6);
  const until = Math.min(world.days.names.length - 1, (bought.at(-1) ?? buyer.arrivedDay) + 45);
  const isProspect = buyer.kind === 'prospect';
  let nth = 0;
  for (let day = isProspect ? buyer.arrivedDay : from - Math.log(1 - random()) / HABITS.visitsPerDay; day <= until; day += -Math.log(1 - random()) / HABITS.visitsPerDay) {
    const moment = random() < HABITS.unpaidShare ? 'unpaid' : 'visit';
    emit(Math.floor(day) * MINUTES_PER_DAY + minuteOfDay(random), moment, nth++);
  }
}
