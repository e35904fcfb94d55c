import { type Purchases, type Refused as UnfitPurchases, unfitPurchases } from '../evaluation/index.ts';
import { normalQuantile } from '../evaluation/interval.ts';
import { addWait, endedWaits, gapQuantileDays, noWaits, survivalOf, type Waits } from '../survival.ts';
import { withinOverBetween } from './gapVariance.ts';
import { refuse, type Refused } from './refused.ts';

export type HorizonInput = {
  purchases: Purchases;
  /** The day on which the horizons are learned: nothing after it is looked at. */
  asOf: number;
  /** Segment of each customer, 0, 1, …; one segment for all without it. */
  segments?: Uint16Array;
  /** Share (0–1) of the gaps between purchases that end within the horizon. */
  share?: number;
  floorDays?: number;
  ceilingDays?: number;
};

/** H of each customer in days, and how much of it is the customer's own rhythm (0: all the segment's, 1: all their own). */
export type Horizons = {
  days: Float64Array;
  ownWeight: Float64Array;
  segmentDays: number[];
  /** Gaps a customer needs before their own rhythm weighs as much as the segment's; null where customers do not differ. */
  priorGaps: number | null;
};

const SHARE = 0.8;
const FLOOR_DAYS = 30;
const CEILING_DAYS = 365;

/** Fewer ended gaps than this say nothing about a segment; it takes everybody's. */
const GAPS_LEAST = 20;

/**
 * The horizon in which a customer who is still there would buy: the `share` (0.8) quantile of their own gaps between
 * purchase days, drawn toward their segment's on the log scale with weight n/(n + k) for n gaps (credibility of Bühlmann
 * 1967). k is learned: the variance of a sample quantile (David & Nagaraja 2003, §10.2, normal log gaps) within customers
 * over the variance between them, both by one-way analysis of variance. The segment's own quantile counts gaps still open
 * (survival.ts). Bounded by `floorDays` (30) and `ceilingDays` (365). Refuses unfit purchases, `churn.bad_setting`, and
 * `churn.few_gaps` under 20 ended gaps: then somebody sets a horizon by hand.
 */
export function ownHorizons(input: HorizonInput): Horizons | Refused | UnfitPurchases {
  const rhythms = rhythmsOf(input);
  if ('refused' in rhythms) return rhythms;
  const { share = SHARE } = input, segmentDays = quantilesOf(rhythms.waits, share);
  return segmentDays ? drawn(rhythms, { segmentDays, priorGaps: priorGapsOf(rhythms, share) }, input) : refuse('churn.few_gaps', { needed: GAPS_LEAST });
}

/** Horizons by what `ownHorizons` learned of everybody, for a few who bought since: their own gaps are new, the rest stands. Refuses unfit purchases and `churn.bad_setting`. */
export function horizonsBy(learned: Pick<Horizons, 'segmentDays' | 'priorGaps'>, input: HorizonInput): Horizons | Refused | UnfitPurchases {
  const rhythms = rhythmsOf(input);
  return 'refused' in rhythms ? rhythms : drawn(rhythms, learned, input);
}

function rhythmsOf({ purchases, asOf, segments, share = SHARE, floorDays = FLOOR_DAYS, ceilingDays = CEILING_DAYS }: HorizonInput): Rhythms | Refused | UnfitPurchases {
  const customers = purchases.offsets.length - 1;
  const bad = !Number.isFinite(asOf) || !(share > 0 && share < 1) || !(floorDays > 0 && floorDays <= ceilingDays && ceilingDays < Infinity) || (segments !== undefined && segments.length !== customers);
  const unfit = bad ? refuse('churn.bad_setting', { asOf: String(asOf), share: String(share), floorDays: String(floorDays), ceilingDays: String(ceilingDays) }) : unfitPurchases(purchases);
  return unfit ?? measureRhythms(purchases, { asOf, share, ceilingDays, segments: segments ?? new Uint16Array(customers) });
}

function drawn(rhythms: Rhythms, { segmentDays, priorGaps }: Pick<Horizons, 'segmentDays' | 'priorGaps'>, { floorDays = FLOOR_DAYS, ceilingDays = CEILING_DAYS }: HorizonInput): Horizons {
  const ownWeight = Float64Array.from(rhythms.gaps, (gaps) => (gaps === 0 || priorGaps === null ? 0 : gaps / (gaps + priorGaps)));
  const days = ownWeight.map((weight, customer) => {
    const usual = Math.log(segmentDays[rhythms.segments[customer] as number] ?? (segmentDays[0] as number));
    return Math.min(ceilingDays, Math.max(floorDays, Math.round(Math.exp(usual + weight * ((rhythms.logQuantile[customer] as number) - usual)))));
  });
  return { days, ownWeight, segmentDays, priorGaps };
}

/** Of each customer: number of gaps, log of their quantile, mean and squared spread of their logs. Of each segment: its waits. */
type Rhythms = { gaps: Uint32Array; logQuantile: Float64Array; logMean: Float64Array; logSpread: Float64Array; segments: Uint16Array; waits: Waits[] };

function measureRhythms({ offsets, days }: Purchases, { asOf, share, ceilingDays, segments }: { asOf: number; share: number; ceilingDays: number; segments: Uint16Array }): Rhythms {
  const customers = offsets.length - 1;
  const column = (): Float64Array => new Float64Array(customers);
  const rhythms: Rhythms = { gaps: new Uint32Array(customers), logQuantile: column(), logMean: column(), logSpread: column(), segments, waits: Array.from({ length: segments.reduce((most, one) => Math.max(most, one), 0) + 1 }, noWaits) };
  for (let customer = 0; customer < customers; customer++) {
    const [start, end] = [offsets[customer] as number, offsets[customer + 1] as number];
    const waits = rhythms.waits[segments[customer] as number] as Waits;
    const gaps: number[] = [];
    let last = days[start] as number;
    if (start === end || last > asOf) continue;
    for (let at = start + 1; at < end && (days[at] as number) <= asOf; at++) {
      const gap = (days[at] as number) - last;
      if (gap > 0) gaps.push(gap);
      last = days[at] as number;
    }
    // Longer than the longest horizon is all one: waits are counted by day, and a slip of a century must not cost one.
    for (const gap of gaps) addWait(waits, Math.min(gap, Math.ceil(ceilingDays) + 1), true);
    addWait(waits, Math.min(Math.floor(asOf - last), Math.ceil(ceilingDays) + 1), false);
    if (gaps.length > 0) noteRhythm(rhythms, customer, gaps, share);
  }
  return rhythms;
}

function noteRhythm({ gaps: counts, logQuantile, logMean, logSpread }: Rhythms, customer: number, gaps: number[], share: number): void {
  gaps.sort((a, b) => a - b);
  const place = Math.min(gaps.length, Math.max(1, share * (gaps.length + 1))) - 1;
  const [below, above] = [gaps[Math.floor(place)] as number, gaps[Math.ceil(place)] as number];
  const mean = gaps.reduce((sum, gap) => sum + Math.log(gap) / gaps.length, 0);
  counts[customer] = gaps.length;
  logQuantile[customer] = Math.log(below + (place % 1) * (above - below));
  logMean[customer] = mean;
  logSpread[customer] = gaps.reduce((sum, gap) => sum + (Math.log(gap) - mean) ** 2, 0);
}

/** The quantile of each segment, everybody's where a segment has too few gaps; null where everybody has. */
function quantilesOf(waits: readonly Waits[], share: number): number[] | null {
  const all = noWaits();
  for (const { ended, open } of waits) {
    ended.forEach((count, days) => { addWait(all, days, true, count); });
    open.forEach((count, days) => { addWait(all, days, false, count); });
  }
  const everybody = endedWaits(all) < GAPS_LEAST ? null : gapQuantileDays(survivalOf(all), share);
  return everybody === null ? null : waits.map((own) => (endedWaits(own) < GAPS_LEAST ? null : gapQuantileDays(survivalOf(own), share)) ?? everybody);
}

/** k of the weight n/(n + k): variance of one customer's sample quantile, a gap each, over the variance between customers of a segment. */
function priorGapsOf(rhythms: Rhythms, share: number): number | null {
  const ratio = withinOverBetween(rhythms), density = Math.exp(-(normalQuantile(share) ** 2) / 2) / Math.sqrt(2 * Math.PI);
  return ratio === null ? null : ((share * (1 - share)) / density ** 2) * ratio;
}
