import type { Random } from '../../../kernel/random.ts';
import { prepare, sumOf } from './betaGeometricLikelihood.ts';
import { boundariesOf, type WarningCode } from './boundaries.ts';
import type { Customers, History } from './columns.ts';
import { fitPurchases, overLogs, type Recipe } from './fit.ts';
import { type BgParams, growth } from './growth.ts';
import { type PurchaseModel, purchaseModel } from './purchaseModel.ts';
import { betaI, logBeta, logGamma } from './special.ts';
import { beta, exponential, gamma } from './variates.ts';

type Name = keyof BgParams;

const NAMES = ['r', 'alpha', 'a', 'b'] as const;
const STARTS = [[0.3, 0.1, 0.8, 2.5], [0.6, 0.2, 0.8, 1.5], [1, 0.3, 1, 1], [1.5, 0.2, 0.3, 3], [0.2, 0.1, 0.1, 2], [3, 1, 0.5, 5]] as const;

const boundaryOf = ({ r, a, b }: BgParams): WarningCode[] => boundariesOf({ leaving: a / (a + b), dropout: a + b, rate: r });

/** P(left at T) / P(alive at T) in logarithms; −∞ where nobody can have left yet. */
const logOdds = ({ r, alpha, a, b }: BgParams, { x, tx, T }: History, first: number): number =>
  x + first === 0 ? -Infinity : Math.log(a / (b + x + first - 1)) + (r + x) * Math.log1p((T - tx) / (alpha + tx));

/** P(n purchases in t) of somebody certainly alive: Fader, Hardie & Lee 2005 eq. 8, the sum in it written as an incomplete beta, which does not cancel. */
function pmfAlive({ r, alpha, a, b }: BgParams, n: number, t: number): number {
  if (t <= 0) return n === 0 ? 1 : 0;
  if (n === 0) return Math.exp(-r * Math.log1p(t / alpha));
  const z = t / (alpha + t), norm = logBeta(a, b);
  const stays = Math.exp(logBeta(a, b + n) - norm + logGamma(r + n) - logGamma(r) - logGamma(n + 1) - r * Math.log1p(t / alpha) + n * Math.log(z));
  return stays + Math.exp(logBeta(a + 1, b + n - 1) - norm) * betaI(n, r, z);
}

/** Buys at a rate of one's own until leaving, which may follow each purchase. */
function live({ r, alpha, a, b }: BgParams, until: number, random: Random, onPurchase: (time: number) => void): void {
  const rate = gamma(r, random) / alpha, leaves = beta(a, b, random);
  for (let time = exponential(random) / rate; time <= until; time += exponential(random) / rate) {
    onPurchase(time);
    if (random() < leaves) return;
  }
}

/** BG/NBD (first = 0: nobody leaves right after the first purchase) or MBG/NBD (first = 1: also then). */
export function betaGeometric(key: string, first: 0 | 1): PurchaseModel<Name> {
  const objectiveOf = (groups: Required<Customers>) => {
    const data = prepare(groups, first);
    return overLogs(NAMES, data.people, (params) => sumOf(data, params, first));
  };
  const recipe: Recipe<Name> = { names: NAMES, scaled: ['alpha'], objectiveOf, starts: STARTS, boundaryOf };
  return purchaseModel({
    key, names: NAMES, live, pmfAlive, meanAlive: growth,
    fit: (customers) => fitPurchases(recipe, customers),
    logLikelihood: (params, customers) => sumOf(prepare(customers, first), params, first)[0] as number,
    alive: (params, history) => 1 / (1 + Math.exp(logOdds(params, history, first))),
    later: ({ r, alpha, a, b }, { x, T }) => ({ r: r + x, alpha: alpha + T, a, b: b + x + first }),
    begun: ({ a, b, ...rest }) => ({ share: first ? b / (a + b) : 1, params: { ...rest, a, b: b + first } }),
  });
}
