import { boundariesOf, type WarningCode } from './boundaries.ts';
import { type Fit, fitBy, overLogs, type Recipe } from './fit.ts';
import { hypergeometric } from './hypergeometric.ts';
import { refusal, type Refused } from './refused.ts';
import { logGamma } from './special.ts';

/** At each renewal a contract ends with probability θ ~ Beta(α, β), each customer's own. */
export type SbgParams = { readonly alpha: number; readonly beta: number };
type Name = keyof SbgParams;

/** Contracts: renewals passed, and whether it then ended (1) or still runs (0). weight: how many such contracts. */
export type Contracts = { renewals: Float64Array; ended: Uint8Array; weight?: Float64Array };

const NAMES = ['alpha', 'beta'] as const;
const STARTS = [[1, 3], [0.5, 1], [0.3, 10], [10, 100]] as const;

/** The curve of one cohort: how many were customers at the start, after the first renewal, after the second, … as contracts. */
export function contractsOf(survivors: readonly number[]): Contracts {
  const last = survivors.length - 1;
  return {
    renewals: Float64Array.from(survivors, (_, i) => i), ended: Uint8Array.from(survivors, (_, i) => (i < last ? 1 : 0)),
    weight: Float64Array.from(survivors, (count, i) => (i < last ? count - (survivors[i + 1] as number) : count)),
  };
}

/** Sums over contracts, by number of renewals passed: those that renewed at the k-th occasion, and those that ended there. */
type Counts = { renewed: Float64Array; ended: Float64Array; people: number };

function countsOf({ renewals, ended, weight }: Contracts): Counts {
  const most = renewals.reduce((high, n) => Math.max(high, n), 0), counts = { renewed: new Float64Array(most + 1), ended: new Float64Array(most + 1), people: 0 };
  renewals.forEach((n, i) => {
    const w = weight ? (weight[i] as number) : 1;
    counts.people += w;
    if (ended[i]) counts.ended[n] = (counts.ended[n] as number) + w;
    if (n > 0) counts.renewed[n - 1] = (counts.renewed[n - 1] as number) + w;
  });
  for (let k = most - 1; k >= 0; k--) counts.renewed[k] = (counts.renewed[k] as number) + (counts.renewed[k + 1] as number);
  return counts;
}

/** Log-likelihood as a product over occasions of r_k = (β + k)/(α + β + k) and 1 − r_k (Fader & Hardie 2007, eq. 5 and 8), with slopes over α, β. */
function sumOf({ renewed, ended }: Counts, { alpha, beta }: SbgParams): [number, number, number] {
  let value = 0, da = 0, db = 0;
  for (let k = 0; k < renewed.length; k++) {
    const stays = renewed[k] as number, ends = ended[k] as number, whole = alpha + beta + k;
    value += stays * Math.log((beta + k) / whole) + ends * Math.log(alpha / whole);
    da += ends / alpha - (stays + ends) / whole;
    db += stays / (beta + k) - (stays + ends) / whole;
  }
  return [value, da, db];
}

const boundaryOf = ({ alpha, beta }: SbgParams): WarningCode[] => boundariesOf({ leaving: alpha / (alpha + beta), dropout: alpha + beta, rate: 1 });

/** Fits contracts of any number of cohorts. Refuses where nobody left, nobody ever renewed, or rows cannot be. */
function fit(contracts: Contracts): Fit<Name> | Refused {
  const { renewals, ended, weight } = contracts;
  if (ended.length !== renewals.length || (weight && weight.length !== renewals.length)) return refusal('value.bad_columns', { renewals: renewals.length, ended: ended.length });
  const row = renewals.findIndex((n, i) => !Number.isSafeInteger(n) || n < 0 || n > 1e6 || (weight !== undefined && !((weight[i] as number) >= 0 && (weight[i] as number) < Infinity)));
  if (row >= 0) return refusal('value.bad_row', { row, column: 'renewals' });
  const counts = countsOf(contracts), lost = counts.ended.reduce((sum, w) => sum + w, 0), renewed = counts.renewed[0] ?? 0;
  if (counts.people < 2) return refusal('value.too_few_customers', { customers: counts.people, needed: 2 });
  if (lost === 0) return refusal('value.no_losses', { customers: counts.people });
  if (renewed === 0) return refusal('value.no_renewals', { customers: counts.people });
  const recipe: Recipe<Name> = { names: NAMES, scaled: [], starts: STARTS, boundaryOf, objectiveOf: () => overLogs(NAMES, counts.people, (params) => sumOf(counts, params)) };
  const w = weight ?? new Float64Array(renewals.length).fill(1);
  return fitBy(recipe, { x: renewals, tx: renewals, T: renewals, weight: w }, { unit: 1, shift: 0 });
}

/** S(t): the share that is still there after t renewals, t whole (eq. 6). */
const survival = ({ alpha, beta }: SbgParams, t: number): number => Math.exp(logGamma(beta + t) - logGamma(beta) + logGamma(alpha + beta) - logGamma(alpha + beta + t));

/** r_t: the share of those still there that renews at the t-th occasion, t from 1 (eq. 8); rises with t because the loyal remain. */
const retention = ({ alpha, beta }: SbgParams, t: number): number => (beta + t - 1) / (alpha + beta + t - 1);

/** E[renewals still to come] of a contract that has renewed n times and runs, each discounted by 1/(1 + rate) a period. */
function residual({ alpha, beta }: SbgParams, n: number, rate: number): number | Refused {
  if (!(rate > 0)) return refusal('value.bad_rate', { rate });
  const d = 1 / (1 + rate);
  return ((d * (beta + n)) / (alpha + beta + n)) * hypergeometric(1, beta + n + 1, alpha + beta + n + 1, d);
}

/** The shifted-beta-geometric model of contracts (Fader & Hardie 2007, "How to project customer retention"). */
export const shiftedBetaGeometric = {
  key: 'sbg', names: NAMES, fit, survival, retention,
  /** Discounted expected lifetime of a new contract in periods, the first one paid at once: Σ S(t)/(1+rate)^t, t from 0 (Fader & Hardie 2010, eq. 4). */
  lifetime: (params: SbgParams, rate: number): number | Refused => {
    const rest = residual(params, 0, rate);
    return typeof rest === 'number' ? 1 + rest : rest;
  },
  /** Discounted expected residual lifetime just before the next renewal of a contract that has renewed n times (Fader & Hardie 2010, eq. 6): its first payment is due at once. */
  residualLifetime: (params: SbgParams, n: number, rate: number): number | Refused => {
    const rest = residual(params, n, rate);
    return typeof rest === 'number' ? rest * (1 + rate) : rest;
  },
  logLikelihood: (params: SbgParams, contracts: Contracts): number => sumOf(countsOf(contracts), params)[0],
};
