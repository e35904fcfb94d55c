import { type Day, daysBetween } from '../../../kernel/day.ts';

/** How much of a quota was used up by the end of a day, as a share of it. */
export type Reading = { day: Day; share: number };

/** From this share on a quota is nearly used up. */
export const HIGH_SHARE = 0.9;
/** A reading older than this says nothing of today. */
export const STALE_DAYS = 7;

/** For how many days in a row every reading has been high; 0 where the last one is not, null where nothing was read lately (R80). `readings` by day. */
export function highDays(readings: readonly Reading[], today: Day): number | null {
  const known = readings.filter(({ day }) => day <= today), last = known.at(-1);
  if (!last || daysBetween(last.day, today) > STALE_DAYS) return null;
  const lastLow = known.findLastIndex(({ share }) => share < HIGH_SHARE), since = known[lastLow + 1];
  return since ? daysBetween(since.day, today) : 0;
}

/** The last reading in percent, where it is fresh. */
export function usedPercent(readings: readonly Reading[], today: Day): number | null {
  const last = readings.filter(({ day }) => day <= today).at(-1);
  return last && daysBetween(last.day, today) <= STALE_DAYS ? Math.round(last.share * 1_000) / 10 : null;
}

/** Which new products fit what somebody owns: those made for at least one of theirs, but for what they have already. */
export const fitting = (owned: ReadonlySet<string>, fits: readonly { sku: string; owners: readonly string[] }[]): string[] =>
  fits.filter(({ sku, owners }) => !owned.has(sku) && owners.some((one) => owned.has(one))).map(({ sku }) => sku).sort();
