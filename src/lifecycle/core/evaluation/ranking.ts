import { type Interval, widthAt, wilson } from './interval.ts';
import { type TieGroups, tieGroups } from './order.ts';
import { refuse, type Refused, unfitColumns, unfitLabels } from './refused.ts';

/** `auc` is the chance that somebody with label 1 scores above somebody with label 0; 0.5 is guessing. */
export type Auc = Interval & { auc: number; standardError: number; positives: number; negatives: number };

/**
 * Area under the ROC curve with its interval. Ties count one half (mid-ranks). Variance by DeLong, DeLong &
 * Clarke-Pearson (1988, eq. 4–6), or Hanley & McNeil (1982) where a class has one member; the interval is drawn on the
 * log-odds scale so that it stays within 0–1, and of a perfect ranking it is Wilson's for the smaller class.
 * Scores: any finite numbers. Labels: 0 or 1. Refuses `evaluation.one_class` where a class is missing: there is nothing to rank.
 */
export function auc(scores: Float64Array, labels: Uint8Array, level = 0.95): Auc | Refused {
  const unfit = unfitColumns({ scores, labels }) ?? unfitLabels(labels);
  if (unfit) return unfit;
  const positives = labels.reduce((sum, label) => sum + label, 0);
  const negatives = labels.length - positives;
  if (positives === 0 || negatives === 0) return refuse('evaluation.one_class', { positives, negatives });
  const groups = tieGroups(scores, labels);
  const area = areaOf(groups, { positives, negatives });
  const variance = positives > 1 && negatives > 1 ? deLong(groups, area, { positives, negatives }) : hanleyMcNeil(area, { positives, negatives });
  return { auc: area, standardError: Math.sqrt(variance), positives, negatives, ...intervalOf(area, variance, Math.min(positives, negatives), level) };
}

type Classes = { positives: number; negatives: number };

function areaOf({ people, sum }: TieGroups, { positives, negatives }: Classes): number {
  let below = negatives;
  let wins = 0;
  for (let group = 0; group < people.length; group++) {
    const hits = sum[group] as number;
    const misses = (people[group] as number) - hits;
    below -= misses;
    wins += hits * (below + misses / 2);
  }
  return wins / (positives * negatives);
}

/** Everybody's placement among the other class, and how much placements vary. */
function deLong({ people, sum }: TieGroups, area: number, { positives, negatives }: Classes): number {
  let [above, below, ofPositives, ofNegatives] = [0, negatives, 0, 0];
  for (let group = 0; group < people.length; group++) {
    const hits = sum[group] as number;
    const misses = (people[group] as number) - hits;
    below -= misses;
    ofPositives += hits * ((below + misses / 2) / negatives - area) ** 2;
    ofNegatives += misses * ((above + hits / 2) / positives - area) ** 2;
    above += hits;
  }
  return ofPositives / (positives - 1) / positives + ofNegatives / (negatives - 1) / negatives;
}

function hanleyMcNeil(area: number, { positives, negatives }: Classes): number {
  const [q1, q2] = [area / (2 - area), (2 * area * area) / (1 + area)];
  return Math.max(0, area * (1 - area) + (positives - 1) * (q1 - area * area) + (negatives - 1) * (q2 - area * area)) / (positives * negatives);
}

function intervalOf(area: number, variance: number, smaller: number, level: number): Interval {
  if (variance === 0 || area === 0 || area === 1) return wilson(area * smaller, smaller, level);
  const half = (widthAt(level) * Math.sqrt(variance)) / (area * (1 - area));
  const odds = Math.log(area / (1 - area));
  return { low: 1 / (1 + Math.exp(half - odds)), high: 1 / (1 + Math.exp(-half - odds)) };
}
