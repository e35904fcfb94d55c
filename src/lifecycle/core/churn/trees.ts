import { binCount, binsOf, columnFor, type Feature, learnFeatures } from './features.ts';
import { answersOf, type Binned, DEPTH, type GrowSettings, growTree, SPLITS, type Tree } from './grow.ts';
import { isRefused, refuse, type Refused } from './refused.ts';
import { classesOf, type Table, unfitTraining } from './table.ts';

/** Boosted trees; plain data, so that they can be stored. `prior`: log-odds of the training rows before any tree. */
export type TreesModel = { kind: 'trees'; features: Feature[]; prior: number; trees: Tree[] };

export type TreesSettings = Partial<GrowSettings> & {
  rounds?: number;
  /** Rows kept apart: growing ends when their log-loss has not fallen for `patience` rounds, and the trees of the best round are kept. */
  validation?: { table: Table; labels: Uint8Array };
  patience?: number;
};

export const ROUNDS = 120;

/**
 * Gradient boosting of trees of depth 3 on log-loss (Friedman 2001, algorithm 5, with Newton's leaves), features cut into
 * at most 256 codes. Missing values go the way that fits better; a level stands against all others. No chance is
 * involved: the same rows give the same trees. Labels: 1 left, 0 stayed. Refuses unfit input, one class, bad settings.
 */
export function fitTrees(table: Table, labels: Uint8Array, { rounds = ROUNDS, shrinkage = 0.05, ridge = 5, leafRows = 20, validation, patience = 20 }: TreesSettings = {}): TreesModel | Refused {
  const unfit = unfitTraining(table, labels) ?? (validation ? unfitTraining(validation.table, validation.labels) : null);
  if (unfit) return unfit;
  if (!(rounds >= 1 && shrinkage > 0 && shrinkage <= 1 && ridge > 0 && leafRows >= 1)) return refuse('churn.bad_setting', { rounds: String(rounds), shrinkage: String(shrinkage), ridge: String(ridge), leafRows: String(leafRows) });
  const features = learnFeatures(table);
  const binned = binnedOf(features, table);
  const held = validation && binnedOf(features, validation.table);
  if (isRefused(binned)) return binned;
  if (held && isRefused(held)) return held;
  const { left, stayed } = classesOf(labels);
  const prior = Math.log(left / stayed);
  const odds = new Float64Array(binned.rows).fill(prior);
  const watch = held && validation ? { binned: held, labels: validation.labels, odds: new Float64Array(held.rows).fill(prior) } : null;
  const trees: Tree[] = [];
  let best = { loss: Infinity, rounds: 0 };
  for (let round = 0; round < rounds; round++) {
    const tree = growTree(binned, derivatives(odds, labels), { shrinkage, ridge, leafRows });
    trees.push(tree);
    addTree(tree, binned, odds);
    if (!watch) continue;
    addTree(tree, watch.binned, watch.odds);
    const loss = meanLoss(watch.odds, watch.labels);
    if (loss < best.loss) best = { loss, rounds: trees.length };
    if (trees.length - best.rounds >= patience) break;
  }
  return { kind: 'trees', features, prior, trees: watch ? trees.slice(0, best.rounds) : trees };
}

/** A table as codes. Refuses `churn.columns_differ`. */
export function binnedOf(features: readonly Feature[], table: Table): Binned | Refused {
  const codes: Uint8Array[] = [];
  for (const feature of features) {
    const column = columnFor(feature, table);
    if (isRefused(column)) return column;
    codes.push(binsOf(feature, column));
  }
  return { rows: table.rows, codes, counts: features.map(binCount), ordered: features.map(({ kind }) => kind === 'numeric') };
}

function derivatives(odds: Float64Array, labels: Uint8Array): { gradient: Float64Array; curvature: Float64Array } {
  const [gradient, curvature] = [new Float64Array(odds.length), new Float64Array(odds.length)];
  for (let row = 0; row < odds.length; row++) {
    const p = 1 / (1 + Math.exp(-(odds[row] as number)));
    gradient[row] = p - (labels[row] as number);
    curvature[row] = p * (1 - p);
  }
  return { gradient, curvature };
}

const meanLoss = (odds: Float64Array, labels: Uint8Array): number =>
  odds.reduce((sum, u, row) => sum + Math.max(u, 0) + Math.log1p(Math.exp(-Math.abs(u))) - (labels[row] === 1 ? u : 0), 0) / odds.length;

/** Adds one tree's leaf to the log-odds of each row. */
export function addTree(tree: Tree, binned: Binned, odds: Float64Array): void {
  const { codes, left } = answersOf(tree, binned);
  const leaves = Float64Array.from(tree.leaf);
  for (let row = 0; row < odds.length; row++) {
    let place = 0;
    for (let depth = 0; depth < DEPTH; depth++) place = 2 * place + 2 - (left[256 * place + ((codes[place] as Uint8Array)[row] as number)] as number);
    odds[row] = (odds[row] as number) + (leaves[place - SPLITS] as number);
  }
}
