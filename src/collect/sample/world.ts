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

export function openWorld(random: Random, lastDay: Day, { customers = SAMPLE_CUSTOMERS, months = SAMPLE_MONTHS } = {}): World {
  const days = daysBetween(firstDayOf(lastDay, months), lastDay);
  return { seed: Math.floor(random() * 4294967296), customers, days, arrivals: arrivalsOf(days) };
}

function arrivalsOf({ names, busy }: Days): Float64Array {
  const isJanuary = (i: number): boolean => (names[i] as Day).slice(5, 7) === '01';
  const drawn = Float64Array.from(names, (_, i) => (busy[i] as number) ** 0.6 * (0.55 + (0.9 * i) / names.length));
  const sum = (january: boolean): number => drawn.reduce((total, weight, i) => (isJanuary(i) === january ? total + weight : total), 0);
  const januaryShare = (names.filter((_, i) => isJanuary(i)).length / DAYS_OF_JANUARY) * JANUARY_SHARE;
  const ofJanuary = sum(true), ofOthers = sum(false);
  let total = 0;
  return drawn.map((weight, i) => (total += isJanuary(i) ? (weight / ofJanuary) * januaryShare : (weight / ofOthers) * (1 - januaryShare)));
}

/** Milliseconds since 1970 of a minute of the shop's own wall clock; Shanghai keeps no summer time. */
export const instantOf = ({ days }: World, minute: number): number =>
  dayNumber(days.first) * 86_400_000 + minute * 60_000 - 8 * 3_600_000;
