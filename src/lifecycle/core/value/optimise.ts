import { at, identity, inverse as inverted, inverseWithin, type Matrix } from './matrix.ts';

/** A function to be made small: returns its value at `theta` and writes its gradient. */
export type Objective = (theta: Float64Array, gradient: Float64Array) => number;

export type Minimum = { theta: Float64Array; value: number; gradient: Float64Array; inverse: Matrix; iterations: number; evaluations: number };

export type Search = {
  /** The largest free component of the gradient at which the search ends. */
  tolerance?: number;
  most?: number;
  /** Evaluations after which no further step is begun; on a ridge that ends in rounding a step may take thirty. No limit of its own unless given. */
  mostEvaluations?: number;
  /** What is known of the inverse Hessian. */
  inverse?: Matrix;
};

/** Bounds of every coordinate, being logarithms in the data's own scale: from a millionth to ten thousand. Beyond, only the rounding of the likelihood changes. */
const LOWEST = -14;
const HIGHEST = 9.2;

/** Relative rounding error of a likelihood summed over a million customers; steps that gain no more are not followed for long, as on an endless ridge. */
const ROUNDING = 1e-11;
const MOST_STALLS = 5;
/** Where parameters are at a bound, large terms cancel and the value is no better than this; below it the slope, which is, says whether a step gains. */
const NOISE = 1e-9;

/** A step that ends this near a bound ends at it. */
const NEAR = 1e-9;
const boxed = (value: number): number => (value >= HIGHEST - NEAR ? HIGHEST : value <= LOWEST + NEAR ? LOWEST : value);

export const isAtBound = (value: number): boolean => value <= LOWEST || value >= HIGHEST;

type Point = { theta: Float64Array; value: number; gradient: Float64Array };

const inner = (a: Float64Array, b: Float64Array): number => a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);

/** The gradient without the components that push against a bound. */
const freed = ({ theta, gradient }: Point): Float64Array =>
  gradient.map((slope, i) => ((theta[i] as number) >= HIGHEST ? Math.max(0, slope) : (theta[i] as number) <= LOWEST ? Math.min(0, slope) : slope));

export const largest = (vector: Float64Array): number => vector.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** Against the bound it stands at. */
const pushesOut = (value: number, step: number): boolean => (value >= HIGHEST && step > 0) || (value <= LOWEST && step < 0);

/**
 * The quasi-Newton step among the coordinates that are not held at a bound: by the inverse of the Hessian's own part, as if the others did not exist
 * (Bertsekas 1982, "Projected Newton methods"); those that would leave the box are held too. No step multiplies a parameter by more than e².
 */
function directionOf(point: Point, inverse: Matrix): Float64Array {
  const slope = freed(point);
  let free = [...slope.keys()].filter((i) => slope[i] !== 0), step = new Float64Array(slope.length);
  for (let isInside = false; !isInside; ) {
    const bend = free.length < slope.length ? inverted(inverse) : null, own = (bend && inverseWithin(bend, free)) ?? inverse;
    step = slope.map((_, i) => (free.includes(i) ? -free.reduce((sum, j) => sum + at(own, i, j) * (slope[j] as number), 0) : 0));
    const out = free.filter((i) => pushesOut(point.theta[i] as number, step[i] as number));
    isInside = out.length === 0;
    free = free.filter((i) => !out.includes(i));
  }
  const length = largest(step);
  return length > 2 ? step.map((value) => (value * 2) / length) : step;
}

/** How many times a step fits until the first coordinate meets its bound: on a ridge the others would be led astray if it alone were stopped. */
const roomFor = (theta: Float64Array, step: Float64Array): number =>
  step.reduce((least, value, i) => Math.min(least, value > 0 ? (HIGHEST - (theta[i] as number)) / value : value < 0 ? (LOWEST - (theta[i] as number)) / value : Infinity), Infinity);

/** Enough is gained; where the value has no more digits to say so, the slope does (Hager & Zhang 2005, "approximate Wolfe"). */
const isLower = (point: Point, from: Point, { before, now, length }: { before: number; now: number; length: number }): boolean =>
  point.value <= from.value + 1e-4 * length * before || (point.value <= from.value + NOISE * (1 + Math.abs(from.value)) && now <= -before * (1 - 2e-4));

/** A step that meets the weak Wolfe conditions or ends at a bound, by doubling and bisection (Lewis & Overton 2013, algorithm 2.6); null where none is found. */
function lineSearch(evaluate: (theta: Float64Array) => Point, from: Point, step: Float64Array): Point | null {
  const slope = inner(from.gradient, step), room = roomFor(from.theta, step);
  let low = 0, high = Infinity, length = Math.min(1, room), best: Point | null = null;
  for (let tries = 0; tries < 30; tries++) {
    const point = evaluate(from.theta.map((value, i) => boxed(value + length * (step[i] as number))));
    const now = inner(point.gradient, step);
    if (!isLower(point, from, { before: slope, now, length })) high = length;
    else {
      best = point;
      if (now >= 0.9 * slope || length > 4 || length >= room) return point;
      low = length;
    }
    length = high < Infinity ? (low + high) / 2 : Math.min(room, 2 * low);
  }
  return best;
}

/** The BFGS update of the inverse Hessian (Nocedal & Wright 2006, eq. 6.17); left as it is where curvature is not positive. */
function updated(inverse: Matrix, s: Float64Array, y: Float64Array, isFirst: boolean): Matrix {
  const sy = inner(s, y);
  if (!(sy > 1e-14 * Math.sqrt(inner(s, s) * inner(y, y)))) return inverse;
  const base = isFirst ? identity(s.length).map((row) => row.map((value) => (value * sy) / inner(y, y))) : inverse;
  const hy = base.map((row) => inner(Float64Array.from(row), y));
  const yhy = hy.reduce((sum, value, i) => sum + value * (y[i] as number), 0);
  return base.map((row, i) => row.map((value, j) => value
    - ((hy[i] as number) * (s[j] as number) + (s[i] as number) * (hy[j] as number)) / sy
    + ((1 + yhy / sy) * (s[i] as number) * (s[j] as number)) / sy));
}

/** Quasi-Newton minimisation (BFGS) inside a box, from one start. Ends by the gradient, or where no step improves any more. */
export function minimise(objective: Objective, start: Float64Array, { tolerance = 1e-8, most = 300, mostEvaluations = Infinity, inverse }: Search = {}): Minimum {
  let evaluations = 0, iterations = 0, stalls = 0, isFirst = !inverse;
  const evaluate = (theta: Float64Array): Point => {
    const gradient = new Float64Array(theta.length);
    evaluations++;
    return { theta, value: objective(theta, gradient), gradient };
  };
  let point = evaluate(start.map(boxed)), matrix = inverse ?? identity(start.length);
  for (; iterations < most && evaluations < mostEvaluations && stalls < MOST_STALLS && largest(freed(point)) > tolerance; iterations++) {
    let step = directionOf(point, matrix);
    if (inner(step, point.gradient) >= 0) [matrix, isFirst, step] = [identity(start.length), true, directionOf(point, identity(start.length))];
    const next = lineSearch(evaluate, point, step);
    if (!next) break;
    matrix = updated(matrix, next.theta.map((value, i) => value - (point.theta[i] as number)), next.gradient.map((value, i) => value - (point.gradient[i] as number)), isFirst);
    isFirst = false;
    stalls = point.value - next.value > ROUNDING * (1 + Math.abs(point.value)) ? 0 : stalls + 1;
    point = next;
  }
  return { ...point, gradient: freed(point), inverse: matrix, iterations, evaluations };
}

/** The best minimum from several starts: each is looked at once, the two most promising are followed, and the better one ends sharply. */
export function minimiseFrom(objective: Objective, starts: readonly Float64Array[], search: Search = {}): Minimum {
  const looked = starts.map((start) => ({ start, value: objective(start, new Float64Array(start.length)) })).filter(({ value }) => Number.isFinite(value)).sort((p, q) => p.value - q.value);
  const [first, ...rest] = looked.slice(0, 2).map(({ start }) => minimise(objective, start, { ...search, tolerance: 1e-4 }));
  if (!first) return minimise(objective, starts[0] as Float64Array, search);
  const best = rest.reduce((p, q) => (q.value < p.value ? q : p), first);
  const end = minimise(objective, best.theta, { ...search, inverse: best.inverse });
  const spent = [first, ...rest, end];
  return { ...end, iterations: spent.reduce((sum, { iterations }) => sum + iterations, 0), evaluations: starts.length + spent.reduce((sum, { evaluations }) => sum + evaluations, 0) };
}

/** The Hessian by differences of the analytic gradient: central, or where `gradient` at theta is given one-sided, for half the work and four digits fewer. */
export function hessian(objective: Objective, theta: Float64Array, gradient?: Float64Array): Matrix {
  const size = theta.length, step = 1e-4;
  const slopes = Array.from({ length: size }, (_, i) => {
    const up = new Float64Array(size), down = gradient ?? new Float64Array(size);
    objective(theta.map((value, j) => (j === i ? value + step : value)), up);
    if (!gradient) objective(theta.map((value, j) => (j === i ? value - step : value)), down);
    return Array.from(up, (value, j) => (value - (down[j] as number)) / (gradient ? step : 2 * step));
  });
  return slopes.map((row, i) => row.map((_, j) => (at(slopes, i, j) + at(slopes, j, i)) / 2));
}
