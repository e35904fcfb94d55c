import type { Random } from '../../../kernel/random.ts';
import { checkCustomers, type Customers, dot, groupCustomers, pick, total } from './columns.ts';
import { at, cholesky, inverse, inverseWithin, type Matrix } from './matrix.ts';
import { hessian, isAtBound, largest, minimise, minimiseFrom, type Minimum, type Objective } from './optimise.ts';
import { refusal, type Refused } from './refused.ts';
import { normal } from './variates.ts';

/** What is odd about a fit that stands. The words of a page say what to do; so does each line here. */
export const WARNINGS = [
  /** Nobody seems ever to leave: p(alive) is 1 for all. Do not call anybody lost by this model; use the recency rule. */
  'value.boundary.no_dropout',
  /** Nearly everybody leaves after one purchase: expectations beyond the data are guesses; use the recency rule. */
  'value.boundary.all_drop_out',
  /** All customers buy at one rate: frequency tells nothing about them; a Poisson rate would do. */
  'value.boundary.same_rate',
  /** All customers leave at one rate: the two dropout parameters are known only by their ratio. */
  'value.boundary.same_dropout',
  /** Rates differ without measure (r or q near 0): few customers hold everything; look at them one by one. */
  'value.boundary.extreme_spread',
  /** The mean of spend does not exist (q ≤ 1): use each customer's own mean. */
  'value.boundary.no_mean_spend',
  /** The likelihood is flat in some direction: there are no standard errors, and draws vary only what the data speak of. */
  'value.no_covariance',
  /** The search ended before the gradient was flat: compare with another model before use. */
  'value.gradient_not_flat',
  /** Under 50 came back: intervals are wide, and normal theory is rough. */
  'value.few_repeaters',
] as const;
export type WarningCode = (typeof WARNINGS)[number];

/**
 * A fitted model. scaledGradient: the largest |∂ log-likelihood / ∂ ln parameter| as a share of the log-likelihood (a customer's, at least 1), which a maximum makes 0.
 * covariance, standardErrors: of the parameters as named, by the delta method from logCovariance; null where the likelihood is flat in one of them.
 * logCovariance: the inverse Hessian over their logarithms, in the order of the names; zeros for a parameter held at a boundary, so draws still vary the others.
 */
export type Fit<N extends string> = {
  params: Readonly<Record<N, number>>;
  logLikelihood: number;
  scaledGradient: number;
  standardErrors: Readonly<Record<N, number>> | null;
  covariance: Matrix | null;
  logCovariance: Matrix | null;
  boundary: readonly WarningCode[];
  warnings: readonly WarningCode[];
  customers: number;
  repeaters: number;
  iterations: number;
  evaluations: number;
};

const MIN_REPEATERS = 10;
const FEW_REPEATERS = 50;
/** Larger data are first fitted on a sample of about so many rows, which only tells the full search where to begin. */
const SAMPLE_ROWS = 2_000;
const LARGE_ROWS = 4_000;
const FLAT = 1e-6;
const STEEP = 1e-3;
/** A parameter whose curvature a customer is below this changes nothing that could be seen. */
const SILENT = 1e-7;

/** Grouped customers with weight, or the refusal why nothing can be learned from them. */
export function learnable(customers: Customers): Required<Customers> | Refused {
  const bad = checkCustomers(customers);
  if (bad) return bad;
  const { groups } = groupCustomers(customers);
  const people = total(groups.weight), repeaters = repeatersOf(groups);
  if (people < 2) return refusal('value.too_few_customers', { customers: people, needed: 2 });
  if (repeaters === 0) return refusal('value.no_repeaters', { customers: people });
  if (repeaters < MIN_REPEATERS) return refusal('value.too_few_repeaters', { repeaters, needed: MIN_REPEATERS });
  if (groups.x.length === 1) return refusal('value.no_variation', { customers: people });
  return dot(groups.T, groups.weight) > 0 ? groups : refusal('value.no_time');
}

export const repeatersOf = ({ x, weight }: Required<Customers>): number => weight.reduce((sum, w, i) => ((x[i] as number) > 0 ? sum + w : sum), 0);

/** About `rows` rows that stand for all: heavy groups as they are, of the light ones every k-th with k-fold weight. */
export function thinned(groups: Required<Customers>, rows: number): Required<Customers> {
  const heavy = total(groups.weight) / rows, light = groups.weight.reduce((count, w) => count + (w < heavy ? 1 : 0), 0);
  const every = Math.max(1, Math.ceil(light / rows)), chosen: number[] = [], weights: number[] = [];
  let seen = 0;
  groups.weight.forEach((w, i) => {
    const isHeavy = w >= heavy;
    if (!isHeavy && seen++ % every !== 0) return;
    chosen.push(i);
    weights.push(isHeavy ? w : w * every);
  });
  const at = Int32Array.from(chosen);
  return { x: pick(groups.x, at), tx: pick(groups.tx, at), T: pick(groups.T, at), weight: Float64Array.from(weights) };
}

/** How a model is fitted: its parameters all positive, searched by their logarithms. */
export type Recipe<N extends string> = {
  names: readonly N[];
  /** Parameters measured in the unit that was scaled away (time, money). */
  scaled: readonly N[];
  /** Mean negative log-likelihood a customer, up to a constant, over the logarithms of the parameters. */
  objectiveOf(groups: Required<Customers>): Objective;
  starts: readonly (readonly number[])[];
  boundaryOf(params: Record<N, number>): WarningCode[];
};

function search<N extends string>({ objectiveOf, starts }: Recipe<N>, groups: Required<Customers>): { objective: Objective; end: Minimum } {
  const objective = objectiveOf(groups), from = starts.map((start) => Float64Array.from(start, Math.log));
  if (groups.x.length < LARGE_ROWS) return { objective, end: minimiseFrom(objective, from) };
  const sample = objectiveOf(thinned(groups, SAMPLE_ROWS)), rough = minimiseFrom(sample, from, { tolerance: 1e-6 });
  const known = inverse(hessian(sample, rough.theta)) ?? rough.inverse;
  const end = minimise(objective, rough.theta, { inverse: known });
  return { objective, end: { ...end, iterations: end.iterations + rough.iterations } };
}

const named = <N extends string>(names: readonly N[], valueOf: (place: number) => number): Record<N, number> =>
  Object.fromEntries(names.map((name, place) => [name, valueOf(place)])) as Record<N, number>;

/** The inverse Hessian over those log-parameters the data speak of; the others, at a bound or without effect, are held where they are. */
function uncertainty(objective: Objective, { theta, gradient }: Minimum, customers: number, isLarge: boolean): { logCovariance: Matrix | null; isWhole: boolean } {
  const bend = hessian(objective, theta, isLarge ? gradient : undefined).map((row) => row.map((value) => value * customers));
  const free = [...theta.keys()].filter((i) => !isAtBound(theta[i] as number) && at(bend, i, i) > SILENT * customers);
  return { logCovariance: inverseWithin(bend, free), isWhole: free.length === theta.length };
}

/** Fits by maximum likelihood on data whose unit was divided by `unit`; `shift` is what scaling took from the log-likelihood. */
export function fitBy<N extends string>(recipe: Recipe<N>, groups: Required<Customers>, { unit, shift }: { unit: number; shift: number }): Fit<N> | Refused {
  const customers = total(groups.weight), repeaters = repeatersOf(groups);
  const { objective, end } = search(recipe, groups), scaledGradient = largest(end.gradient) / Math.max(1, Math.abs(end.value));
  if (!Number.isFinite(end.value) || !(scaledGradient < STEEP)) return refusal('value.not_converged', { gradient: String(scaledGradient) });
  const params = named(recipe.names, (i) => Math.exp(end.theta[i] as number) * (recipe.scaled.includes(recipe.names[i] as N) ? unit : 1));
  const { logCovariance, isWhole } = uncertainty(objective, end, customers, groups.x.length >= LARGE_ROWS);
  const covariance = logCovariance && isWhole ? logCovariance.map((row, i) => row.map((value, j) => value * params[recipe.names[i] as N] * params[recipe.names[j] as N])) : null;
  const boundary = recipe.boundaryOf(params);
  const warnings: WarningCode[] = [...boundary, ...(covariance ? [] : ['value.no_covariance' as const]), ...(scaledGradient > FLAT ? ['value.gradient_not_flat' as const] : []), ...(repeaters < FEW_REPEATERS ? ['value.few_repeaters' as const] : [])];
  return {
    params, logLikelihood: shift - end.value * customers, scaledGradient, covariance, logCovariance,
    standardErrors: covariance && named(recipe.names, (i) => Math.sqrt(at(covariance, i, i))),
    boundary, warnings, customers, repeaters, iterations: end.iterations, evaluations: end.evaluations,
  };
}

/** Fits a model of purchases in time: scales the mean T to 1, so the unit of time changes neither the search nor its end. */
export function fitPurchases<N extends string>(recipe: Recipe<N>, customers: Customers): Fit<N> | Refused {
  const groups = learnable(customers);
  if ('refused' in groups) return groups;
  const unit = dot(groups.T, groups.weight) / total(groups.weight), inUnits = (column: Float64Array) => column.map((value) => value / unit);
  return fitBy(recipe, { ...groups, tx: inUnits(groups.tx), T: inUnits(groups.T) }, { unit, shift: -dot(groups.x, groups.weight) * Math.log(unit) });
}

/** Parameter sets drawn from the fit's normal approximation over log-parameters (all stay positive); refused where there is no covariance. */
export function drawParams<N extends string>(fit: Fit<N>, count: number, random: Random): Record<N, number>[] | Refused {
  const lower = fit.logCovariance && cholesky(fit.logCovariance), names = Object.keys(fit.params) as N[];
  if (!lower) return refusal('value.no_covariance');
  return Array.from({ length: count }, () => {
    const z = names.map(() => normal(random));
    return named(names, (i) => fit.params[names[i] as N] * Math.exp(z.reduce((sum, value, j) => (j <= i ? sum + value * at(lower, i, j) : sum), 0)));
  });
}
