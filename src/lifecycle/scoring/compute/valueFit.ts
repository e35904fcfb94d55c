import { calibrationTable, type CalibrationTable, isRefused as isUnmeasured, judge, type Judgement, logLoss, type Split, splitPurchases } from '../../core/evaluation/index.ts';
import { type Fit, isRefused, type Refused } from '../../core/value/index.ts';
import type { Coded } from '../contract.ts';
import { type LawName, LAW_NAMES, lawOf } from './laws.ts';

/** One law on the calibration, judged on the hold-out it has not seen. `buys`: P(buys in the hold-out) of each customer. */
export type Candidate = { name: LawName; refused: Coded | null; fit: Fit<string> | null; expected: Float64Array | null; buys: Float64Array | null; judged: Judgement | null; loss: number; calibration: CalibrationTable | null };

export type Backtest = { split: Split; candidates: Candidate[]; chosen: Candidate | null; best: Candidate | null };

/** Whether somebody bought at all in the hold-out. */
export const labelsOf = ({ holdoutCount }: Split): Uint8Array => Uint8Array.from(holdoutCount, (count) => (count > 0 ? 1 : 0));

const notFitted = (name: LawName, refused: Coded): Candidate => ({ name, refused, fit: null, expected: null, buys: null, judged: null, loss: Infinity, calibration: null });
const codeOf = ({ refused, facts }: Refused): Coded => ({ code: refused, facts });

function candidateOf(name: LawName, split: Split, labels: Uint8Array): Candidate {
  const { x, tx, T } = split, law = lawOf(name), fit = law.fit({ x, tx, T });
  if (isRefused(fit)) return notFitted(name, codeOf(fit));
  const scores = law.score(fit.params, { x, tx, T }, split.holdoutTime);
  if (isRefused(scores)) return notFitted(name, codeOf(scores));
  const buys = scores.noPurchase.map((share) => Math.min(1, Math.max(0, 1 - share)));
  const judged = judge({
    actual: split.holdoutCount, predicted: scores.expected, baselines: { repeat: split.baselines.repeat.count, last_year: split.baselines.lastYear?.count ?? null },
    rankings: { recency: T.map((all, row) => (tx[row] as number) - all) }, fit: { boundaries: fit.boundary }, error: 'rmse',
  });
  const [loss, calibration] = [logLoss(buys, labels), calibrationTable(buys, labels)];
  return { name, refused: null, fit, expected: scores.expected, buys, judged: isUnmeasured(judged) ? null : judged, loss: isUnmeasured(loss) ? Infinity : loss, calibration: isUnmeasured(calibration) ? null : calibration };
}

/** The usable law whose probabilities of buying were best (log-loss); without one, the best of the unusable, which is shown and not used. */
function pick(candidates: readonly Candidate[]): Pick<Backtest, 'chosen' | 'best'> {
  const rising = candidates.filter(({ judged }) => judged !== null).toSorted((a, b) => a.loss - b.loss);
  return { chosen: rising.find(({ judged }) => judged?.verdict === 'usable') ?? null, best: rising[0] ?? null };
}

type Purchases = Parameters<typeof splitPurchases>[0];

/** Fits every law on the calibration and judges each on the hold-out, beside what naive rules said of the same customers. */
export function backtestLaws(purchases: Purchases, { calibrationEnd, asOf }: { calibrationEnd: number; asOf: number }, onLaw: (share: number) => void): Backtest | { refused: string; facts: Refused['facts'] } {
  const split = splitPurchases(purchases, { calibrationEnd, holdoutEnd: asOf, unitDays: 7, spendOf: 'all' });
  if (isUnmeasured(split)) return split;
  const labels = labelsOf(split);
  const candidates: Candidate[] = [];
  for (const name of LAW_NAMES) {
    candidates.push(candidateOf(name, split, labels));
    onLaw(candidates.length / LAW_NAMES.length);
  }
  return { split, candidates, ...pick(candidates) };
}

