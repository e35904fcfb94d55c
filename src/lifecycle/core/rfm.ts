/** Days since the last purchase, purchase days and net money (minor units) in the window. */
export type RfmInput = { recencyDays: number; frequency: number; monetaryMinor: number };

export const RFM_NAMES = ['key_value', 'key_develop', 'key_keep', 'key_winback', 'gen_value', 'gen_develop', 'gen_keep', 'gen_winback'] as const;
export type RfmName = (typeof RFM_NAMES)[number];

export type RfmMethod = 'quantiles' | 'means' | 'thresholds';

/** What a workspace edits: the window, how high and low are told apart, and thresholds where set by hand. */
export type RfmRules = {
  /** Days back from 数据截至 that count for F and M; null: all of history. */
  windowDays: number | null;
  method: RfmMethod;
  bins: number;
  thresholds: { recencyDays: number; frequency: number; monetaryMinor: number } | null;
  /** A name of the workspace's own in place of a table name. */
  names: Partial<Record<RfmName, string>>;
};

export const DEFAULT_RFM: RfmRules = { windowDays: 365, method: 'quantiles', bins: 5, thresholds: null, names: {} };

/** One measure cut in bins: values up to `upTo` get `score`; `isHigh` answers the eight-name table. */
export type Scale = { upTo: number; score: number; isHigh: boolean; customers: number }[];
export type RfmScales = { recency: Scale; frequency: Scale; monetary: Scale };

/**
 * Bins by mid-rank: equal values share one bin, the one their middle rank falls in, so that ties never split a score
 * (docs/guide/rfm.md). Fewer bins than asked come out where many tie; the page says so.
 */
export function midRankScale(values: Float64Array, bins: number, isLowBest: boolean): Scale {
  const sorted = values.toSorted();
  const scale: Scale = [];
  for (let from = 0; from < sorted.length; ) {
    const value = sorted[from] ?? 0;
    let to = from;
    while (to < sorted.length && sorted[to] === value) to++;
    const middle = (from + to) / 2 / sorted.length;
    const bin = Math.min(bins, Math.floor(middle * bins) + 1);
    const score = isLowBest ? bins + 1 - bin : bin;
    const last = scale.at(-1);
    if (last?.score === score) Object.assign(last, { upTo: value, customers: last.customers + to - from });
    else scale.push({ upTo: value, score, isHigh: score > (bins + 1) / 2, customers: to - from });
    from = to;
  }
  return scale;
}

/** Two bins at a limit: above it (recency: up to it) is high. A mean's tie is low, a set threshold's tie is high. */
export function limitScale(values: Float64Array, limit: number, { isLowBest, tieIsHigh }: { isLowBest: boolean; tieIsHigh: boolean }): Scale {
  const isHigh = (value: number): boolean => (value === limit ? tieIsHigh : isLowBest ? value < limit : value > limit);
  const high = values.reduce((sum, value) => sum + (isHigh(value) ? 1 : 0), 0);
  const low = values.length - high;
  const firstIsHigh = isLowBest;
  const tieGoesFirst = firstIsHigh === tieIsHigh;
  const upTo = tieGoesFirst ? limit : previous(limit);
  return [
    { upTo, score: firstIsHigh ? 2 : 1, isHigh: firstIsHigh, customers: firstIsHigh ? high : low },
    { upTo: Number.MAX_VALUE, score: firstIsHigh ? 1 : 2, isHigh: !firstIsHigh, customers: firstIsHigh ? low : high },
  ];
}

const previous = (limit: number): number => limit - Math.max(Number.EPSILON * Math.abs(limit), Number.MIN_VALUE);

/** Cuts the three measures as the rules say. Every consumer who ever bought belongs in `columns`, with F 0 and M 0 where the window holds nothing of theirs. */
export function rfmScales(columns: { recency: Float64Array; frequency: Float64Array; monetary: Float64Array }, rules: RfmRules): RfmScales {
  const { recency, frequency, monetary } = columns;
  if (rules.method === 'quantiles') {
    return { recency: midRankScale(recency, rules.bins, true), frequency: midRankScale(frequency, rules.bins, false), monetary: midRankScale(monetary, rules.bins, false) };
  }
  const mean = (values: Float64Array): number => (values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length);
  const set = rules.method === 'thresholds' ? rules.thresholds : null;
  const tieIsHigh = set !== null;
  return {
    recency: limitScale(recency, set?.recencyDays ?? mean(recency), { isLowBest: true, tieIsHigh }),
    frequency: limitScale(frequency, set?.frequency ?? mean(frequency), { isLowBest: false, tieIsHigh }),
    monetary: limitScale(monetary, set?.monetaryMinor ?? mean(monetary), { isLowBest: false, tieIsHigh }),
  };
}

const stepOf = (scale: Scale, value: number): { score: number; isHigh: boolean } => scale.find((step) => value <= step.upTo) ?? scale.at(-1) ?? { score: 0, isHigh: false };

export type RfmScore = { recency: number; frequency: number; monetary: number; name: RfmName };

export function rfmOf(input: RfmInput, scales: RfmScales): RfmScore {
  const recency = stepOf(scales.recency, input.recencyDays);
  const frequency = stepOf(scales.frequency, input.frequency);
  const monetary = stepOf(scales.monetary, input.monetaryMinor);
  return { recency: recency.score, frequency: frequency.score, monetary: monetary.score, name: rfmName({ recency: recency.isHigh, frequency: frequency.isHigh, monetary: monetary.isHigh }) };
}

/** The truth table (R27): 重要 where money is high; 价值 R↑F↑, 发展 R↑F↓, 保持 R↓F↑, 挽留 R↓F↓. */
export function rfmName({ recency, frequency, monetary }: { recency: boolean; frequency: boolean; monetary: boolean }): RfmName {
  const rank = monetary ? 'key' : 'gen';
  const kind = recency ? (frequency ? 'value' : 'develop') : frequency ? 'keep' : 'winback';
  return `${rank}_${kind}`;
}
