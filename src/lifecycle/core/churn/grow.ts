/** Depth of every tree: three conditions at most on the way to a leaf. */
export const DEPTH = 3;
export const SPLITS = 2 ** DEPTH - 1;
export const LEAVES = 2 ** DEPTH;

/**
 * One tree in places 0–6 for its splits and 7–14 for its leaves; the children of place i are 2i + 1 and 2i + 2.
 * feature: -1 where a place was not split, and everybody goes left. Numeric: codes up to `at` go left, missing ones by
 * `missingLeft`. Categorical: code `at` goes left, all others right. cover: training rows at each place. leaf: log-odds added.
 */
export type Tree = { feature: number[]; at: number[]; missingLeft: boolean[]; leaf: number[]; cover: number[] };

/** The training rows as trees see them: codes by feature, and whether their order means anything. */
export type Binned = { rows: number; codes: readonly Uint8Array[]; counts: readonly number[]; ordered: readonly boolean[] };

export type GrowSettings = { shrinkage: number; ridge: number; leafRows: number };

export const goesLeft = (code: number, at: number, missingLeft: boolean, isOrdered: boolean): boolean => (isOrdered ? (code === 0 ? missingLeft : code <= at) : code === at);

/** A tree's answers on one table: for place i, whether a row of code c goes left is left[256·i + c], its code codes[i][row]. */
export type Answers = { codes: readonly Uint8Array[]; left: Uint8Array };

export const answersOf = (tree: Tree, { codes, ordered }: Binned): Answers => ({ codes: codesAsked(tree, codes), left: leftsOf(tree, ordered) });

/** The codes that each split looks at. */
export const codesAsked = ({ feature }: Tree, codes: readonly Uint8Array[]): Uint8Array[] => feature.map((own) => codes[Math.max(0, own)] as Uint8Array);

/** Which codes go left at each split: the same for every table. */
export function leftsOf({ feature, at, missingLeft }: Tree, ordered: readonly boolean[]): Uint8Array {
  const left = new Uint8Array(SPLITS * 256);
  feature.forEach((own, place) => {
    for (let code = 0; code < 256; code++) left[256 * place + code] = own === -1 || goesLeft(code, at[place] as number, missingLeft[place] as boolean, ordered[own] as boolean) ? 1 : 0;
  });
  return left;
}

/** Sums of gradient, curvature and rows. */
type Sums = [gradient: number, curvature: number, rows: number];
type Split = { gain: number; feature: number; at: number; missingLeft: boolean };
type Node = { rows: Uint32Array; histogram: Float64Array; sums: Sums };
type Growing = { binned: Binned; starts: number[]; gradient: Float64Array; curvature: Float64Array; settings: GrowSettings };

/** Grows one tree on first and second derivatives of the loss (Friedman 2001; gain and leaf of Chen & Guestrin 2016, eq. 6–7), splits found on histograms. */
export function growTree(binned: Binned, { gradient, curvature }: { gradient: Float64Array; curvature: Float64Array }, settings: GrowSettings): Tree {
  const starts = [0];
  for (const count of binned.counts) starts.push((starts.at(-1) as number) + count);
  const growing: Growing = { binned, starts, gradient, curvature, settings };
  const tree: Tree = { feature: Array(SPLITS).fill(-1), at: Array(SPLITS).fill(0), missingLeft: Array(SPLITS).fill(true), leaf: Array(LEAVES).fill(0), cover: Array(SPLITS + LEAVES).fill(0) };
  const all = new Uint32Array(binned.rows);
  for (let row = 0; row < all.length; row++) all[row] = row;
  growFrom(growing, tree, 0, nodeOf(growing, all));
  return tree;
}

function growFrom(growing: Growing, tree: Tree, place: number, node: Node): void {
  tree.cover[place] = node.rows.length;
  if (place >= SPLITS) {
    const [gradient, curvature] = node.sums;
    tree.leaf[place - SPLITS] = (-growing.settings.shrinkage * gradient) / (curvature + growing.settings.ridge);
    return;
  }
  const split = bestSplit(growing, node);
  if (!split) {
    growFrom(growing, tree, 2 * place + 1, node);
    return;
  }
  tree.feature[place] = split.feature;
  tree.at[place] = split.at;
  tree.missingLeft[place] = split.missingLeft;
  const [left, right] = partition(growing, node, split);
  growFrom(growing, tree, 2 * place + 1, left);
  growFrom(growing, tree, 2 * place + 2, right);
}

/** Gradient, curvature and rows by feature and code, side by side. */
function nodeOf({ binned, starts, gradient, curvature }: Growing, rows: Uint32Array): Node {
  const histogram = new Float64Array(3 * (starts.at(-1) as number));
  const [own, ownCurvature] = [new Float64Array(rows.length), new Float64Array(rows.length)];
  let [sum, sumCurvature] = [0, 0];
  for (let at = 0; at < rows.length; at++) {
    sum += own[at] = gradient[rows[at] as number] as number;
    sumCurvature += ownCurvature[at] = curvature[rows[at] as number] as number;
  }
  for (const [feature, codes] of binned.codes.entries()) {
    const start = 3 * (starts[feature] as number);
    for (let at = 0; at < rows.length; at++) {
      const slot = start + 3 * (codes[rows[at] as number] as number);
      histogram[slot] = (histogram[slot] as number) + (own[at] as number);
      histogram[slot + 1] = (histogram[slot + 1] as number) + (ownCurvature[at] as number);
      histogram[slot + 2] = (histogram[slot + 2] as number) + 1;
    }
  }
  return { rows, histogram, sums: [sum, sumCurvature, rows.length] };
}

/** Parts a node. Only the smaller side is counted; the larger is what is left of the histogram. */
function partition(growing: Growing, { rows, histogram, sums }: Node, { feature, at, missingLeft }: Split): [Node, Node] {
  const [codes, isOrdered] = [growing.binned.codes[feature] as Uint8Array, growing.binned.ordered[feature] as boolean];
  const [left, right] = parted(rows, (row) => goesLeft(codes[row] as number, at, missingLeft, isOrdered));
  const isLeftSmaller = left.length <= right.length;
  const small = nodeOf(growing, isLeftSmaller ? left : right);
  const large: Node = {
    rows: isLeftSmaller ? right : left,
    histogram: histogram.map((sum, slot) => sum - (small.histogram[slot] as number)),
    sums: [sums[0] - small.sums[0], sums[1] - small.sums[1], sums[2] - small.sums[2]],
  };
  return isLeftSmaller ? [small, large] : [large, small];
}

function parted(rows: Uint32Array, isLeft: (row: number) => boolean): [Uint32Array, Uint32Array] {
  const both = new Uint32Array(rows.length);
  let [left, right] = [0, rows.length];
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at] as number;
    if (isLeft(row)) both[left++] = row;
    else both[--right] = row;
  }
  return [both.subarray(0, left), both.subarray(left).reverse()];
}

/** The split that gains most; null where none leaves `leafRows` on both sides and gains anything. */
function bestSplit({ binned, starts, settings }: Growing, { histogram, sums }: Node): Split | null {
  const best: Split = { gain: 1e-9, feature: -1, at: 0, missingLeft: true };
  if (sums[2] < 2 * settings.leafRows) return null;
  for (const [feature, count] of binned.counts.entries()) {
    const own = histogram.subarray(3 * (starts[feature] as number), 3 * ((starts[feature] as number) + count));
    if (binned.ordered[feature]) seekOrdered(own, sums, settings, best, feature);
    else seekLevel(own, sums, settings, best, feature);
  }
  return best.feature === -1 ? null : best;
}

/** Tries every cut, with the missing ones on either side; where nobody is missing here, they go with the many. */
function seekOrdered(own: Float64Array, sums: Sums, settings: GrowSettings, best: Split, feature: number): void {
  const [missingGradient, missingCurvature, missing] = [own[0] as number, own[1] as number, own[2] as number];
  let [gradient, curvature, rows] = [0, 0, 0];
  for (let code = 1; code < own.length / 3 - 1; code++) {
    if (own[3 * code + 2] === 0) continue;
    gradient += own[3 * code] as number;
    curvature += own[3 * code + 1] as number;
    rows += own[3 * code + 2] as number;
    if (missing === 0) keepBetter(best, sums, settings, { gradient, curvature, rows }, { feature, at: code, missingLeft: 2 * rows >= sums[2] });
    else {
      keepBetter(best, sums, settings, { gradient, curvature, rows }, { feature, at: code, missingLeft: false });
      keepBetter(best, sums, settings, { gradient: gradient + missingGradient, curvature: curvature + missingCurvature, rows: rows + missing }, { feature, at: code, missingLeft: true });
    }
  }
  // Known against missing: every known code goes left.
  if (missing > 0) keepBetter(best, sums, settings, { gradient: sums[0] - missingGradient, curvature: sums[1] - missingCurvature, rows: sums[2] - missing }, { feature, at: own.length / 3 - 1, missingLeft: false });
}

function seekLevel(own: Float64Array, sums: Sums, settings: GrowSettings, best: Split, feature: number): void {
  for (let code = 0; code < own.length / 3; code++) {
    const [gradient, curvature, rows] = [own[3 * code] as number, own[3 * code + 1] as number, own[3 * code + 2] as number];
    if (rows > 0) keepBetter(best, sums, settings, { gradient, curvature, rows }, { feature, at: code, missingLeft: code === 0 });
  }
}

function keepBetter(best: Split, [gradient, curvature, rows]: Sums, { ridge, leafRows }: GrowSettings, left: { gradient: number; curvature: number; rows: number }, split: Omit<Split, 'gain'>): void {
  if (left.rows < leafRows || rows - left.rows < leafRows) return;
  const score = (g: number, h: number): number => (g * g) / (h + ridge);
  const gain = score(left.gradient, left.curvature) + score(gradient - left.gradient, curvature - left.curvature) - score(gradient, curvature);
  if (gain > best.gain) Object.assign(best, split, { gain });
}
