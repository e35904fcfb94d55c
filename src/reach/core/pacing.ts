const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** What a sender allows itself: see the e-mail channel's config. */
export type Pace = { warmUp: { from: string; perDay: readonly number[] } | null; rate: number | null; rates: readonly { domain: string; perMinute: number }[] };

/** A window of time with a limit, and when the next one begins. `domain` null: all recipients. */
export type Limit = { domain: string | null; since: Date; until: Date; most: number };

/**
 * The day of a warm-up and how many it may send: the n-th number on the n-th day (UTC), the first number before it began; undefined when it is over.
 */
export function warmUpLimit({ warmUp }: Pace, now: Date): Limit | undefined {
  if (!warmUp) return undefined;
  const today = warmUpDay({ warmUp }, now), most = today ? warmUp.perDay[today.day - 1] : undefined;
  return most === undefined ? undefined : dayLimit(most, now);
}

/** The how-manieth day of a warm-up it is, of how many; null before none was begun and once it is over. */
export function warmUpDay({ warmUp }: Pick<Pace, 'warmUp'>, now: Date): { day: number; days: number } | null {
  if (!warmUp) return null;
  const day = Math.max(0, Math.round((Math.floor(now.getTime() / DAY_MS) * DAY_MS - Date.parse(warmUp.from)) / DAY_MS)) + 1;
  return day > warmUp.perDay.length ? null : { day, days: warmUp.perDay.length };
}

/** A day (UTC) in which `most` may be sent. */
export function dayLimit(most: number, now: Date): Limit {
  const since = Math.floor(now.getTime() / DAY_MS) * DAY_MS;
  return { domain: null, since: new Date(since), until: new Date(since + DAY_MS), most };
}

/** How many a minute a domain's mailboxes are given; undefined where there is no limit. */
export function rateLimit({ rate, rates }: Pace, domain: string, now: Date): Limit | undefined {
  const most = rates.find((one) => one.domain === domain)?.perMinute ?? rate;
  const since = Math.floor(now.getTime() / MINUTE_MS) * MINUTE_MS;
  return most === null ? undefined : { domain, since: new Date(since), until: new Date(since + MINUTE_MS), most };
}

/**
 * When each message that is over a limit may come again: the first `room` go now (null), the next `most` in the next window, and so on, so that
 * ten thousand that wait are not all tried every minute.
 */
export const placesIn = ({ since, until, most }: Limit, { used, count }: { used: number; count: number }): (Date | null)[] =>
  Array.from({ length: count }, (_, place) => {
    const window = Math.floor((Math.min(used, most) + place) / most);
    return window === 0 ? null : new Date(until.getTime() + (window - 1) * (until.getTime() - since.getTime()));
  });
