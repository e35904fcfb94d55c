import { type AtCapacity, atCapacity, type Auc, auc, brier, type CalibrationLine, calibrationLine, type CalibrationTable, calibrationTable, type Fault, isRefused as isUnmeasured, logLoss, type Refused as Unmeasured, type Verdict } from '../evaluation/index.ts';
import { probabilities, scoreRows } from './model.ts';
import { isRefused, refuse, type Refused } from './refused.ts';
import { classesOf, takeLabels, takeRows } from './table.ts';
import { slicesOf, train, type Trained, type TrainInput, unfitInput } from './train.ts';

export type BacktestInput = TrainInput & {
  /** Scores of simple rules on the same rows (higher is likelier to leave), such as the days since the last purchase. */
  baselines?: Readonly<Record<string, Float64Array>>;
  /** Shares (0–1) of the customers that can be reached, for precision and recall. */
  capacityShares?: readonly number[];
};

/** How a model trained on the past did on the newest rows, which it has not seen. */
export type Backtest = {
  kind: Trained['model']['kind'];
  splitBy: Trained['splitBy'];
  rows: { learned: number; judged: number; dropped: number };
  left: number;
  auc: Auc;
  logLoss: number;
  brier: number;
  calibration: CalibrationTable;
  /** Null where no line can be drawn: one probability for all, or classes parted. */
  line: CalibrationLine | null;
  capacity: AtCapacity[];
  baselines: Record<string, Auc>;
  verdict: Verdict;
  faults: Fault[];
};

/**
 * Trains on what was known before the newest cut-offs and judges on them (R126). `unusable`, with its fault, where a
 * baseline ranks better: then the rule is used. Refuses as `train`, for the rows left to train on, and
 * `churn.slice_of_one_class` where among the newest nobody left, or everybody did.
 */
export function backtest(input: BacktestInput): Backtest | Refused {
  const unfit = unfitInput(input) ?? unfitExtras(input);
  if (unfit) return unfit;
  const slices = slicesOf(input);
  if (isRefused(slices)) return slices;
  const trained = train(earlier(input, slices.older));
  if (isRefused(trained)) return trained;
  const labels = takeLabels(input.labels, slices.newest);
  const { left, stayed } = classesOf(labels);
  if (left === 0 || stayed === 0) return refuse('churn.slice_of_one_class', { left, stayed });
  const scores = scoreRows(trained.model, takeRows(input.table, slices.newest));
  if (isRefused(scores)) return scores;
  const p = probabilities(scores);
  const own = measured(auc(scores, labels));
  const baselines = Object.fromEntries(Object.entries(input.baselines ?? {}).map(([name, column]) => [name, measured(auc(Float64Array.from(slices.newest, (row) => column[row] as number), labels))]));
  const faults: Fault[] = Object.entries(baselines).flatMap(([baseline, other]) => (other.auc > own.auc ? [{ code: 'evaluation.loses_on_auc', facts: { baseline, model: own.auc, beatenBy: other.auc } }] : []));
  const line = calibrationLine(p, labels);
  return {
    kind: trained.model.kind, splitBy: trained.splitBy, rows: { learned: slices.older.length, judged: labels.length, dropped: slices.dropped }, left,
    auc: own, logLoss: measured(logLoss(p, labels)), brier: measured(brier(p, labels)), calibration: measured(calibrationTable(p, labels)), line: isUnmeasured(line) ? null : line,
    capacity: measured(atCapacity(scores, labels, capacities(input.capacityShares ?? [0.05, 0.1, 0.2], labels.length))), baselines, verdict: faults.length === 0 ? 'usable' : 'unusable', faults,
  };
}

const capacities = (shares: readonly number[], customers: number): number[] => shares.map((share) => Math.min(customers, Math.max(1, Math.round(share * customers))));

function earlier({ table, labels, cutoffs, featureTimes, seed }: TrainInput, rows: Uint32Array): TrainInput {
  const take = (values: ArrayLike<number>): Float64Array => Float64Array.from(rows, (row) => values[row] as number);
  return {
    table: takeRows(table, rows), labels: takeLabels(labels, rows), seed: (seed ?? 1) + 1,
    cutoffs: cutoffs && { ...cutoffs, days: take(cutoffs.days) }, featureTimes: featureTimes?.map(({ feature, latestDay }) => ({ feature, latestDay: take(latestDay) })),
  };
}

function unfitExtras({ table, baselines = {}, capacityShares = [] }: BacktestInput): Refused | null {
  const share = capacityShares.find((one) => !(one > 0 && one <= 1));
  if (share !== undefined) return refuse('churn.bad_setting', { capacityShare: String(share) });
  const bad = Object.entries(baselines).find(([, column]) => column.length !== table.rows || !column.every(Number.isFinite));
  return bad ? refuse('churn.bad_column', { column: bad[0], rows: bad[1].length, expected: table.rows }) : null;
}

/** Both classes are there and every score is finite, so a measure that is missing is a slip of this file. */
function measured<T>(answer: T | Unmeasured): T {
  if (isUnmeasured(answer)) throw new Error(answer.refused);
  return answer;
}
