import type { Sent } from './person.ts';
import type { ReasonFacts } from './reasons.ts';
import type { Cap, Rules } from './rules.ts';
import { daysInMonth, localOf, type Period, periodStart } from './zones.ts';

const HOUR = 3_600_000;
/** Rolling periods; a month is thirty days. */
const LENGTH_MS: Readonly<Record<Period, number>> = { minute: 60_000, hour: HOUR, day: 24 * HOUR, week: 168 * HOUR, month: 720 * HOUR };
/** So long a past is needed for every cap: the longest month, and a day for zones. */
export const HISTORY_MS = 32 * 24 * HOUR;

const newestFirst = (a: number, b: number): number => b - a;

/** When one more is allowed at the earliest, at `atMs` or later; Infinity for a limit of none. `times` newest first. */
function freeFrom(times: readonly number[], { per, limit }: Pick<Cap, 'per' | 'limit'>, rolling: boolean, zone: string, atMs: number): number {
  if (limit <= 0) return Number.POSITIVE_INFINITY;
  const oldest = times[limit - 1];
  if (oldest === undefined) return atMs;
  if (rolling) return Math.max(atMs, oldest + LENGTH_MS[per]);
  return oldest >= periodStart(zone, per, atMs) ? periodStart(zone, per, Math.max(oldest, atMs), 1) : atMs;
}

const countedBy = (cap: Cap, sent: readonly Sent[]): number[] =>
  sent.filter(({ purpose, channel }) => purpose === 'marketing' && (cap.channel === null || cap.channel === channel)).map(({ atMs }) => atMs).sort(newestFirst);

export type Capped = { untilMs: number; facts: ReasonFacts };

/** The first cap that forbids one more marketing message on a channel at an instant, with when it allows one; undefined where none does (D1, D2). */
export function cappedBy({ window, limits }: Rules['caps'], sent: readonly Sent[], { channel, zone, atMs }: { channel: string; zone: string; atMs: number }): Capped | undefined {
  for (const cap of limits) {
    if (cap.channel !== null && cap.channel !== channel) continue;
    const untilMs = freeFrom(countedBy(cap, sent), cap, window === 'rolling', zone, atMs);
    if (untilMs > atMs) return { untilMs, facts: { limit: cap.limit, per: cap.per, channel: cap.channel, window } };
  }
  return undefined;
}

const WECOM_ZONE = 'Asia/Shanghai';
const WECOM_LIMIT = { week: 7, day: 1 } as const;

/** WeCom's own limit on messages to one customer, of whatever purpose: as many a month as it has days, or seven a week, or one a day (developer.work.weixin.qq.com/document/path/92135). */
export function wecomCapped(per: Rules['wecomPer'], sent: readonly Sent[], atMs: number): Capped | undefined {
  const limit = per === 'month' ? daysInMonth(localOf(WECOM_ZONE, atMs).day) : WECOM_LIMIT[per];
  const times = sent.filter(({ channel }) => channel === 'wecom').map((one) => one.atMs).sort(newestFirst);
  const untilMs = freeFrom(times, { per, limit }, false, WECOM_ZONE, atMs);
  return untilMs > atMs ? { untilMs, facts: { limit, per } } : undefined;
}
