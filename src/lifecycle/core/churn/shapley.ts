import { answersOf, LEAVES, SPLITS, type Tree } from './grow.ts';
import { isRefused, type Refused } from './refused.ts';
import type { Table } from './table.ts';
import { binnedOf, type TreesModel } from './trees.ts';

/** Everything one tree can ever contribute: for each pattern of its seven answers (bit i: split i says left), the share of each of its features. */
type TreeShares = { features: number[]; byPattern: Float64Array; mean: number };
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

function sharesOf(tree: Tree): TreeShares {
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
  return { features, byPattern, mean };
}

/** Log-odds before anything is known of a row: the mean over the training rows' ways through the trees. */
export const treesBase = ({ prior, trees }: TreesModel): number => trees.reduce((sum, tree) => sum + sharesOf(tree).mean, prior);

/**
 * What each feature adds to the log-odds of each row (rows × features): exact Shapley values of the game in which an
 * unknown feature sends a row both ways in proportion to the training rows (path-dependent TreeSHAP; Lundberg et al. 2020,
 * algorithm 1). A tree of depth 3 has but 128 patterns of answers, so all values of a tree are worked out beforehand.
 * Base and contributions sum to the score.
 */
export function treesContributions(model: TreesModel, table: Table): Float64Array | Refused {
  const binned = binnedOf(model.features, table);
  if (isRefused(binned)) return binned;
  const width = model.features.length;
  const added = new Float64Array(table.rows * width);
  for (const tree of model.trees) {
    const { features, byPattern } = sharesOf(tree);
    const { codes, left } = answersOf(tree, binned);
    for (let row = 0; row < table.rows; row++) {
      let pattern = 0;
      for (let place = 0; place < SPLITS; place++) pattern |= (left[256 * place + ((codes[place] as Uint8Array)[row] as number)] as number) << place;
      const from = pattern * features.length;
      for (let slot = 0; slot < features.length; slot++) {
        const at = row * width + (features[slot] as number);
        added[at] = (added[at] as number) + (byPattern[from + slot] as number);
      }
    }
  }
  return added;
}
