import { type Decile, deciles } from './capacity.ts';
import { type Auc, auc } from './ranking.ts';
import { isRefused, type Refused, unfitColumns } from './refused.ts';

/** What was said of everybody in the hold-out against what came. `totalError` is a share of the actual total, null where that is zero. */
export type Measures = { total: number; totalError: number | null; mae: number; rmse: number; auc: Auc | null };

export const VERDICTS = ['usable', 'unusable'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Why a model is not used. */
export const FAULTS = [
  /** The model was refused by its fit, or stands on a boundary: `fit` holds its code. */
  'evaluation.fit_refused',
  'evaluation.fit_on_boundary',
  /** A baseline errs less per customer (by the measure asked for), or ranks better. */
  'evaluation.loses_on_mae',
  'evaluation.loses_on_rmse',
  'evaluation.loses_on_auc',
  /** The total is off by more than the share declared. */
  'evaluation.total_off',
  /** Nobody bought in the hold-out, or everybody did: nothing can be shown. */
  'evaluation.nothing_to_rank',
  'evaluation.nothing_bought',
] as const;
export type Fault = { code: (typeof FAULTS)[number]; facts: Readonly<Record<string, number | string>> };

export type JudgeInput = {
  /** Counts or money of each customer in the hold-out. */
  actual: Float64Array;
  predicted: Float64Array;
  /** What naive rules said in the same unit: `baselines` of split.ts; null where the data is too short for it. */
  baselines: Readonly<Record<string, Float64Array | null>>;
  /** Scores that only rank (higher is likelier to buy), such as minus the days since the last purchase. */
  rankings?: Readonly<Record<string, Float64Array>>;
  /** What the fit said of itself. */
  fit?: { refused?: string; boundaries?: readonly string[] };
  /** Share (0–1) of the actual total by which the predicted one may be off. */
  totalErrorMost?: number;
  /**
   * Which error a baseline may not have smaller: 'mae' unless told. An expectation is what the squared error is smallest for; the absolute one is smallest
   * for the median, so where most customers buy nothing it prefers whoever says nothing (Gneiting 2011): judge expectations by 'rmse'.
   */
  error?: 'mae' | 'rmse';
};

export type Judgement = {
  customers: number;
  buyers: number;
  actualTotal: number;
  model: Measures;
  baselines: Record<string, Measures | null>;
  rankings: Record<string, Auc | null>;
  /** By prediction, highest first; null below ten customers or where nobody bought. */
  deciles: Decile[] | null;
  verdict: Verdict;
  faults: Fault[];
};

export const TOTAL_ERROR_MOST = 0.15;

/**
 * Judges predictions by a hold-out the model has not seen, beside baselines on the same customers. A model is `usable`
 * only where it has no fault: no refusal or boundary of its fit, no baseline with a smaller error, no
 * baseline or ranking with a larger AUC for "buys at all", and a total within `totalErrorMost` (0.15).
 * What to do with `unusable`: show `faults`, use recency. Refuses unfit columns only.
 */
export function judge({ actual, predicted, baselines, rankings = {}, fit = {}, totalErrorMost = TOTAL_ERROR_MOST, error = 'mae' }: JudgeInput): Judgement | Refused {
  const given = Object.entries(baselines).flatMap(([name, values]) => (values ? [[name, values] as const] : []));
  const unfit = unfitColumns({ actual, predicted }) ?? unfitColumns({ actual, ...Object.fromEntries(given) }) ?? unfitColumns({ actual, ...rankings });
  if (unfit) return unfit;
  const buys = Uint8Array.from(actual, (amount) => (amount > 0 ? 1 : 0));
  const measure = (said: Float64Array): Measures => measuresOf(said, actual, buys);
  const model = measure(predicted);
  const ofBaselines = Object.fromEntries(Object.entries(baselines).map(([name, values]) => [name, values && measure(values)]));
  const ofRankings = Object.fromEntries(Object.entries(rankings).map(([name, scores]) => [name, rankOf(scores, buys)]));
  const faults = [...faultsOfFit(fit), ...faultsOfTotal(model, totalErrorMost), ...faultsBeside(model, ofBaselines, error), ...faultsOfRank(model.auc, ofRankings)];
  const table = deciles(predicted, actual);
  return {
    customers: actual.length, buyers: buys.reduce((sum, one) => sum + one, 0), actualTotal: actual.reduce((sum, one) => sum + one, 0),
    model, baselines: ofBaselines, rankings: ofRankings, deciles: isRefused(table) ? null : table, verdict: faults.length === 0 ? 'usable' : 'unusable', faults,
  };
}

const rankOf = (scores: Float64Array, buys: Uint8Array): Auc | null => {
  const area = auc(scores, buys);
  return isRefused(area) ? null : area;
};

function measuresOf(said: Float64Array, actual: Float64Array, buys: Uint8Array): Measures {
  let [total, came, absolute, squared] = [0, 0, 0, 0];
  for (let row = 0; row < said.length; row++) {
    const off = (said[row] as number) - (actual[row] as number);
    total += said[row] as number;
    came += actual[row] as number;
    absolute += Math.abs(off);
    squared += off * off;
  }
  return { total, totalError: came > 0 ? (total - came) / came : null, mae: absolute / said.length, rmse: Math.sqrt(squared / said.length), auc: rankOf(said, buys) };
}

function faultsOfFit({ refused, boundaries = [] }: NonNullable<JudgeInput['fit']>): Fault[] {
  return [
    ...(refused === undefined ? [] : [{ code: 'evaluation.fit_refused', facts: { fit: refused } } as const]),
    ...boundaries.map((fit) => ({ code: 'evaluation.fit_on_boundary', facts: { fit } }) as const),
  ];
}

function faultsOfTotal({ totalError, auc: area }: Measures, most: number): Fault[] {
  if (totalError === null) return [{ code: 'evaluation.nothing_bought', facts: {} }];
  return [
    ...(area === null ? [{ code: 'evaluation.nothing_to_rank', facts: {} } as const] : []),
    ...(Math.abs(totalError) > most ? [{ code: 'evaluation.total_off', facts: { totalError, most } } as const] : []),
  ];
}

function faultsBeside(model: Measures, baselines: Record<string, Measures | null>, error: 'mae' | 'rmse'): Fault[] {
  return Object.entries(baselines).flatMap(([baseline, measures]) => {
    if (!measures) return [];
    const loses = measures[error] < model[error] ? [{ code: `evaluation.loses_on_${error}`, facts: { baseline, model: model[error], beatenBy: measures[error] } } as const] : [];
    return [...loses, ...faultsOfRank(model.auc, { [baseline]: measures.auc })];
  });
}

const faultsOfRank = (model: Auc | null, others: Record<string, Auc | null>): Fault[] =>
  Object.entries(others).flatMap(([baseline, other]) => (model && other && other.auc > model.auc ? [{ code: 'evaluation.loses_on_auc', facts: { baseline, model: model.auc, beatenBy: other.auc } }] : []));
