import { logisticContributions, type LogisticModel } from './logistic.ts';
import { isRefused, type Refused } from './refused.ts';
import { type Explained, explainTrees } from './shapley.ts';
import { type Table, unfitTable } from './table.ts';
import { addTree, binnedOf, type TreesModel } from './trees.ts';

/** A trained churn model: plain data, to be stored with its version. `kind` says which of the three it is. */
export type ChurnModel = LogisticModel | TreesModel;

/**
 * Log-odds of leaving for each row. Rows may come from anywhere with the features' columns: levels never seen in training
 * count as "other". Refuses an unfit table and `churn.columns_differ`.
 */
export function scoreRows(model: ChurnModel, table: Table): Float64Array | Refused {
  const unfit = unfitTable(table);
  if (unfit) return unfit;
  if (model.kind !== 'trees') {
    const added = logisticContributions(model, table);
    return isRefused(added) ? added : sumRows(added, model.features.length, model.base, table.rows);
  }
  const binned = binnedOf(model.features, table);
  if (isRefused(binned)) return binned;
  const odds = new Float64Array(table.rows).fill(model.prior);
  for (const tree of model.trees) addTree(tree, binned, odds);
  return odds;
}

function sumRows(added: Float64Array, width: number, base: number, rows: number): Float64Array {
  const sums = new Float64Array(rows);
  for (let row = 0, at = 0; row < rows; row++) {
    let sum = base;
    for (let feature = 0; feature < width; feature++) sum += added[at++] as number;
    sums[row] = sum;
  }
  return sums;
}

/** Log-odds turned to probabilities of leaving, 0–1. */
export const probabilities = (scores: Float64Array): Float64Array => scores.map((score) => 1 / (1 + Math.exp(-score)));

/**
 * Why each row scores as it does: linear terms of a logistic model, Shapley values of trees, both against the training
 * rows' mean. A table of a million rows and twenty features takes 160 MB of contributions: give it in slices (`takeRows`).
 * Refuses as `scoreRows`.
 */
export function explainRows(model: ChurnModel, table: Table): Explained | Refused {
  const unfit = unfitTable(table);
  if (unfit) return unfit;
  if (model.kind === 'trees') return explainTrees(model, table);
  const contributions = logisticContributions(model, table);
  return isRefused(contributions) ? contributions : { base: model.base, contributions, scores: sumRows(contributions, model.features.length, model.base, table.rows) };
}
