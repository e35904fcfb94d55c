import { type Refused, refuse } from './refused.ts';

/** Where a value stands among all, 0–100: how many lie below it, how many are equal (itself too), of how many. */
export const standingAmong = ({ below, equal, all }: { below: number; equal: number; all: number }): number => ((below + equal / 2) / all) * 100;

/**
 * Standing of each value among all, 0–100, by mid-rank: (those below + half of those equal) ÷ all. Equal values stand
 * equal, an outlier moves nobody else, and the mean is always 50. NaN marks somebody of whom nothing is known: NaN back.
 */
export function percentiles(values: Float64Array): Float64Array {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const standing = new Map<number, number>();
  for (let from = 0; from < sorted.length; ) {
    let to = from;
    while (to < sorted.length && sorted[to] === sorted[from]) to++;
    standing.set(sorted[from] ?? 0, standingAmong({ below: from, equal: to - from, all: sorted.length }));
    from = to;
  }
  return values.map((value) => standing.get(value) ?? Number.NaN);
}

/** One part of a score: 0–100 and its weight; null where it is not known of this customer. */
export type Part = { key: string; value: number | null; weight: number };

export type Score = {
  /** 0–100, to a tenth. */
  score: number;
  /** Points each part gives, to a tenth; they sum to the score exactly as printed. */
  parts: { key: string; value: number; weight: number; points: number }[];
  /** Parts left out as unknown; their weight went to the rest. */
  missing: string[];
};

/** Largest remainder (Hare): tenths that sum to the rounded sum. */
function tenthsOf(points: readonly number[]): number[] {
  const exact = points.map((point) => point * 10 + 1e-9);
  const tenths = exact.map(Math.floor);
  const open = Math.round(exact.reduce((sum, one) => sum + one, 0)) - tenths.reduce((sum, one) => sum + one, 0);
  const order = exact.map((one, at) => ({ at, rest: one - Math.floor(one) })).sort((a, b) => b.rest - a.rest || a.at - b.at);
  for (const { at } of order.slice(0, open)) tenths[at] = (tenths[at] ?? 0) + 1;
  return tenths;
}

/**
 * Weighted score with its explanation (R32: 80, 50, 90 at .3, .2, .5 → 79 = 24 + 10 + 45). Weights are taken relative to
 * their sum. Refuses `bad_weights` (negative, or all 0), `not_a_share` (a value outside 0–100), `nothing_known`.
 */
export function scoreOf(parts: readonly Part[]): Score | Refused {
  if (parts.some(({ weight }) => !(weight >= 0 && Number.isFinite(weight)))) return refuse('money.bad_weights');
  const bad = parts.find(({ value }) => value !== null && !(value >= 0 && value <= 100));
  if (bad) return refuse('money.not_a_share', { part: bad.key });
  const known = parts.flatMap(({ key, value, weight }) => (value === null ? [] : [{ key, value, weight }]));
  if (known.length === 0) return refuse('money.nothing_known');
  const total = known.reduce((sum, { weight }) => sum + weight, 0);
  if (total === 0) return refuse('money.bad_weights');
  const tenths = tenthsOf(known.map(({ value, weight }) => (value * weight) / total));
  return {
    score: tenths.reduce((sum, one) => sum + one, 0) / 10,
    parts: known.map((part, at) => ({ ...part, weight: part.weight / total, points: (tenths[at] ?? 0) / 10 })),
    missing: parts.filter(({ value }) => value === null).map(({ key }) => key),
  };
}

export const DIMENSIONS = ['behaviour', 'attributes', 'contribution'] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** A measure of many customers, in their order; NaN where unknown. `better: 'less'` turns it round (days since the last visit). */
export type Measure = { key: string; dimension: Dimension; values: Float64Array; better: 'more' | 'less' };

/**
 * The three dimensions of every customer, 0–100: the mean of the percentiles of the measures that are known of them; null
 * where none is. Measures of one dimension weigh the same.
 */
export function dimensionsOf(measures: readonly Measure[], customers: number): Record<Dimension, number | null>[] {
  const standings = measures.map(({ dimension, values, better }) => ({ dimension, standing: percentiles(better === 'less' ? values.map((value) => -value) : values) }));
  return Array.from({ length: customers }, (_, at) => {
    const meanOf = (dimension: Dimension): number | null => {
      const own = standings.filter((one) => one.dimension === dimension).map(({ standing }) => standing[at] ?? Number.NaN).filter((value) => !Number.isNaN(value));
      return own.length === 0 ? null : own.reduce((sum, value) => sum + value, 0) / own.length;
    };
    return { behaviour: meanOf('behaviour'), attributes: meanOf('attributes'), contribution: meanOf('contribution') };
  });
}
