import type { Random } from '../../../kernel/random.ts';
import { type BgBbParams, historyLog, laddersOf, pathLog, sumOf } from './bgBbLikelihood.ts';
import { boundariesOf, type WarningCode } from './boundaries.ts';
import { type Customers, type History, total } from './columns.ts';
import { type Fit, fitBy, overLogs, type Recipe } from './fit.ts';
import { hypergeometric } from './hypergeometric.ts';
import { learnable } from './learnable.ts';
import type { Objective } from './optimise.ts';
import { type PurchaseModel, purchaseModel } from './purchaseModel.ts';
import { refusal, type Refused } from './refused.ts';
import { logGamma } from './special.ts';
import { beta } from './variates.ts';

export type { BgBbParams } from './bgBbLikelihood.ts';
type Name = keyof BgBbParams;

const NAMES = ['alpha', 'beta', 'gamma', 'delta'] as const;
const STARTS = [[1, 1, 1, 3], [0.5, 1, 0.5, 3], [1, 3, 1, 10], [2, 1, 0.3, 1]] as const;

const objectiveOf = (groups: Required<Customers>): Objective => overLogs(NAMES, total(groups.weight), (params) => sumOf(groups, params));

const boundaryOf = ({ alpha, beta, gamma, delta }: BgBbParams): WarningCode[] => boundariesOf({ leaving: gamma / (gamma + delta), dropout: gamma + delta, rate: alpha + beta });

const recipe: Recipe<Name> = { names: NAMES, scaled: [], objectiveOf, starts: STARTS, boundaryOf };

/** Opportunities are counted: tx and T are whole and x cannot exceed tx. */
function check({ x, tx, T }: Customers): Refused | null {
  const row = x.findIndex((count, i) => count > (tx[i] as number) || !Number.isInteger(tx[i]) || !Number.isInteger(T[i]));
  return row >= 0 ? refusal('value.bad_row', { row, column: 'tx' }) : null;
}

function fit(customers: Customers): Fit<Name> | Refused {
  const groups = learnable(customers);
  return 'refused' in groups ? groups : (check(customers) ?? fitBy(recipe, groups, { unit: 1, shift: 0 }));
}

const logOf = (params: BgBbParams, history: History): number => historyLog(laddersOf(params, history.T), history, null);

/** P(alive at opportunity T, whatever comes after). */
const here = (params: BgBbParams, history: History): number => Math.exp(pathLog(laddersOf(params, history.T), history.x, history.T, true) - logOf(params, history));

const later = ({ alpha, beta, gamma, delta }: BgBbParams, { x, T }: History): BgBbParams => ({ alpha: alpha + x, beta: beta + T - x, gamma, delta: delta + T });

/** E[purchases in the next n opportunities] of somebody alive now: Σ P(alive at k) · E[p], a sum, so γ = 1 is no exception (eq. 6 and 13 have a pole there). */
function mean({ alpha, beta, gamma, delta }: BgBbParams, n: number): number {
  let stays = 1, sum = 0;
  for (let k = 0; k < n; k++) sum += stays *= (delta + k) / (gamma + delta + k);
  return (sum * alpha) / (alpha + beta);
}

/** P(X(n) = count) of somebody alive now (eq. 5). */
function pmf(params: BgBbParams, count: number, n: number): number {
  if (count > n) return 0;
  const l = laddersOf(params, n), ways = (seen: number): number => logGamma(seen + 1) - logGamma(count + 1) - logGamma(seen - count + 1);
  let sum = Math.exp(ways(n) + pathLog(l, count, n, true));
  for (let seen = count; seen < n; seen++) sum += Math.exp(ways(seen) + pathLog(l, count, seen, false));
  return sum;
}

/** Before each opportunity the customer may leave; at it, if still there, buy. */
function live({ alpha, beta: never, gamma, delta }: BgBbParams, until: number, random: Random, onPurchase: (time: number) => void): void {
  const buys = beta(alpha, never, random), leaves = beta(gamma, delta, random);
  for (let time = 1; time <= until && random() >= leaves; time++) if (random() < buys) onPurchase(time);
}

/** The BG/BB model (Fader, Hardie & Shang 2010) for purchases at counted opportunities: years, issues, visits. T counts opportunities; `alive` is for the next one, as in the paper. */
export const bgBb: PurchaseModel<Name> = purchaseModel({
  key: 'bg_bb', names: NAMES, fit, check, isCounted: true, later, live, alive: here, meanAlive: mean, pmfAlive: pmf,
  logLikelihood: (params, customers) => sumOf(customers, params)[0] as number,
  aliveReported: (params, history) => (here(params, history) * (params.delta + history.T)) / (params.gamma + params.delta + history.T),
});

/** Discounted expected residual transactions over an endless future, `rate` an opportunity (Fader, Hardie & Shang 2010, eq. 14). */
export function bgBbDert(params: BgBbParams, history: History, rate: number): number | Refused {
  if (!(rate > 0)) return refusal('value.bad_rate', { rate });
  const { alpha, beta, gamma, delta } = later(params, history), next = delta / (gamma + delta) / (1 + rate);
  return (here(params, history) * alpha * next * hypergeometric(1, delta + 1, gamma + delta + 1, 1 / (1 + rate))) / (alpha + beta);
}
