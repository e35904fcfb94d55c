import type { WarningCode } from './boundaries.ts';
import { boughtOf } from './bought.ts';
import { dot, total } from './columns.ts';
import { type Fit, fitBy, overLogs, type Recipe } from './fit.ts';
import { classesOf, type GammaGammaParams, type Spend, sumOf } from './gammaGammaLikelihood.ts';
import type { Objective } from './optimise.ts';
import { refusal, type Refused } from './refused.ts';
import { gammaQuantile } from './special.ts';

export type { GammaGammaParams, Spend } from './gammaGammaLikelihood.ts';
type Name = keyof GammaGammaParams;

const NAMES = ['p', 'q', 'v'] as const;
const STARTS = [[3, 3, 0.5], [6, 4, 0.5], [1, 2, 1], [20, 3, 0.1], [2, 20, 10]] as const;
const MIN_CUSTOMERS = 10;

type Bought = Required<Spend>;

function objectiveOf(bought: Bought): Objective {
  const classes = classesOf(bought);
  return overLogs(NAMES, total(bought.weight), (params) => sumOf(classes, params));
}

const boundaryOf = ({ p, q }: GammaGammaParams): WarningCode[] => [
  ...(q <= 1 ? ['value.boundary.no_mean_spend' as const] : []),
  ...(p > 5e3 || q > 5e3 ? ['value.boundary.same_rate' as const] : []),
];

/** Fits the spend of customers who bought; money is scaled by the mean, so the currency changes nothing but v. */
function fit(spend: Spend): Fit<Name> | Refused {
  const bought = boughtOf(spend);
  if ('refused' in bought) return bought;
  const customers = total(bought.weight);
  if (customers < MIN_CUSTOMERS) return refusal('value.too_few_repeaters', { repeaters: customers, needed: MIN_CUSTOMERS });
  const unit = dot(bought.mean, bought.weight) / customers, scaled = bought.mean.map((m) => m / unit);
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
