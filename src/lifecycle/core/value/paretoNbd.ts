import type { Random } from '../../../kernel/random.ts';
import { type Customers, distinct, type History } from './columns.ts';
import { fitPurchases, type WarningCode } from './fit.ts';
import type { Objective } from './optimise.ts';
import { leftIntegral, type ParetoParams, PARTS } from './paretoIntegral.ts';
import { type PurchaseModel, purchaseModel } from './purchaseModel.ts';
import { integrate } from './quadrature.ts';
import { refusal, type Refused } from './refused.ts';
import { decayed, digamma, logGamma } from './special.ts';
import { exponential, gamma } from './variates.ts';

export type { ParetoParams } from './paretoIntegral.ts';
type Name = keyof ParetoParams;

const NAMES = ['r', 'alpha', 's', 'beta'] as const;
const STARTS = [[0.5, 0.3, 0.6, 0.3], [0.4, 0.2, 0.3, 0.5], [1, 0.4, 0.5, 0.3], [1, 0.3, 2, 2], [2, 0.5, 0.3, 1], [0.3, 0.3, 0.05, 1]] as const;

/**
 * Log-likelihood (Schmittlein et al. 1987; Fader & Hardie 2005, eq. 15) summed over groups, with its slopes over r, α, s, β.
 * A group's likelihood is Γ(r+x)/Γ(r) α^r β^s times the sum of "still alive at T" and the integral over the time of leaving.
 */
function sumOf({ x, tx, T, weight }: Required<Customers>, ofX: ReturnType<typeof distinct>, params: ParetoParams): Float64Array {
  const { r, alpha, s, beta } = params, part = new Float64Array(PARTS), sums = new Float64Array(5);
  const rise = ofX.values.map((count) => logGamma(r + count) - logGamma(r)), slopeOfRise = ofX.values.map((count) => digamma(r + count) - digamma(r));
  const logAlpha = Math.log(alpha), logBeta = Math.log(beta);
  let value = 0, dr = 0, dAlpha = 0, ds = 0, dBeta = 0;
  for (let i = 0; i < x.length; i++) {
    const xi = x[i] as number, Ti = T[i] as number, w = weight[i] as number, place = ofX.placeOf[i] as number;
    const logA = Math.log(alpha + Ti), logB = Math.log(beta + Ti), stays = -(r + xi) * logA - s * logB;
    leftIntegral(params, xi, tx[i] as number, Ti, part, true);
    const lead = (part[0] as number) - stays, e = Math.exp(-Math.abs(lead)), left = (lead > 0 ? 1 : e) / (1 + e), stay = 1 - left;
    value += w * ((rise[place] as number) + stays + Math.max(lead, 0) + Math.log1p(e));
    dr += w * ((slopeOfRise[place] as number) - stay * logA - left * (part[1] as number));
    ds += w * (left / s - stay * logB - left * (part[2] as number));
    dAlpha -= w * (r + xi) * (stay / (alpha + Ti) + left * (part[3] as number));
    dBeta -= w * ((s * stay) / (beta + Ti) + (s + 1) * left * (part[4] as number));
  }
  const people = weight.reduce((sum, w) => sum + w, 0);
  sums.set([value + people * (r * logAlpha + s * logBeta), dr + people * logAlpha, dAlpha + (people * r) / alpha, ds + people * logBeta, dBeta + (people * s) / beta]);
  return sums;
}

function objectiveOf(groups: Required<Customers>): Objective {
  const ofX = distinct(groups.x), people = groups.weight.reduce((sum, w) => sum + w, 0);
  return (theta, gradient) => {
    const params = { r: Math.exp(theta[0] as number), alpha: Math.exp(theta[1] as number), s: Math.exp(theta[2] as number), beta: Math.exp(theta[3] as number) };
    const sums = sumOf(groups, ofX, params);
    NAMES.forEach((name, i) => { gradient[i] = (-(sums[i + 1] as number) * params[name]) / people; });
    return -(sums[0] as number) / people;
  };
}

/** Judged at one time T: the share of customers who leave within it. */
const boundaryOf = (T: number) => ({ r, s, beta }: ParetoParams): WarningCode[] => {
  const leaving = -Math.expm1(-s * Math.log1p(T / beta));
  return [
    ...(leaving < 1e-3 ? ['value.boundary.no_dropout' as const] : []),
    ...(leaving > 0.999 ? ['value.boundary.all_drop_out' as const] : []),
    ...(s > 500 ? ['value.boundary.same_dropout' as const] : []),
    ...(r > 500 ? ['value.boundary.same_rate' as const] : []),
    ...(r < 1e-3 ? ['value.boundary.extreme_spread' as const] : []),
  ];
};

const meanT = ({ T, weight }: Customers): number => {
  let sum = 0, people = 0;
  for (let i = 0; i < T.length; i++) {
    const w = weight ? (weight[i] as number) : 1;
    sum += w * (T[i] as number);
    people += w;
  }
  return sum / people;
};

const work = new Float64Array(PARTS);

/** P(left | history) / P(alive | history). */
function odds(params: ParetoParams, x: number, tx: number, T: number): number {
  leftIntegral(params, x, tx, T, work, false);
  return Math.exp((work[0] as number) + (params.r + x) * Math.log(params.alpha + T) + params.s * Math.log(params.beta + T));
}

const alive = (params: ParetoParams, { x, tx, T }: History): number => 1 / (1 + odds(params, x, tx, T));

/** Somebody certainly alive at T is a new customer with these parameters: both gammas have learned from x and T. */
const later = ({ r, alpha, s, beta }: ParetoParams, { x, T }: History): ParetoParams => ({ r: r + x, alpha: alpha + T, s, beta: beta + T });

/** E[X(t)] of a new customer (Fader & Hardie 2005, eq. 27); s = 1 is no exception. */
const mean = ({ r, alpha, s, beta }: ParetoParams, t: number): number => ((r * beta) / alpha) * decayed(s - 1, Math.log1p(t / beta));

/** P(no purchase in t) of a new customer: alive and silent, or left at some y and silent until then. */
function silent(params: ParetoParams, t: number): number {
  const { r, alpha, s, beta } = params, stays = Math.exp(-r * Math.log1p(t / alpha) - s * Math.log1p(t / beta));
  leftIntegral(params, 0, 0, t, work, false);
  return Math.min(1, stays + Math.exp((work[0] as number) + r * Math.log(alpha) + s * Math.log(beta)));
}

/** P(X(t) = n) of a new customer (Fader & Hardie 2006, "Deriving an expression for P(X(t) = x)"), its integral over the time of leaving done numerically to ten digits. */
function pmf({ r, alpha, s, beta }: ParetoParams, n: number, t: number): number {
  if (t <= 0) return n === 0 ? 1 : 0;
  if (n === 0) return silent({ r, alpha, s, beta }, t);
  const front = logGamma(r + n) - logGamma(r) - logGamma(n + 1);
  const counts = (y: number): number => front + n * Math.log(y / (alpha + y)) - r * Math.log1p(y / alpha);
  const stays = Math.exp(counts(t) - s * Math.log1p(t / beta));
  const leaves = integrate((v) => (v === 0 ? 0 : s * Math.exp(counts(beta * Math.expm1(v)) - s * v)), 0, Math.log1p(t / beta));
  return stays + leaves;
}

/** Buys at a rate of one's own for a life of one's own. */
function live({ r, alpha, s, beta }: ParetoParams, until: number, random: Random, onPurchase: (time: number) => void): void {
  const rate = gamma(r, random) / alpha, end = Math.min(until, (exponential(random) * beta) / gamma(s, random));
  for (let time = exponential(random) / rate; time <= end; time += exponential(random) / rate) onPurchase(time);
}

/** The Pareto/NBD model (Schmittlein, Morrison & Colombo 1987): customers may leave at any time. */
export const paretoNbd: PurchaseModel<Name> = purchaseModel({
  key: 'pareto_nbd', names: NAMES, alive, later, live, meanAlive: mean, pmfAlive: pmf,
  fit: (customers) => fitPurchases({ names: NAMES, scaled: ['alpha', 'beta'], objectiveOf, starts: STARTS, boundaryOf: boundaryOf(meanT(customers)) }, customers),
  logLikelihood: (params, customers) => sumOf(customers, distinct(customers.x), params)[0] as number,
});

/**
 * Discounted expected residual transactions over an endless future at a continuous discount `rate` a unit of time (Fader, Hardie & Lee 2005, "RFM and CLV", eq. 2).
 * P(alive) × mean rate × ∫ ((β+T)/(β+T+u))^s e^(−rate·u) du; that integral is the paper's confluent hypergeometric Ψ, done in ln u so that a small rate meets no overflow.
 */
export function paretoDert(params: ParetoParams, history: History, rate: number): number | Refused {
  if (!(rate > 0)) return refusal('value.bad_rate', { rate });
  const { r, alpha, s, beta } = later(params, history), decay = rate * beta;
  const remaining = integrate((v) => Math.exp((1 - s) * v - decay * Math.expm1(v)), 0, Math.log1p(45 / decay));
  return alive(params, history) * (r / alpha) * beta * remaining;
}
