import { type Day, dayNumber } from '../../kernel/day.ts';
import type { Random } from '../../kernel/random.ts';
import { type Days, daysBetween, firstDayOf } from './calendar.ts';

/** The four places the simulated shop sells at; the key is the platform in the files. */
export const SHOPS = [
  { key: 'tmall', name: '天猫旗舰店', online: true, share: 0.44 },
  { key: 'youzan', name: '有赞小程序', online: true, share: 0.28 },
  { key: 'pos', name: '门店 POS', online: false, share: 0.18 },
  { key: 'site', name: '独立站', online: true, share: 0.1 },
] as const;
export type Shop = (typeof SHOPS)[number];

/** Where customers come from, what one costs on average (cents), and how many of the hundred come by it. */
export const ACQUISITION = [
  { key: '直通车', share: 24, costCents: 4200 },
  { key: '小红书种草', share: 19, costCents: 3300 },
  { key: '抖音直播', share: 17, costCents: 5100 },
  { key: '公众号', share: 12, costCents: 1500 },
  { key: '门店自然客流', share: 17, costCents: 300 },
  { key: '老客推荐', share: 7, costCents: 1200 },
  { key: '搜索', share: 4, costCents: 2600 },
] as const;
export const REFERRED = 5;

export const ZONE = 'Asia/Shanghai';
export const SAMPLE_MONTHS = 18;
export const SAMPLE_CUSTOMERS = 6000;
/** The story every installation is told. */
export const SAMPLE_SEED = 6;

/** One simulated shop before anything happened: its seed, its days and when its customers arrive. */
export type World = Readonly<{
  seed: number;
  customers: number;
  days: Days;
  /** Share of all customers arrived by the end of each day. */
  arrivals: Float64Array;
}>;

/** Of 6,000 customers 500 first buy in each January; the rest spread as the shop is busy and grows. */
const JANUARY_SHARE = 500 / 5620;
const DAYS_OF_JANUARY = 31;
/** Newcomers a day against the average, from the first day of the story to the last: a shop that grows. */
const GROWTH = { from: 0.55, by: 0.9 } as const;

export function openWorld(random: Random, lastDay: Day, { customers = SAMPLE_CUSTOMERS, months = SAMPLE_MONTHS } = {}): World {
  const days = daysBetween(firstDayOf(lastDay, months), lastDay);
  return { seed: Math.floor(random() * 4294967296), customers, days, arrivals: arrivalsOf(days) };
}

function arrivalsOf({ names, busy }: Days): Float64Array {
  const january = names.map((day) => (day.slice(5, 7) === '01' ? day.slice(0, 4) : ''));
  const drawn = Float64Array.from(names, (_, i) => (busy[i] as number) ** 0.6 * (GROWTH.from + (GROWTH.by * i) / names.length));
  const weights = new Map<string, number>(), days = new Map<string, number>();
  january.forEach((year, i) => {
    weights.set(year, (weights.get(year) ?? 0) + (drawn[i] as number));
    days.set(year, (days.get(year) ?? 0) + 1);
  });
  days.delete('');
  const shares = new Map([...days].map(([year, count]) => [year, (count / DAYS_OF_JANUARY) * JANUARY_SHARE]));
  shares.set('', 1 - [...shares.values()].reduce((sum, share) => sum + share, 0));
  let total = 0;
  return drawn.map((weight, i) => {
    const year = january[i] as string;
    total += (weight / (weights.get(year) as number)) * (shares.get(year) as number);
    return total;
  });
}

/** Milliseconds since 1970 of a minute of the shop's own wall clock; Shanghai keeps no summer time. */
export const instantOf = ({ days }: World, minute: number): number =>
  dayNumber(days.first) * 86_400_000 + minute * 60_000 - 8 * 3_600_000;
