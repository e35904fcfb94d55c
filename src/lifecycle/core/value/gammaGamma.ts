import { distinct, pick } from './columns.ts';
import { type Fit, fitBy, type Recipe, type WarningCode } from './fit.ts';
import type { Objective } from './optimise.ts';
import { refusal, type Refused } from './refused.ts';
import { digamma, gammaQuantile, logGamma } from './special.ts';

/** Spend a purchase ~ Gamma(p, ν) around each customer's own mean p/ν; ν ~ Gamma(q, v). v is in money. */
export type GammaGammaParams = { readonly p: number; readonly q: number; readonly v: number };
type Name = keyof GammaGammaParams;

/** Purchases and their mean spend, one entry a customer; customers without a purchase (x = 0) are passed over. weight as in Customers. */
export type Spend = { x: Float64Array; mean: Float64Array; weight?: Float64Array };

const NAMES = ['p', 'q', 'v'] as const;
const STARTS = [[3, 3, 0.5], [6, 4, 0.5], [1, 2, 1], [20, 3, 0.1], [2, 20, 10]] as const;
const MIN_CUSTOMERS = 10;

type Bought = Required<Spend>;

function faultOf(count: number, mean: number, weight: number): 'x' | 'mean' | 'weight' | null {
  if (!Number.isSafeInteger(count) || count < 0) return 'x';
  if (!(weight >= 0 && weight < Infinity)) return 'weight';
  return count === 0 || Number.isFinite(mean) ? null : 'mean';
}

/** Only who bought; refuses mean spends of zero or less, which a gamma cannot have. */
function boughtOf({ x, mean, weight }: Spend): Bought | Refused {
  if (mean.length !== x.length || (weight && weight.length !== x.length)) return refusal('value.bad_columns', { x: x.length, mean: mean.length });
  const rows = new Int32Array(x.length);
  let bought = 0;
  for (let i = 0; i < x.length; i++) {
    const count = x[i] as number, spend = mean[i] as number, w = weight ? (weight[i] as number) : 1, fault = faultOf(count, spend, w);
    if (fault) return refusal('value.bad_row', { row: i, column: fault });
    if (count === 0 || w === 0) continue;
    if (spend <= 0) return refusal('value.spend_not_positive', { row: i, mean: spend });
    rows[bought++] = i;
  }
  const chosen = rows.subarray(0, bought);
  return { x: pick(x, chosen), mean: pick(mean, chosen), weight: weight ? pick(weight, chosen) : new Float64Array(bought).fill(1) };
}

/**
 * Log-likelihood (Fader & Hardie 2013, "The Gamma-Gamma model of monetary value", eq. 1a) and its slopes over p, q, v.
 * What depends on x alone is worked out once for each distinct x; a logarithm and a division a customer remain.
 */
function sumOf({ x, total, weight }: Totals, ofX: ReturnType<typeof distinct>, fixed: Fixed, { p, q, v }: GammaGammaParams): [number, number, number, number] {
  let logs = 0, perQ = 0, perP = 0, perV = 0;
  for (let i = 0; i < x.length; i++) {
    const sum = v + (total[i] as number), w = weight[i] as number, count = x[i] as number, log = Math.log(sum), shape = p * count + q;
    logs += w * shape * log;
    perQ += w * log;
    perP += w * count * log;
    perV += (w * shape) / sum;
  }
  const logV = Math.log(v), own = { log: logGamma(q), psi: digamma(q) };
  let value = fixed.people * q * logV + p * fixed.weightedLogs - fixed.meanLogs - logs;
  let dp = fixed.weightedLogs - perP, dq = fixed.people * logV - perQ;
  ofX.values.forEach((count, i) => {
    const w = fixed.xWeight[i] as number, all = digamma(p * count + q);
    value += w * (logGamma(p * count + q) - logGamma(p * count) - own.log);
    dp += w * count * (all - digamma(p * count));
    dq += w * (all - own.psi);
  });
  return [value, dp, dq, (fixed.people * q) / v - perV];
}

/** A customer's whole spend in place of the mean. */
type Totals = { x: Float64Array; total: Float64Array; weight: Float64Array };
/** Sums that no parameter changes: Σw, Σw·x·ln(x·z̄), Σw·ln z̄, and the weight of each distinct x. */
type Fixed = { people: number; weightedLogs: number; meanLogs: number; xWeight: Float64Array };

function prepare({ x, mean, weight }: Bought): { totals: Totals; ofX: ReturnType<typeof distinct>; fixed: Fixed } {
  const ofX = distinct(x), total = x.map((count, i) => count * (mean[i] as number));
  const fixed: Fixed = { people: 0, weightedLogs: 0, meanLogs: 0, xWeight: new Float64Array(ofX.values.length) };
  for (let i = 0; i < x.length; i++) {
    const w = weight[i] as number, place = ofX.placeOf[i] as number;
    fixed.people += w;
    fixed.weightedLogs += w * (x[i] as number) * Math.log(total[i] as number);
    fixed.meanLogs += w * Math.log(mean[i] as number);
    fixed.xWeight[place] = (fixed.xWeight[place] as number) + w;
  }
  return { totals: { x, total, weight }, ofX, fixed };
}

function objectiveOf(bought: Bought): Objective {
  const { totals, ofX, fixed } = prepare(bought);
  return (theta, gradient) => {
    const params = { p: Math.exp(theta[0] as number), q: Math.exp(theta[1] as number), v: Math.exp(theta[2] as number) };
    const [value, dp, dq, dv] = sumOf(totals, ofX, fixed, params);
    gradient.set([(-dp * params.p) / fixed.people, (-dq * params.q) / fixed.people, (-dv * params.v) / fixed.people]);
    return -value / fixed.people;
  };
}

const boundaryOf = ({ p, q }: GammaGammaParams): WarningCode[] => [
  ...(q <= 1 ? ['value.boundary.no_mean_spend' as const] : []),
  ...(p > 5e3 || q > 5e3 ? ['value.boundary.same_rate' as const] : []),
];

const weightedMean = ({ mean, weight }: Bought): number => mean.reduce((sum, m, i) => sum + m * (weight[i] as number), 0) / weight.reduce((sum, w) => sum + w, 0);

/** Fits the spend of customers who bought; money is scaled by the mean, so the currency changes nothing but v. */
function fit(spend: Spend): Fit<Name> | Refused {
  const bought = boughtOf(spend);
  if ('refused' in bought) return bought;
  const customers = bought.weight.reduce((sum, w) => sum + w, 0);
  if (customers < MIN_CUSTOMERS) return refusal('value.too_few_repeaters', { repeaters: customers, needed: MIN_CUSTOMERS });
  const unit = weightedMean(bought), scaled = bought.mean.map((m) => m / unit);
  if (scaled.every((m) => Math.abs(m - 1) < 1e-9)) return refusal('value.spend_without_variance', { mean: unit });
  const recipe: Recipe<Name> = { names: NAMES, scaled: ['v'], starts: STARTS, boundaryOf, objectiveOf: ({ x, tx, weight }) => objectiveOf({ x, mean: tx, weight }) };
  return fitBy(recipe, { x: bought.x, tx: scaled, T: scaled, weight: bought.weight }, { unit, shift: -customers * Math.log(unit) });
}

/** The share of the observed mean in the estimate is p·x / (p·x + q − 1), the rest is everybody's mean (eq. 5). */
function expected({ p, q, v }: GammaGammaParams, x: number, mean: number): number {
  const shape = p * x + q - 1;
  return shape > 0 ? (p * (v + x * mean)) / shape : mean;
}

/** The spend a purchase below which a customer's true mean lies with the given probability: p/ν, ν ~ Gamma(p·x + q, v + x·z̄). */
const quantile = ({ p, q, v }: GammaGammaParams, x: number, mean: number, share: number): number => (p * (v + x * mean)) / gammaQuantile(p * x + q, 1 - share);

/**
 * The Gamma-Gamma model of spend a purchase (Fader & Hardie 2013): independent of how often somebody buys; `spendIndependence` checks that.
 * A customer's `x` is 0 and `mean` 0 where nothing is known; where the mean of all does not exist (q ≤ 1, warned of) such a customer's expectation is the mean given.
 */
export const gammaGamma = { key: 'gamma_gamma', names: NAMES, fit, expected, quantile, logLikelihood: logLikelihoodOf };

function logLikelihoodOf(params: GammaGammaParams, spend: Spend): number | Refused {
  const bought = boughtOf(spend);
  if ('refused' in bought) return bought;
  const { totals, ofX, fixed } = prepare(bought);
  return sumOf(totals, ofX, fixed, params)[0];
}
