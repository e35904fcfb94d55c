import { codesAsked, DEPTH, LEAVES, leftsOf, SPLITS, type Tree } from './grow.ts';
import { isRefused, type Refused } from './refused.ts';
import type { Table } from './table.ts';
import { binnedOf, type TreesModel } from './trees.ts';

/** Everything one tree can ever contribute: for each pattern of its seven answers (bit i: split i says left), the share of each of its features and the leaf; `left`: the codes that mean left. */
type TreeShares = { left: Uint8Array; features: number[]; byPattern: Float64Array; leafOf: Float64Array; mean: number };
/** One leaf as a game: features on its way, which splits must say left or right, and the share of training rows each feature alone would let pass. */
type Way = { feature: number; left: number; right: number; passing: number };

const PATTERNS = 2 ** SPLITS;

/** Conditions on the way to a leaf, those of one feature taken together; null where no training row ever came. */
function waysTo({ feature, cover }: Tree, leaf: number): Way[] | null {
  const ways = new Map<number, Way>();
  for (let place = leaf + SPLITS; place > 0; place = (place - 1) >> 1) {
    const parent = (place - 1) >> 1;
    const own = feature[parent] as number;
    if (cover[place] === 0) return null;
    if (own === -1) continue;
    const way = ways.get(own) ?? { feature: own, left: 0, right: 0, passing: 1 };
    if (place === 2 * parent + 1) way.left |= 1 << parent;
    else way.right |= 1 << parent;
    way.passing *= (cover[place] as number) / (cover[parent] as number);
    ways.set(own, way);
  }
  return [...ways.values()];
}

/** |S|! (n − |S| − 1)! / n! for n players: the weight of a coalition of `size` others. */
const coalitionWeight = (size: number, players: number): number => {
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
  return (factorial(size) * factorial(players - size - 1)) / factorial(players);
};

/** Shapley value of player `own` in the game worth Π over the coalition of `holds` (0 or 1) times Π over the others of `passing`. */
function shapley(own: number, holds: readonly number[], ways: readonly Way[]): number {
  const others = [...ways.keys()].filter((player) => player !== own);
  let sum = 0;
  for (let coalition = 0; coalition < 2 ** others.length; coalition++) {
    let [worth, size] = [1, 0];
    others.forEach((player, bit) => {
      const isIn = (coalition >> bit) & 1;
      size += isIn;
      worth *= isIn ? (holds[player] as number) : (ways[player] as Way).passing;
    });
    sum += worth * coalitionWeight(size, ways.length);
  }
  return sum * ((holds[own] as number) - (ways[own] as Way).passing);
}

/** The leaf that a pattern of answers ends in. */
function leafIn({ leaf }: Tree, pattern: number): number {
  let place = 0;
  for (let depth = 0; depth < DEPTH; depth++) place = 2 * place + 2 - ((pattern >> place) & 1);
  return leaf[place - SPLITS] as number;
}

function sharesOf(tree: Tree, ordered: readonly boolean[]): TreeShares {
  const features = [...new Set(tree.feature.filter((feature) => feature !== -1))];
  const byPattern = new Float64Array(PATTERNS * features.length);
  let mean = 0;
  for (let leaf = 0; leaf < LEAVES; leaf++) {
    const ways = waysTo(tree, leaf);
    if (!ways) continue;
    const worth = tree.leaf[leaf] as number;
    mean += worth * ways.reduce((product, { passing }) => product * passing, 1);
    // One value for each set of conditions that hold: a pattern only picks one of these.
    const bySet = Array.from({ length: 2 ** ways.length }, (_, set) => ways.map((_way, own) => worth * shapley(own, ways.map((_other, player) => (set >> player) & 1), ways)));
    for (let pattern = 0; pattern < PATTERNS; pattern++) {
      const set = ways.reduce((bits, { left, right }, player) => bits | ((pattern & left) === left && (pattern & right) === 0 ? 1 << player : 0), 0);
      ways.forEach(({ feature }, player) => {
        const slot = pattern * features.length + features.indexOf(feature);
        byPattern[slot] = (byPattern[slot] as number) + ((bySet[set] as number[])[player] as number);
      });
    }
  }
  return { left: leftsOf(tree, ordered), features, byPattern, leafOf: Float64Array.from({ length: PATTERNS }, (_, pattern) => leafIn(tree, pattern)), mean };
}

const sharesOfEach = ({ trees, features }: TreesModel): TreeShares[] => {
  const ordered = features.map(({ kind }) => kind === 'numeric');
  return trees.map((tree) => sharesOf(tree, ordered));
};

/** What is known of all trees of a model: worked out once, however many tables are explained by it. */
const sharesKnown = new WeakMap<TreesModel, TreeShares[]>();
function sharesOfAll(model: TreesModel): TreeShares[] {
  const shares = sharesKnown.get(model) ?? sharesOfEach(model);
  sharesKnown.set(model, shares);
  return shares;
}

/** Contributions in log-odds, rows × features; base + a row's contributions = its score. */
export type Explained = { base: number; contributions: Float64Array; scores: Float64Array };

/** The pattern of each row's answers to a tree. */
function patternsOf(codes: readonly Uint8Array[], left: Uint8Array, patterns: Uint8Array): void {
  patterns.fill(0);
  for (let place = 0; place < SPLITS; place++) {
    const own = codes[place] as Uint8Array, goesLeft = left.subarray(256 * place, 256 * (place + 1));
    for (let row = 0; row < patterns.length; row++) patterns[row] = (patterns[row] as number) | ((goesLeft[own[row] as number] as number) << place);
  }
}

/**
 * Each row's log-odds, and what each feature adds to them: exact Shapley values of the game in which an
 * unknown feature sends a row both ways in proportion to the training rows (path-dependent TreeSHAP; Lundberg et al. 2020,
 * algorithm 1). A tree of depth 3 has but 128 patterns of answers, so all values of a tree are worked out beforehand.
 * Base (before anything is known of a row: the mean over the training rows' ways) and contributions sum to the score.
 */
export function explainTrees(model: TreesModel, table: Table): Explained | Refused {
  const binned = binnedOf(model.features, table), shares = sharesOfAll(model);
  if (isRefused(binned)) return binned;
  const width = model.features.length, contributions = new Float64Array(table.rows * width), scores = new Float64Array(table.rows).fill(model.prior), patterns = new Uint8Array(table.rows);
  model.trees.forEach((tree, nth) => {
    const { left, features, byPattern, leafOf } = shares[nth] as TreeShares;
    patternsOf(codesAsked(tree, binned.codes), left, patterns);
    for (let row = 0; row < table.rows; row++) scores[row] = (scores[row] as number) + (leafOf[patterns[row] as number] as number);
    features.forEach((feature, slot) => {
      for (let row = 0, at = feature; row < table.rows; row++, at += width) contributions[at] = (contributions[at] as number) + (byPattern[(patterns[row] as number) * features.length + slot] as number);
    });
  });
  return { base: shares.reduce((sum, { mean }) => sum + mean, model.prior), contributions, scores };
}
