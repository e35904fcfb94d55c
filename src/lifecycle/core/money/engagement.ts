import { type Part, percentiles, type Score, scoreOf } from './score.ts';
import { type Refused, refuse } from './refused.ts';

/** What each customer did in the window: days with a sign-in, interactions, minutes on the pages. Columns in one order of customers. */
export type Activity = { logins: Float64Array; interactions: Float64Array; minutes: Float64Array };

export type ActivityWeights = { logins: number; interactions: number; minutes: number };
export const ACTIVITY_WEIGHTS: ActivityWeights = { logins: 0.4, interactions: 0.4, minutes: 0.2 };

/** The activity score of one customer whose three standings (0–100; null where unknown) are known already. */
export const activityScoreOf = (standings: Readonly<Record<keyof ActivityWeights, number | null>>, weights: ActivityWeights = ACTIVITY_WEIGHTS): Score | Refused =>
  scoreOf((['logins', 'interactions', 'minutes'] as const).map((key): Part => ({ key, value: standings[key], weight: weights[key] })));

/**
 * Activity score 0–100 with its explanation (R34): each of the three as the customer's standing among all (`percentiles`),
 * weighted. Minutes weigh less, since a page left open counts as long as one that is read.
 */
export function activityScores({ logins, interactions, minutes }: Activity, weights: ActivityWeights = ACTIVITY_WEIGHTS): (Score | Refused)[] {
  const columns = { logins: percentiles(logins), interactions: percentiles(interactions), minutes: percentiles(minutes) };
  const at = (key: keyof ActivityWeights, row: number): number | null => {
    const value = columns[key][row] ?? Number.NaN;
    return Number.isNaN(value) ? null : value;
  };
  return Array.from(logins, (_, row) => activityScoreOf({ logins: at('logins', row), interactions: at('interactions', row), minutes: at('minutes', row) }, weights));
}

/** What a customer said and did for us before others. `nps`: their last answer, 0–10; `rating`: mean stars, 1–5. */
export type Advocacy = { reviews: number; rating: number | null; shares: number; convertingShares: number; referrals: number; mentions: number; nps: number | null };

/** Points of each act, and the number of it beyond which more adds nothing: twenty reviews are not ten times two. */
export const ADVOCACY_POINTS = { reviews: { points: 6, most: 5 }, shares: { points: 2, most: 5 }, convertingShares: { points: 10, most: 3 }, referrals: { points: 15, most: 2 }, mentions: { points: 4, most: 5 } } as const;
const NPS_POINTS = { promoter: 15, detractor: -15 };
const RATING_POINTS = 5;

/**
 * Advocacy score 0–100: points for reviews, shares, converting shares, referrals and mentions, each up to a number; ±15 for a
 * promoter or detractor, −10 … +10 for the stars given, three being neutral (R34). Two reviews, a converting share and a
 * 10 outrank one review. Parts sum to the score before it is kept within 0–100.
 */
export function advocacyScore(acts: Advocacy): { score: number; parts: { key: keyof Advocacy; points: number }[] } {
  const counted = (Object.keys(ADVOCACY_POINTS) as (keyof typeof ADVOCACY_POINTS)[]).map((key) => ({ key, points: Math.min(acts[key], ADVOCACY_POINTS[key].most) * ADVOCACY_POINTS[key].points }));
  const nps = acts.nps === null ? 0 : acts.nps >= 9 ? NPS_POINTS.promoter : acts.nps <= 6 ? NPS_POINTS.detractor : 0;
  const parts = [...counted, { key: 'nps' as const, points: nps }, { key: 'rating' as const, points: acts.rating === null ? 0 : (acts.rating - 3) * RATING_POINTS }];
  return { score: Math.min(100, Math.max(0, parts.reduce((sum, { points }) => sum + points, 0))), parts };
}

export type Stickiness = { stickiness: number; minutesPerSession: number | null; productsPerCustomer: number | null };

/**
 * Stickiness (R34): mean daily active over monthly active customers (200 / 1,000 → 0.2), minutes of a session, products a
 * customer. `dailyActive`: one count for every day of the month, days without anybody as 0. Refuses `nothing_known` where
 * nobody was active, `not_a_share` where a day has more than the month.
 */
export function stickinessOf({ dailyActive, monthlyActive, minutes, sessions, products, customers }: { dailyActive: readonly number[]; monthlyActive: number; minutes: number; sessions: number; products: number; customers: number }): Stickiness | Refused {
  if (!(monthlyActive > 0) || dailyActive.length === 0) return refuse('money.nothing_known');
  if (!dailyActive.every((daily) => daily >= 0 && daily <= monthlyActive)) return refuse('money.not_a_share', { monthlyActive });
  const mean = dailyActive.reduce((sum, daily) => sum + daily, 0) / dailyActive.length;
  return { stickiness: mean / monthlyActive, minutesPerSession: sessions > 0 ? minutes / sessions : null, productsPerCustomer: customers > 0 ? products / customers : null };
}

/** Advocacy of many, most first; equal scores by id, so that a page reads the same twice. */
export const rankAdvocates = (acts: ReadonlyMap<string, Advocacy>): { customerId: string; score: number }[] =>
  [...acts].map(([customerId, own]) => ({ customerId, score: advocacyScore(own).score })).sort((a, b) => b.score - a.score || (a.customerId < b.customerId ? -1 : 1));
