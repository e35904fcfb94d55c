import { auc, brier, isRefused as isUnmeasured, logLoss } from '../evaluation/index.ts';
import { fitLogistic } from './logistic.ts';
import { type ChurnModel, probabilities, scoreRows } from './model.ts';
import { isRefused, refuse, type Refused } from './refused.ts';
import { classesOf, type Table, takeLabels, takeRows, unfitTraining } from './table.ts';
import { type Cutoffs, type FeatureTimes, type Slices, splitHashed, splitNewest, unfitTimes } from './times.ts';
import { fitTrees } from './trees.ts';

export type TrainInput = {
  table: Table;
  /** 1 left, 0 stayed. */
  labels: Uint8Array;
  /** When each row was taken. Without it (one snapshot) rows are parted by hash, and `splitBy` says so. */
  cutoffs?: Cutoffs;
  /** What each feature rests on, so that none can know the future. */
  featureTimes?: readonly FeatureTimes[];
  /** Decides only which rows of a snapshot judge. */
  seed?: number;
};

/** How a kind of model did on the validation rows. */
export type Candidate = { kind: ChurnModel['kind']; logLoss: number; brier: number; auc: number };

export type Trained = {
  /** The best kind, trained again on every row. */
  model: ChurnModel;
  candidates: Candidate[];
  splitBy: 'time' | 'hash';
  rows: { learned: number; judged: number; dropped: number };
};

/** Fewer labelled rows than this, and a rule is more honest than a model (R126). */
export const LABELS_LEAST = 500;
/** Fewer who left (or stayed) than this among them. */
export const CLASS_LEAST = 50;
/** Three reasons a customer need three features. */
export const FEATURES_LEAST = 3;

/**
 * Trains straight lines, curves and trees on older rows, picks by log-loss on the newest, and trains the pick again on all
 * rows (trees: with the number of rounds that was best). The curves' matrix takes about 40 bytes a row and feature: beyond
 * some hundred thousand rows give a sample. Judge the result with `backtest`, on rows training has not seen:
 * the trees' own log-loss here is a little kind, since the same rows told them when to end.
 * Refuses `churn.few_labels` under 500, `churn.few_of_one_class` under 50 of either, `churn.few_features` under 3 (use the
 * recency rule), `churn.leak`, `churn.few_cutoffs`, `churn.slice_of_one_class`, and unfit input.
 */
export function train(input: TrainInput): Trained | Refused {
  const { table, labels, cutoffs } = input;
  const unfit = unfitInput(input);
  if (unfit) return unfit;
  const slices = slicesOf(input);
  if (isRefused(slices)) return slices;
  const [learned, judged] = [slices.older, slices.newest].map((rows) => ({ table: takeRows(table, rows), labels: takeLabels(labels, rows) })) as [Part, Part];
  const thin = [learned, judged].map((part) => classesOf(part.labels)).find(({ left, stayed }) => left === 0 || stayed === 0);
  if (thin) return refuse('churn.slice_of_one_class', thin);
  const picked = pick(learned, judged);
  if (isRefused(picked)) return picked;
  const model = again(picked.best, { table, labels });
  if (isRefused(model)) return model;
  return { model, candidates: picked.candidates, splitBy: cutoffs ? 'time' : 'hash', rows: { learned: learned.table.rows, judged: judged.table.rows, dropped: slices.dropped } };
}

type Part = { table: Table; labels: Uint8Array };

/** Refusals of what cannot or should not be trained on. */
export function unfitInput({ table, labels, cutoffs, featureTimes = [] }: TrainInput): Refused | null {
  if (labels.length < LABELS_LEAST) return refuse('churn.few_labels', { labels: labels.length, needed: LABELS_LEAST });
  const unfit = unfitTraining(table, labels);
  if (unfit && unfit.refused !== 'churn.few_of_one_class') return unfit;
  const { left, stayed } = classesOf(labels);
  if (Math.min(left, stayed) < CLASS_LEAST) return refuse('churn.few_of_one_class', { left, stayed, needed: CLASS_LEAST });
  if (table.columns.length < FEATURES_LEAST) return refuse('churn.few_features', { features: table.columns.length, needed: FEATURES_LEAST });
  return cutoffs ? unfitTimes(featureTimes, cutoffs.days, table.rows) : null;
}

export const slicesOf = ({ table, cutoffs, seed = 1 }: Pick<TrainInput, 'table' | 'cutoffs' | 'seed'>): Slices | Refused => (cutoffs ? splitNewest(cutoffs) : splitHashed(table.rows, seed));

function pick(learned: Part, judged: Part): { best: ChurnModel; candidates: Candidate[] } | Refused {
  const fitted = [fitLogistic(learned.table, learned.labels), fitLogistic(learned.table, learned.labels, { curves: true }), fitTrees(learned.table, learned.labels, { validation: judged })];
  const measured = fitted.flatMap((model) => {
    const candidate = isRefused(model) ? null : measure(model, judged);
    return candidate ? [{ model: model as ChurnModel, candidate }] : [];
  });
  // The first of equals is the plainest.
  const best = measured.toSorted((a, b) => a.candidate.logLoss - b.candidate.logLoss)[0];
  return best ? { best: best.model, candidates: measured.map(({ candidate }) => candidate) } : (fitted.find(isRefused) ?? refuse('churn.not_converged'));
}

function measure(model: ChurnModel, { table, labels }: Part): Candidate | null {
  const scores = scoreRows(model, table);
  if (isRefused(scores)) return null;
  const p = probabilities(scores);
  const [loss, squared, area] = [logLoss(p, labels), brier(p, labels), auc(scores, labels)];
  return isUnmeasured(loss) || isUnmeasured(squared) || isUnmeasured(area) ? null : { kind: model.kind, logLoss: loss, brier: squared, auc: area.auc };
}

/** The same kind on all rows. */
function again(model: ChurnModel, { table, labels }: Part): ChurnModel | Refused {
  return model.kind === 'trees' ? fitTrees(table, labels, { rounds: Math.max(1, model.trees.length) }) : fitLogistic(table, labels, { curves: model.kind === 'curves' });
}
