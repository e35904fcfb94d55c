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

/** Customers with the same number of purchases: their whole spends, and weights where these are not all 1. */
type Class = { count: number; people: number; totals: Float64Array; weights: Float64Array | null; logs: number };

/** Where a product of spends is turned into a logarithm, well before the largest number. */
const FULL = 1e200;
const out = new Float64Array(2);

/** Writes Σ w ln(v + total) and Σ w / (v + total) into `out`. Where weights are 1 a product gathers many spends before one logarithm is taken. */
function sumLogs({ totals, weights }: Class, v: number): void {
  let logs = 0, inverses = 0, product = 1;
  for (let i = 0; i < totals.length; i++) {
    const sum = v + (totals[i] as number), w = weights ? (weights[i] as number) : 1;
    inverses += w / sum;
    if (weights) logs += w * Math.log(sum);
    else if ((product *= sum) > FULL || product < 1 / FULL) {
      logs += Math.log(product);
      product = 1;
    }
  }
  out[0] = logs + Math.log(product);
  out[1] = inverses;
}

/** Sorts customers into classes by their number of purchases. */
function classesOf({ x, mean, weight }: Bought): Class[] {
  const { values, placeOf } = distinct(x), sizes = new Int32Array(values.length);
  for (const place of placeOf) sizes[place] = (sizes[place] as number) + 1;
  const classes = Array.from(values, (count, place): Class => ({ count, people: 0, totals: new Float64Array(sizes[place] as number), weights: new Float64Array(sizes[place] as number), logs: 0 }));
  sizes.fill(0);
  for (let i = 0; i < x.length; i++) {
    const place = placeOf[i] as number, at = sizes[place] as number, one = classes[place] as Class & { weights: Float64Array };
    sizes[place] = at + 1;
    one.totals[at] = (x[i] as number) * (mean[i] as number);
    one.weights[at] = weight[i] as number;
    one.people += weight[i] as number;
  }
  for (const one of classes) {
    if (one.weights?.every((w) => w === 1)) one.weights = null;
    sumLogs(one, 0);
    one.logs = out[0] as number;
  }
  return classes;
}

/**
 * Log-likelihood (Fader & Hardie 2013, "The Gamma-Gamma model of monetary value", eq. 1a) and its slopes over p, q, v:
 * all but Σ ln(v + spend) and Σ 1/(v + spend) is worked out once for each number of purchases.
 */
function sumOf(classes: readonly Class[], { p, q, v }: GammaGammaParams): [number, number, number, number] {
  const logV = Math.log(v), own = { log: logGamma(q), psi: digamma(q) };
  let value = 0, dp = 0, dq = 0, dv = 0;
  for (const one of classes) {
    const { count, people, logs } = one, shape = p * count + q, all = digamma(shape);
    sumLogs(one, v);
    const withV = out[0] as number;
    value += people * (logGamma(shape) - logGamma(p * count) - own.log + q * logV + Math.log(count)) + (p * count - 1) * logs - shape * withV;
    dp += count * (people * (all - digamma(p * count)) + logs - withV);
    dq += people * (all - own.psi + logV) - withV;
    dv += (people * q) / v - shape * (out[1] as number);
  }
  return [value, dp, dq, dv];
}

function objectiveOf(bought: Bought): Objective {
  const classes = classesOf(bought), people = classes.reduce((sum, one) => sum + one.people, 0);
  return (theta, gradient) => {
    const params = { p: Math.exp(theta[0] as number), q: Math.exp(theta[1] as number), v: Math.exp(theta[2] as number) };
    const [value, dp, dq, dv] = sumOf(classes, params);
    gradient.set([(-dp * params.p) / people, (-dq * params.q) / people, (-dv * params.v) / people]);
    return -value / people;
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
  return sumOf(classesOf(bought), params)[0];
}
