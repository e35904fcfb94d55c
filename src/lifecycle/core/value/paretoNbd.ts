import type { Random } from '../../../kernel/random.ts';
import { boundariesOf, type WarningCode } from './boundaries.ts';
import { type Customers, dot, type History, total } from './columns.ts';
import { fitPurchases, overLogs } from './fit.ts';
import { distinct } from './grouping.ts';
import type { Objective } from './optimise.ts';
import { leftIntegral, type ParetoParams, PARTS } from './paretoIntegral.ts';
import { sumOf } from './paretoLikelihood.ts';
import { type PurchaseModel, purchaseModel } from './purchaseModel.ts';
import { integrate } from './quadrature.ts';
import { refusal, type Refused } from './refused.ts';
import { decayed, logGamma } from './special.ts';
import { exponential, gamma } from './variates.ts';

export type { ParetoParams } from './paretoIntegral.ts';
type Name = keyof ParetoParams;

const NAMES = ['r', 'alpha', 's', 'beta'] as const;
const STARTS = [[0.5, 0.3, 0.6, 0.3], [0.4, 0.2, 0.3, 0.5], [1, 0.4, 0.5, 0.3], [1, 0.3, 2, 2], [2, 0.5, 0.3, 1], [0.3, 0.3, 0.05, 1]] as const;

function objectiveOf(groups: Required<Customers>): Objective {
  const ofX = distinct(groups.x);
  return overLogs(NAMES, total(groups.weight), (params) => sumOf(groups, ofX, params));
}

/** Judged at one time T: the share of customers who leave within it. */
const boundaryOf = (T: number) => ({ r, s, beta }: ParetoParams): WarningCode[] => boundariesOf({ leaving: -Math.expm1(-s * Math.log1p(T / beta)), dropout: s, rate: r });

const meanT = ({ T, weight }: Customers): number => (weight ? dot(T, weight) / total(weight) : total(T) / T.length);

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
  fit: (customers) => fitPurchases({ names: NAMES, scaled: ['alpha', 'beta'], objectiveOf, starts: STARTS, mostEvaluations: 300, boundaryOf: boundaryOf(meanT(customers)) }, customers),
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
