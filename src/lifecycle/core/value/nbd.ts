import type { Random } from '../../../kernel/random.ts';
import { boundariesOf, type WarningCode } from './boundaries.ts';
import { type Customers, total } from './columns.ts';
import { fitPurchases, overLogs, type Recipe } from './fit.ts';
import { distinct } from './grouping.ts';
import type { Objective } from './optimise.ts';
import { type PurchaseModel, purchaseModel } from './purchaseModel.ts';
import { digamma, logGamma } from './special.ts';
import { exponential, gamma } from './variates.ts';

/** Purchases at rate λ ~ Gamma(r, α); nobody ever leaves. */
export type NbdParams = { readonly r: number; readonly alpha: number };
type Name = keyof NbdParams;

const NAMES = ['r', 'alpha'] as const;

/** Log-likelihood of purchase times and its slopes: Γ(r+x)/Γ(r) α^r (α+T)^−(r+x), summed over groups. */
function sumOf({ x, T, weight }: Required<Customers>, ofX: ReturnType<typeof distinct>, { r, alpha }: NbdParams): [number, number, number] {
  const rise = ofX.values.map((count) => logGamma(r + count) - logGamma(r)), slope = ofX.values.map((count) => digamma(r + count) - digamma(r));
  let value = 0, dr = 0, dAlpha = 0;
  for (let i = 0; i < x.length; i++) {
    const w = weight[i] as number, events = r + (x[i] as number), place = ofX.placeOf[i] as number, idle = Math.log1p((T[i] as number) / alpha);
    value += w * ((rise[place] as number) - events * idle - (x[i] as number) * Math.log(alpha));
    dr += w * ((slope[place] as number) - idle);
    dAlpha += w * (r / alpha - events / (alpha + (T[i] as number)));
  }
  return [value, dr, dAlpha];
}

function objectiveOf(groups: Required<Customers>): Objective {
  const ofX = distinct(groups.x);
  return overLogs(NAMES, total(groups.weight), (params) => sumOf(groups, ofX, params));
}

const boundaryOf = ({ r }: NbdParams): WarningCode[] => boundariesOf({ leaving: 0, dropout: 1, rate: r });

const recipe: Recipe<Name> = { names: NAMES, scaled: ['alpha'], objectiveOf, starts: [[0.4, 0.3], [2, 1], [0.1, 0.05]], boundaryOf };

/** P(n purchases in t): the negative binomial law. */
function pmf({ r, alpha }: NbdParams, n: number, t: number): number {
  if (t <= 0) return n === 0 ? 1 : 0;
  return Math.exp(logGamma(r + n) - logGamma(r) - logGamma(n + 1) - r * Math.log1p(t / alpha) + (n === 0 ? 0 : n * Math.log(t / (alpha + t))));
}

function live({ r, alpha }: NbdParams, until: number, random: Random, onPurchase: (time: number) => void): void {
  const rate = gamma(r, random) / alpha;
  for (let time = exponential(random) / rate; time <= until; time += exponential(random) / rate) onPurchase(time);
}

/** The NBD model (Ehrenberg 1959): the yardstick without dropout, so its fit always carries `value.boundary.no_dropout`. The last purchase tells it nothing. */
export const nbd: PurchaseModel<Name> = purchaseModel({
  key: 'nbd', names: NAMES, live, pmfAlive: pmf,
  fit: (customers) => fitPurchases(recipe, customers),
  logLikelihood: (params, customers) => sumOf(customers, distinct(customers.x), params)[0],
  alive: () => 1,
  later: ({ r, alpha }, { x, T }) => ({ r: r + x, alpha: alpha + T }),
  meanAlive: ({ r, alpha }, t) => (r * t) / alpha,
});
