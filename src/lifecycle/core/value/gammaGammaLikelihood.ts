import { distinct } from './grouping.ts';
import { digamma, logGamma } from './special.ts';

/** Spend a purchase ~ Gamma(p, ν) around each customer's own mean p/ν; ν ~ Gamma(q, v). v is in money. */
export type GammaGammaParams = { readonly p: number; readonly q: number; readonly v: number };

/** Purchases and their mean spend, one entry a customer; customers without a purchase (x = 0) are passed over. weight as in Customers. */
export type Spend = { x: Float64Array; mean: Float64Array; weight?: Float64Array };

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
export function classesOf({ x, mean, weight }: Required<Spend>): Class[] {
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
export function sumOf(classes: readonly Class[], { p, q, v }: GammaGammaParams): [number, number, number, number] {
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
