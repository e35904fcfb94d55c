import type { Customers } from './columns.ts';
import { distinct } from './grouping.ts';
import type { BgParams } from './growth.ts';
import { digamma, logBeta, logGamma } from './special.ts';

/** The parts of the likelihood that depend on x alone, worked out once for each distinct x. */
function tablesOfX(r: number, a: number, b: number, xs: Float64Array, first: number) {
  const constant = new Float64Array(xs.length), dr = new Float64Array(xs.length), da = new Float64Array(xs.length), db = new Float64Array(xs.length);
  const base = logGamma(r) + logBeta(a, b), psi = { r: digamma(r), ab: digamma(a + b), b: digamma(b) };
  xs.forEach((x, i) => {
    const m = x + first, psiAll = digamma(a + b + m);
    constant[i] = logGamma(r + x) + logBeta(a, b + m) - base;
    dr[i] = digamma(r + x) - psi.r;
    da[i] = psi.ab - psiAll;
    db[i] = digamma(b + m) - psi.b - psiAll + psi.ab;
  });
  return { constant, dr, da, db };
}

const weightsAt = (placeOf: Int32Array, weight: Float64Array, size: number, factor?: Float64Array): Float64Array => {
  const sums = new Float64Array(size);
  for (let i = 0; i < placeOf.length; i++) {
    const place = placeOf[i] as number;
    sums[place] = (sums[place] as number) + (weight[i] as number) * (factor ? (factor[i] as number) : 1);
  }
  return sums;
};

/** A weight so small and whole is multiplied out; where the product is full it becomes a logarithm. */
const MULTIPLIED = 16;
const FULL = 1e200;

/** Rows of customers who may have left: places of their x, tx, T among the distinct values, lying together four by four with the whole weight, 0 where it must be kept as it is. */
function packed(xPlace: Int32Array, txPlace: Int32Array, TPlace: Int32Array, weight: Float64Array, isOpen: (place: number) => boolean): { rows: Int32Array; weights: Float64Array } {
  const rows = new Int32Array(4 * weight.length), weights = new Float64Array(weight.length);
  let count = 0;
  for (let i = 0; i < weight.length; i++) {
    const place = xPlace[i] as number, w = weight[i] as number;
    if (!isOpen(place)) continue;
    rows[4 * count] = place;
    rows[4 * count + 1] = txPlace[i] as number;
    rows[4 * count + 2] = TPlace[i] as number;
    rows[4 * count + 3] = Number.isInteger(w) && w <= MULTIPLIED ? w : 0;
    weights[count++] = w;
  }
  return { rows: rows.subarray(0, 4 * count), weights: weights.subarray(0, count) };
}

/** Distinct values and their weights: logarithms are taken once a value, not once a customer. */
export function prepare({ x, tx, T, weight }: Required<Customers>, first: number) {
  const ofX = distinct(x), ofTx = distinct(tx), ofT = distinct(T);
  return {
    xs: ofX.values, txs: ofTx.values, Ts: ofT.values, people: weight.reduce((sum, w) => sum + w, 0),
    ...packed(ofX.placeOf, ofTx.placeOf, ofT.placeOf, weight, (place) => (ofX.values[place] as number) + first > 0),
    xWeight: weightsAt(ofX.placeOf, weight, ofX.values.length),
    TWeight: weightsAt(ofT.placeOf, weight, ofT.values.length),
    TPurchases: weightsAt(ofT.placeOf, weight, ofT.values.length, x),
  };
}
export type Prepared = ReturnType<typeof prepare>;

/**
 * ln of 1 + a/(b + m − 1) · ((α + T)/(α + tx))^(r + x), the odds of having left against being alive, and its slopes, summed over groups into `sums` (value, r, α, a, b).
 * The one loop that runs over all groups: one exponential each, and one logarithm for many.
 */
function addOdds({ xs, txs, Ts, rows, weights }: Prepared, { r, alpha, a, b }: BgParams, first: number, sums: Float64Array): void {
  const logT = Ts.map((T) => Math.log(alpha + T)), logTx = txs.map((tx) => Math.log(alpha + tx));
  const perT = Ts.map((T) => 1 / (alpha + T)), perTx = txs.map((tx) => 1 / (alpha + tx));
  const perB = xs.map((x) => 1 / (b + x + first - 1)), logA = Math.log(a), level = perB.map((per) => logA + Math.log(per));
  let value = 0, product = 1, dr = 0, dAlpha = 0, da = 0, db = 0;
  for (let k = 0, at = 0; k < weights.length; k++) {
    const xi = rows[at++] as number, ti = rows[at++] as number, Ti = rows[at++] as number, times = rows[at++] as number, w = weights[k] as number;
    const rate = r + (xs[xi] as number), lead = (logT[Ti] as number) - (logTx[ti] as number);
    const u = (level[xi] as number) + rate * lead, e = Math.exp(-Math.abs(u)), whole = 1 + e, gone = ((u > 0 ? 1 : e) / whole) * w;
    if (u > 0) value += w * u;
    if (times === 0) value += w * Math.log(whole);
    for (let time = 0; time < times; time++) product *= whole;
    if (product > FULL) {
      value += Math.log(product);
      product = 1;
    }
    dr += gone * lead;
    dAlpha += gone * rate * ((perT[Ti] as number) - (perTx[ti] as number));
    da += gone;
    db += gone * (perB[xi] as number);
  }
  sums.set([value + Math.log(product), dr, dAlpha, da / a, -db]);
}

/** Everything else of the log-likelihood, from the tables. */
function addRest(data: Prepared, { r, alpha, a, b }: BgParams, first: number, sums: Float64Array): void {
  const { xs, xWeight, Ts, TWeight, TPurchases, people } = data, tables = tablesOfX(r, a, b, xs, first);
  let value = people * r * Math.log(alpha), dr = people * Math.log(alpha), dAlpha = (people * r) / alpha, da = 0, db = 0;
  for (let i = 0; i < xs.length; i++) {
    const w = xWeight[i] as number;
    value += w * (tables.constant[i] as number);
    dr += w * (tables.dr[i] as number);
    da += w * (tables.da[i] as number);
    db += w * (tables.db[i] as number);
  }
  for (let i = 0; i < Ts.length; i++) {
    const log = Math.log(alpha + (Ts[i] as number)), w = TWeight[i] as number, events = r * w + (TPurchases[i] as number);
    value -= events * log;
    dr -= w * log;
    dAlpha -= events / (alpha + (Ts[i] as number));
  }
  [value, dr, dAlpha, da, db].forEach((part, place) => { sums[place] = (sums[place] as number) + part; });
}

/** Log-likelihood and its slopes over r, α, a, b: Fader, Hardie & Lee 2005 eq. 6 (first = 0), Batislam et al. 2007 eq. 4 (first = 1). */
export function sumOf(data: Prepared, params: BgParams, first: number): Float64Array {
  const sums = new Float64Array(5);
  addOdds(data, params, first, sums);
  addRest(data, params, first, sums);
  return sums;
}
