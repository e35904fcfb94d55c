import { type Design, designOf, eachTerm, learnTerms, type Term } from './design.ts';
import { type Feature, learnFeatures } from './features.ts';
import { isRefused, refuse, type Refused } from './refused.ts';
import { type Table, unfitTraining } from './table.ts';

/** A fitted logistic model; plain data, so that it can be stored. `base`: log-odds at the training means. */
export type LogisticModel = { kind: 'logistic' | 'curves'; features: Feature[]; terms: Term[]; base: number; coefficients: number[]; steps: number };

export type LogisticSettings = {
  /** Weight of half the squared coefficients; above zero, so that parted classes still have an answer. */
  ridge?: number;
  /** Natural cubic splines instead of straight lines on numeric features with ten or more values. */
  curves?: boolean;
};

const STEPS_MOST = 100;
const HALVINGS_MOST = 30;

/**
 * Ridge logistic regression on standardised columns by iteratively reweighted least squares with halved steps (Green
 * 1984; penalty of le Cessie & van Houwelingen 1992, eq. 2; the intercept is free). Labels: 1 left, 0 stayed.
 * Refuses unfit input, one class, `churn.bad_setting` (ridge not above zero) and `churn.not_converged`.
 */
export function fitLogistic(table: Table, labels: Uint8Array, { ridge = 1, curves = false }: LogisticSettings = {}): LogisticModel | Refused {
  const unfit = unfitTraining(table, labels) ?? (ridge > 0 && Number.isFinite(ridge) ? null : refuse('churn.bad_setting', { ridge: String(ridge) }));
  if (unfit) return unfit;
  const features = learnFeatures(table);
  const terms = learnTerms(features, table, curves);
  if (isRefused(terms)) return terms;
  const design = designOf(features, terms, table);
  if (isRefused(design)) return design;
  const top = climb(design, labels, ridge);
  return isRefused(top) ? top : { kind: curves ? 'curves' : 'logistic', features, terms, base: top.weights.at(-1) as number, coefficients: [...top.weights.subarray(0, -1)], steps: top.steps };
}

/** Log-odds of each row under weights, the intercept last. */
function oddsOf({ rows, terms, values }: Design, weights: Float64Array): Float64Array {
  const width = terms.length;
  const odds = new Float64Array(rows).fill(weights[width] as number);
  for (let row = 0, at = 0; row < rows; row++) {
    let sum = odds[row] as number;
    for (let term = 0; term < width; term++) sum += (values[at++] as number) * (weights[term] as number);
    odds[row] = sum;
  }
  return odds;
}

/** Penalised log-likelihood; log(1 + eᵘ) without overflow. */
function likelihood(odds: Float64Array, labels: Uint8Array, weights: Float64Array, ridge: number): number {
  let sum = 0;
  for (let row = 0; row < odds.length; row++) {
    const u = odds[row] as number;
    sum += (labels[row] === 1 ? u : 0) - Math.max(u, 0) - Math.log1p(Math.exp(-Math.abs(u)));
  }
  for (let term = 0; term + 1 < weights.length; term++) sum -= (ridge / 2) * (weights[term] as number) ** 2;
  return sum;
}

function climb(design: Design, labels: Uint8Array, ridge: number): { weights: Float64Array; steps: number } | Refused {
  let weights = new Float64Array(design.terms.length + 1);
  let odds = oddsOf(design, weights);
  let height = likelihood(odds, labels, weights, ridge);
  for (let steps = 1; steps <= STEPS_MOST; steps++) {
    const step = newtonStep(design, labels, { odds, weights, ridge });
    if (!step) return refuse('churn.not_converged', { steps });
    let [scale, halvings] = [1, 0];
    for (; ; scale /= 2) {
      const tried = weights.map((weight, term) => weight + scale * (step[term] as number));
      const triedOdds = oddsOf(design, tried);
      const triedHeight = likelihood(triedOdds, labels, tried, ridge);
      if (triedHeight < height && halvings++ < HALVINGS_MOST) continue;
      const isTop = triedHeight - height <= 1e-11 * Math.abs(height);
      if (triedHeight >= height) [weights, odds, height] = [tried, triedOdds, triedHeight];
      if (isTop) return { weights, steps };
      break;
    }
  }
  return refuse('churn.not_converged', { steps: STEPS_MOST });
}

/** Rows added to the matrix at once: it is read and written once for all of them. */
const BLOCK = 4;

/** Solves (X'WX + ridge) step = X'(y − p) − ridge·weights. */
function newtonStep({ rows, terms, values }: Design, labels: Uint8Array, { odds, weights, ridge }: { odds: Float64Array; weights: Float64Array; ridge: number }): Float64Array | null {
  const width = terms.length;
  const size = width + 1;
  const matrix = new Float64Array(size * size);
  const slope = new Float64Array(size);
  const [lines, bent] = [new Float64Array(BLOCK * size), new Float64Array(BLOCK)];
  for (let from = 0; from < rows; from += BLOCK) {
    for (let line = 0; line < BLOCK; line++) {
      const row = from + line;
      bent[line] = 0;
      if (row >= rows) continue;
      const p = 1 / (1 + Math.exp(-(odds[row] as number)));
      const residual = (labels[row] as number) - p;
      bent[line] = p * (1 - p);
      for (let term = 0; term < size; term++) {
        const value = term === width ? 1 : (values[row * width + term] as number);
        lines[line * size + term] = value;
        slope[term] = (slope[term] as number) + residual * value;
      }
    }
    addBlock(matrix, lines, bent, size);
  }
  for (let term = 0; term < width; term++) {
    matrix[term * size + term] = (matrix[term * size + term] as number) + ridge;
    slope[term] = (slope[term] as number) - ridge * (weights[term] as number);
  }
  return solve(matrix, slope);
}

/** Adds four weighted rows to the lower triangle of X'WX. */
function addBlock(matrix: Float64Array, lines: Float64Array, bent: Float64Array, size: number): void {
  const [second, third, fourth] = [size, 2 * size, 3 * size];
  for (let a = 0; a < size; a++) {
    const w0 = (bent[0] as number) * (lines[a] as number);
    const w1 = (bent[1] as number) * (lines[second + a] as number);
    const w2 = (bent[2] as number) * (lines[third + a] as number);
    const w3 = (bent[3] as number) * (lines[fourth + a] as number);
    const at = a * size;
    for (let b = 0; b <= a; b++) matrix[at + b] = (matrix[at + b] as number) + w0 * (lines[b] as number) + w1 * (lines[second + b] as number) + w2 * (lines[third + b] as number) + w3 * (lines[fourth + b] as number);
  }
}

/** Cholesky's method on the lower triangle, in place; null where the matrix is not positive definite. */
function solve(matrix: Float64Array, right: Float64Array): Float64Array | null {
  const size = right.length;
  const of = (a: number, b: number): number => matrix[a * size + b] as number;
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = of(a, b);
      for (let c = 0; c < b; c++) sum -= of(a, c) * of(b, c);
      if (a === b && !(sum > 0 && Number.isFinite(sum))) return null;
      matrix[a * size + b] = a === b ? Math.sqrt(sum) : sum / of(b, b);
    }
  }
  const answer = right.slice();
  for (let a = 0; a < size; a++) {
    for (let b = 0; b < a; b++) answer[a] = (answer[a] as number) - of(a, b) * (answer[b] as number);
    answer[a] = (answer[a] as number) / of(a, a);
  }
  for (let a = size - 1; a >= 0; a--) {
    for (let b = a + 1; b < size; b++) answer[a] = (answer[a] as number) - of(b, a) * (answer[b] as number);
    answer[a] = (answer[a] as number) / of(a, a);
  }
  return answer;
}

/** What each feature adds to the log-odds of each row (rows × features): its terms' coefficients times their standardised values. */
export function logisticContributions({ features, terms, coefficients }: LogisticModel, table: Table): Float64Array | Refused {
  const added = new Float64Array(table.rows * features.length);
  const refused = eachTerm(features, terms, table, (column, { feature }, place) => {
    const coefficient = coefficients[place] as number;
    for (let row = 0, at = feature; row < column.length; row++, at += features.length) added[at] = (added[at] as number) + coefficient * (column[row] as number);
  });
  return refused ?? added;
}
