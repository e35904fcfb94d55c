import type { Random } from '../../../kernel/random.ts';
import type { Customers, History } from './columns.ts';
import { fitBy, type Fit, learnable, type Recipe, type WarningCode } from './fit.ts';
import { hypergeometric } from './hypergeometric.ts';
import type { Objective } from './optimise.ts';
import { type PurchaseModel, purchaseModel } from './purchaseModel.ts';
import { refusal, type Refused } from './refused.ts';
import { digamma, logAdd, logGamma } from './special.ts';
import { beta } from './variates.ts';

/** At each opportunity a living customer buys with probability p ~ Beta(α, β); before each one they leave with probability θ ~ Beta(γ, δ). */
export type BgBbParams = { readonly alpha: number; readonly beta: number; readonly gamma: number; readonly delta: number };
type Name = keyof BgBbParams;

const NAMES = ['alpha', 'beta', 'gamma', 'delta'] as const;
const STARTS = [[1, 1, 1, 3], [0.5, 1, 0.5, 3], [1, 3, 1, 10], [2, 1, 0.3, 1]] as const;

/** ln Γ and ψ of z, z + 1, …: the likelihood only ever asks at whole steps from its parameters. */
function ladder(z: number, steps: number): { log: Float64Array; psi: Float64Array } {
  const log = new Float64Array(steps + 1), psi = new Float64Array(steps + 1);
  log[0] = logGamma(z);
  psi[0] = digamma(z);
  for (let i = 1; i <= steps; i++) {
    log[i] = (log[i - 1] as number) + Math.log(z + i - 1);
    psi[i] = (psi[i - 1] as number) + 1 / (z + i - 1);
  }
  return { log, psi };
}

type Ladders = Record<'a' | 'b' | 'ab' | 'c' | 'd' | 'cd', ReturnType<typeof ladder>>;
const laddersOf = ({ alpha, beta, gamma, delta }: BgBbParams, most: number): Ladders => ({
  a: ladder(alpha, most), b: ladder(beta, most), ab: ladder(alpha + beta, most), c: ladder(gamma, 1), d: ladder(delta, most), cd: ladder(gamma + delta, most + 1),
});

const step = ({ log }: { log: Float64Array }, i: number): number => (log[i] as number) - (log[0] as number);
const slope = ({ psi }: { psi: Float64Array }, i: number): number => (psi[i] as number) - (psi[0] as number);

/** ln of: bought at x of `seen` opportunities, then left before the next one (or, `stays`, not at all until then). */
const pathLog = (l: Ladders, x: number, seen: number, stays: boolean): number =>
  step(l.a, x) + step(l.b, seen - x) - step(l.ab, seen) + (stays ? 0 : step(l.c, 1)) + step(l.d, seen) - step(l.cd, seen + (stays ? 0 : 1));

/** ln L of one history (Fader, Hardie & Shang 2010, eq. 2), and with `add` its slopes over α, β, γ, δ weighted by the share of each path. */
function historyLog(l: Ladders, { x, tx, T }: History, add: ((i: number, value: number) => void) | null): number {
  let sum = pathLog(l, x, T, true);
  for (let seen = tx; seen < T; seen++) sum = logAdd(sum, pathLog(l, x, seen, false));
  if (add) for (let seen = tx; seen <= T; seen++) {
    const stays = seen === T, share = Math.exp(pathLog(l, x, seen, stays) - sum), all = slope(l.ab, seen), ends = slope(l.cd, seen + (stays ? 0 : 1));
    add(0, share * (slope(l.a, x) - all));
    add(1, share * (slope(l.b, seen - x) - all));
    add(2, share * ((stays ? 0 : slope(l.c, 1)) - ends));
    add(3, share * (slope(l.d, seen) - ends));
  }
  return sum;
}

function sumOf({ x, tx, T, weight }: Required<Customers>, params: BgBbParams): Float64Array {
  const l = laddersOf(params, T.reduce((most, n) => Math.max(most, n), 0)), sums = new Float64Array(5), history = { x: 0, tx: 0, T: 0 };
  for (let i = 0; i < x.length; i++) {
    const w = weight[i] as number;
    history.x = x[i] as number;
    history.tx = tx[i] as number;
    history.T = T[i] as number;
    sums[0] = (sums[0] as number) + w * historyLog(l, history, (place, value) => { sums[place + 1] = (sums[place + 1] as number) + w * value; });
  }
  return sums;
}

function objectiveOf(groups: Required<Customers>): Objective {
  const people = groups.weight.reduce((sum, w) => sum + w, 0);
  return (theta, gradient) => {
    const params = { alpha: Math.exp(theta[0] as number), beta: Math.exp(theta[1] as number), gamma: Math.exp(theta[2] as number), delta: Math.exp(theta[3] as number) };
    const sums = sumOf(groups, params);
    NAMES.forEach((name, i) => { gradient[i] = (-(sums[i + 1] as number) * params[name]) / people; });
    return -(sums[0] as number) / people;
  };
}

const boundaryOf = ({ alpha, beta, gamma, delta }: BgBbParams): WarningCode[] => [
  ...(gamma / (gamma + delta) < 1e-3 ? ['value.boundary.no_dropout' as const] : []),
  ...(gamma / (gamma + delta) > 0.999 ? ['value.boundary.all_drop_out' as const] : []),
  ...(gamma + delta > 5e3 ? ['value.boundary.same_dropout' as const] : []),
  ...(alpha + beta > 5e3 ? ['value.boundary.same_rate' as const] : []),
  ...(alpha + beta < 1e-3 ? ['value.boundary.extreme_spread' as const] : []),
];

const recipe: Recipe<Name> = { names: NAMES, scaled: [], objectiveOf, starts: STARTS, boundaryOf };

/** Opportunities are counted: tx and T are whole and x cannot exceed tx. */
function fit(customers: Customers): Fit<Name> | Refused {
  const groups = learnable(customers);
  if ('refused' in groups) return groups;
  const row = customers.x.findIndex((x, i) => x > (customers.tx[i] as number) || !Number.isInteger(customers.tx[i]) || !Number.isInteger(customers.T[i]));
  return row >= 0 ? refusal('value.bad_row', { row, column: 'tx' }) : fitBy(recipe, groups, { unit: 1, shift: 0 });
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
  key: 'bg_bb', names: NAMES, fit, later, live, alive: here, meanAlive: mean, pmfAlive: pmf,
  logLikelihood: (params, customers) => sumOf(customers, params)[0] as number,
  aliveReported: (params, history) => (here(params, history) * (params.delta + history.T)) / (params.gamma + params.delta + history.T),
});

/** Discounted expected residual transactions over an endless future, `rate` an opportunity (Fader, Hardie & Shang 2010, eq. 14). */
export function bgBbDert(params: BgBbParams, history: History, rate: number): number | Refused {
  if (!(rate > 0)) return refusal('value.bad_rate', { rate });
  const { alpha, beta, gamma, delta } = later(params, history), next = delta / (gamma + delta) / (1 + rate);
  return (here(params, history) * alpha * next * hypergeometric(1, delta + 1, gamma + delta + 1, 1 / (1 + rate))) / (alpha + beta);
}
