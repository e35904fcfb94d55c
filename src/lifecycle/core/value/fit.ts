import type { WarningCode } from './boundaries.ts';
import { type Customers, dot, total } from './columns.ts';
import { learnable, repeatersOf, thinned } from './learnable.ts';
import { at, inverse, inverseWithin, type Matrix } from './matrix.ts';
import { hessian, isAtBound, largest, minimise, minimiseFrom, type Minimum, type Objective } from './optimise.ts';
import { refusal, type Refused } from './refused.ts';

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

const FEW_REPEATERS = 50;
/** From so many rows on, a sample of a third of them or so many rows tells the full search where to begin; it decides nothing else. */
const SMALL_ROWS = 600;
const SAMPLE_ROWS = 2_000;
const LARGE_ROWS = 4_000;
const FLAT = 1e-6;
const STEEP = 1e-3;
/** A parameter whose curvature a customer is below this changes nothing that could be seen. */
const SILENT = 1e-7;

/** How a model is fitted: its parameters all positive, searched by their logarithms. */
export type Recipe<N extends string> = {
  names: readonly N[];
  /** Parameters measured in the unit that was scaled away (time, money). */
  scaled: readonly N[];
  /** Mean negative log-likelihood a customer, up to a constant, over the logarithms of the parameters. */
  objectiveOf(groups: Required<Customers>): Objective;
  starts: readonly (readonly number[])[];
  /** Of each search, where an evaluation is dear: data that lead it along a ridge are refused sooner. */
  mostEvaluations?: number;
  boundaryOf(params: Record<N, number>): WarningCode[];
};

/** A log-likelihood and its slopes over the parameters, summed over `people`, as something to make small over their logarithms. */
export const overLogs = <N extends string>(names: readonly N[], people: number, sumOf: (params: Record<N, number>) => ArrayLike<number>): Objective => (theta, gradient) => {
  const params = named(names, (i) => Math.exp(theta[i] as number)), sums = sumOf(params);
  names.forEach((name, i) => { gradient[i] = (-(sums[i + 1] as number) * params[name]) / people; });
  return -(sums[0] as number) / people;
};

/** Several starts on a sample, the end on everything. Where a small sample ends at a boundary, which may be its own doing, the starts are followed on everything. */
function search<N extends string>({ objectiveOf, starts, mostEvaluations = Infinity }: Recipe<N>, groups: Required<Customers>): { objective: Objective; end: Minimum } {
  const rows = groups.x.length, objective = objectiveOf(groups), from = starts.map((start) => Float64Array.from(start, Math.log));
  if (rows < SMALL_ROWS) return { objective, end: minimiseFrom(objective, from, { mostEvaluations }) };
  const sample = objectiveOf(thinned(groups, Math.min(SAMPLE_ROWS, rows / 3))), rough = minimiseFrom(sample, from, { tolerance: 1e-5, mostEvaluations });
  if (rows < LARGE_ROWS && rough.theta.some(isAtBound)) return { objective, end: minimiseFrom(objective, from, { mostEvaluations }) };
  const end = minimise(objective, rough.theta, { mostEvaluations, inverse: inverse(hessian(sample, rough.theta)) ?? rough.inverse });
  return { objective, end: { ...end, iterations: end.iterations + rough.iterations } };
}

export const named = <N extends string>(names: readonly N[], of: (place: number) => number): Record<N, number> =>
  Object.fromEntries(names.map((name, place) => [name, of(place)])) as Record<N, number>;

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
