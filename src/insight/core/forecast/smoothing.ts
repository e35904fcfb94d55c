import { minimise } from './simplex.ts';

/** A member of the family of exponential smoothing with additive errors (Hyndman, Koehler, Ord & Snyder 2008). */
export type Shape = { trend: 'none' | 'damped'; season: 'none' | 'additive' | 'multiplicative' };

/** A fitted model: means h steps ahead, and how much wider than one step each is, as a factor of the standard deviation. */
export type Fitted = { means: (horizon: number) => number[]; widths: (horizon: number) => number[] };

type Weights = { alpha: number; beta: number; phi: number; gamma: number; level: number; slope: number };
type State = { level: number; slope: number; seasons: Float64Array; squares: number };

const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
const damped = (phi: number, steps: number): number => (phi * (1 - phi ** steps)) / (1 - phi);

/**
 * One pass over the series in error-correction form (ibidem, table 2.2). 0 < β < α < 1, 0 < γ < 1 − α, 0.8 ≤ φ ≤ 0.98.
 * A season's place in `seasons` is its index modulo the period.
 */
function run(series: Float64Array, { season }: Shape, first: Float64Array, { alpha, beta, phi, gamma, level: l, slope: b }: Weights): State {
  const seasons = season === 'none' ? first : first.slice();
  const isRatio = season === 'multiplicative';
  let level = l, slope = b, squares = 0, at = -1;
  for (let t = 0; t < series.length; t++) {
    at = at + 1 === seasons.length ? 0 : at + 1;
    const s = seasons[at] ?? 0;
    const trend = level + phi * slope;
    const error = (series[t] ?? 0) - (isRatio ? trend * s : trend + s);
    const inner = isRatio ? error / s : error;
    squares += error * error;
    level = trend + alpha * inner;
    slope = phi * slope + beta * inner;
    if (season !== 'none') seasons[at] = s + (gamma * error) / (isRatio ? trend : 1);
  }
  return { level, slope, seasons, squares };
}

const mean = (values: ArrayLike<number> & Iterable<number>): number => {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
};

/** Mean over a whole season around t, half of each end where the period is even: the trend without the season. */
function trendAround(series: Float64Array, t: number, period: number): number {
  const half = Math.floor(period / 2);
  let sum = 0;
  for (let at = t - half; at <= t + half; at++) sum += (series[at] ?? 0) * (period % 2 === 0 && Math.abs(at - t) === half ? 0.5 : 1);
  return sum / period;
}

/** Seasonal figures by classical decomposition: what each place differs from the trend around it, averaged over the seasons. Needs two seasons. */
function firstSeasons(series: Float64Array, season: Shape['season'], period: number): Float64Array {
  if (season === 'none') return Float64Array.of(0);
  const half = Math.floor(period / 2);
  const [sums, counts] = [new Float64Array(period), new Float64Array(period)];
  for (let t = half; t < series.length - half; t++) {
    const [trend, value, place] = [trendAround(series, t, period), series[t] ?? 0, t % period];
    sums[place] = (sums[place] ?? 0) + (season === 'multiplicative' ? value / trend : value - trend);
    counts[place] = (counts[place] ?? 0) + 1;
  }
  const raw = sums.map((sum, place) => sum / (counts[place] ?? 1));
  const rest = mean(raw);
  return raw.map((value) => (season === 'multiplicative' ? value / rest : value - rest));
}

/** Level and slope to start from: a line through the beginning, seasons taken out. */
function firstLine(series: Float64Array, { season }: Shape, seasons: Float64Array): { level: number; slope: number; spread: number } {
  const plain = series.map((value, t) => (season === 'multiplicative' ? value / (seasons[t % seasons.length] ?? 1) : value - (seasons[t % seasons.length] ?? 0)));
  const head = plain.subarray(0, Math.min(10, plain.length));
  const [middle, centre] = [(head.length - 1) / 2, mean(head)];
  let [cross, square] = [0, 0];
  head.forEach((value, t) => { cross += (t - middle) * (value - centre); square += (t - middle) ** 2; });
  const slope = cross / square;
  const spread = Math.sqrt(mean(plain.map((value, t) => (t === 0 ? 0 : (value - (plain[t - 1] ?? 0)) ** 2)))) || 1;
  return { level: centre - slope * (middle + 1), slope, spread };
}

/** Fits one shape by least squares of the one-step errors, smoothing weights and first states together. */
export function fitSmoothing(series: Float64Array, shape: Shape, period: number): Fitted {
  const seasons = firstSeasons(series, shape.season, period);
  const { level, slope, spread } = firstLine(series, shape, seasons);
  const hasTrend = shape.trend === 'damped';
  const from = hasTrend ? level : mean(series.subarray(0, 4));
  // By place: taking the array apart would walk it with an iterator, thousands of times a fit.
  const weightsOf = (x: Float64Array): Weights => {
    const alpha = 0.001 + 0.998 * logistic(x[0] ?? 0);
    const gamma = shape.season === 'none' ? 0 : (1 - alpha) * logistic(x[x.length - 1] ?? 0);
    return { alpha, gamma, beta: hasTrend ? alpha * logistic(x[2] ?? 0) : 0, phi: hasTrend ? 0.8 + 0.18 * logistic(x[3] ?? 0) : 0, level: from + (x[1] ?? 0) * spread, slope: hasTrend ? slope + (x[4] ?? 0) * spread : 0 };
  };
  const start = [0, 0, ...(hasTrend ? [-1.5, 1, 0] : []), ...(shape.season === 'none' ? [] : [-1.5])];
  const loss = (x: Float64Array): number => {
    const { squares } = run(series, shape, seasons, weightsOf(x));
    return Number.isFinite(squares) ? squares : Infinity;
  };
  const weights = weightsOf(minimise(loss, start));
  return forward(run(series, shape, seasons, weights), shape, weights, series.length);
}

/** Means and widths ahead. Variance factors 1 + Σ cⱼ², cⱼ = α + β(φ + … + φʲ) + γ·[j a whole season] (ibidem, table 6.2); for multiplicative seasons scaled by the seasons' ratio. */
function forward({ level, slope, seasons }: State, { season }: Shape, { alpha, beta, phi, gamma }: Weights, length: number): Fitted {
  const seasonAt = (step: number): number => seasons[(length + step - 1) % seasons.length] ?? 0;
  const isRatio = season === 'multiplicative';
  const trendAt = (step: number): number => level + (phi === 0 ? 0 : damped(phi, step) * slope);
  const variance = (step: number): number => {
    let sum = 1;
    for (let j = 1; j < step; j++) {
      const line = (alpha + (phi === 0 ? 0 : beta * damped(phi, j))) * (isRatio ? seasonAt(step) / seasonAt(step - j) : 1);
      sum += (line + (season !== 'none' && j % seasons.length === 0 ? gamma : 0)) ** 2;
    }
    return sum;
  };
  const steps = (horizon: number): number[] => Array.from({ length: horizon }, (_, at) => at + 1);
  return {
    means: (horizon) => steps(horizon).map((step) => (isRatio ? trendAt(step) * seasonAt(step) : trendAt(step) + seasonAt(step))),
    widths: (horizon) => steps(horizon).map((step) => Math.sqrt(variance(step))),
  };
}
