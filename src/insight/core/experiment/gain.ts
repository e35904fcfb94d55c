import type { Interval } from '../interval.ts';
import { compareMeans, type MeanRefusal, type Moments } from './means.ts';
import { isRefused, type Refused } from '../../../kernel/refused.ts';
import type { ShareEffect } from './shares.ts';

const across = ({ low, high }: Interval, rule: (value: number) => number): Interval => ({ low: rule(low), high: rule(high) });

/** Buyers the treatment brought that would not have come: difference × treated, with the difference's own interval. */
export const extraBuyers = ({ difference, interval }: Pick<ShareEffect, 'difference' | 'interval'>, treated: number): { extra: number; interval: Interval } =>
  ({ extra: difference * treated, interval: across(interval, (share) => share * treated) });

export type NetGain = {
  netMinor: number;
  /** What a verdict rests on. */
  intervalMinor: Interval;
  /** The same from the interval as a page prints it, to a tenth of a percentage point: what a reader with a pocket calculator gets. */
  printedMinor: Interval;
};

/**
 * Money left over: extra buyers × margin of a buyer − what the treatment cost, taken as spent. Minor units, rounded to whole.
 * Story 1: 992 → 149 against 248 → 25, 128 × 45 % a buyer, 149 coupons of 15 and messages for 45: net 542; from the printed
 * +0.6 … +9.3 points −1,937 … +3,034, from the unrounded interval −1,947 … +3,032. Where every customer's profit is known,
 * `netGainOf` is the better measure: there a coupon's cost varies with its user.
 */
export function netGain(effect: Pick<ShareEffect, 'difference' | 'interval'>, { treated, marginMinor, costMinor }: { treated: number; marginMinor: number; costMinor: number }): NetGain {
  const money = (difference: number): number => Math.round(difference * treated * marginMinor - costMinor);
  return { netMinor: money(effect.difference), intervalMinor: across(effect.interval, money), printedMinor: across(effect.interval, (share) => money(Math.round(share * 1000) / 1000)) };
}

/**
 * Money left over from profits per assigned customer (incentives already taken off, refunds too): Welch's difference ×
 * treated, after each treated customer has borne an even part of what cannot be laid to one of them. The p value is that
 * of the net, so a sure loss is proven as one. Refuses as `compareMeans`.
 */
export function netGainOf({ treated, control }: { treated: Moments; control: Moments }, sharedCostMinor: number): { netMinor: number; intervalMinor: Interval; pValue: number } | Refused<MeanRefusal> {
  const effect = compareMeans({ treated: { ...treated, mean: treated.mean - sharedCostMinor / Math.max(1, treated.customers) }, control });
  if (isRefused(effect)) return effect;
  const money = (difference: number): number => Math.round(difference * treated.customers);
  return { netMinor: money(effect.difference), intervalMinor: across(effect.interval, money), pValue: effect.pValue };
}
