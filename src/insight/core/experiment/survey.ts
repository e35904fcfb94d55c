import { type Interval, wilson } from '../interval.ts';
import { studentQuantile } from './distributions.ts';

/** z of a two-sided 95 % interval. */
const Z = 1.959963984540054;

export type Nps = { answers: number; /** −100 … 100. */ nps: number; /** Variance of a single answer, p + d − (p − d)². */ variance: number; interval: Interval };

/**
 * Net promoter score (9–10 less 0–6) with the adjusted Wald interval of Rocks 2016 (The American Statistician 70: 365):
 * ¾ of an answer is added to promoters and to detractors, 1½ to passives, which keeps its coverage in small samples.
 * Nobody asked: null.
 */
export function npsOf({ promoters, passives, detractors }: { promoters: number; passives: number; detractors: number }): Nps | null {
  const answers = promoters + passives + detractors;
  if (answers <= 0) return null;
  const [p, d] = [promoters / answers, detractors / answers];
  const [up, down] = [(promoters + 0.75) / (answers + 3), (detractors + 0.75) / (answers + 3)];
  const half = Z * Math.sqrt((up + down - (up - down) ** 2) / (answers + 3));
  return { answers, nps: (p - d) * 100, variance: p + d - (p - d) ** 2, interval: { low: Math.max(-1, up - down - half) * 100, high: Math.min(1, up - down + half) * 100 } };
}

/** Share (0–1) of the two best marks with its Wilson interval. `counts[i]`: answers of mark i + 1, worst first. Nobody asked: null. */
export function csatOf(counts: readonly number[]): { answers: number; share: number; interval: Interval } | null {
  const answers = counts.reduce((sum, count) => sum + count, 0);
  const top = counts.slice(-2).reduce((sum, count) => sum + count, 0);
  const interval = wilson(top, answers);
  return interval && { answers, share: top / answers, interval };
}

/** Mean effort with Student's t interval, kept on the scale; one answer has no interval. `counts[i]`: answers of mark i + 1. Nobody asked: null. */
export function cesOf(counts: readonly number[]): { answers: number; mean: number; interval: Interval | null } | null {
  const answers = counts.reduce((sum, count) => sum + count, 0);
  if (answers <= 0) return null;
  const mean = counts.reduce((sum, count, at) => sum + count * (at + 1), 0) / answers;
  if (answers < 2) return { answers, mean, interval: null };
  const squares = counts.reduce((sum, count, at) => sum + count * (at + 1 - mean) ** 2, 0);
  const half = studentQuantile(0.975, answers - 1) * Math.sqrt(squares / (answers - 1) / answers);
  return { answers, mean, interval: { low: Math.max(1, mean - half), high: Math.min(counts.length, mean + half) } };
}
