import { type Fitted, fitSmoothing, type Shape } from './smoothing.ts';

export const MODELS = ['naive', 'seasonal_naive', 'drift', 'simple', 'damped', 'simple_additive', 'simple_multiplicative', 'damped_additive', 'damped_multiplicative'] as const;
export type Model = (typeof MODELS)[number];

/** What stands without any fitting; a model that does not beat them is not used. */
export const NAIVE = ['naive', 'seasonal_naive'] as const satisfies readonly Model[];

const SHAPES: Readonly<Partial<Record<Model, Shape>>> = {
  simple: { trend: 'none', season: 'none' }, damped: { trend: 'damped', season: 'none' },
  simple_additive: { trend: 'none', season: 'additive' }, simple_multiplicative: { trend: 'none', season: 'multiplicative' },
  damped_additive: { trend: 'damped', season: 'additive' }, damped_multiplicative: { trend: 'damped', season: 'multiplicative' },
};

const steps = (horizon: number): number[] => Array.from({ length: horizon }, (_, at) => at + 1);

/** Fits a model to a series whose seasons have `period` points. Naive methods and their widths: Hyndman & Athanasopoulos 2021, 5.2 and 5.5. */
export function fitModel(model: Model, series: Float64Array, period: number): Fitted {
  const shape = SHAPES[model];
  if (shape) return fitSmoothing(series, shape, period);
  const n = series.length;
  const last = series[n - 1] ?? 0;
  if (model === 'seasonal_naive') {
    return { means: (horizon) => steps(horizon).map((step) => series[n - period + ((step - 1) % period)] ?? 0), widths: (horizon) => steps(horizon).map((step) => Math.sqrt(Math.floor((step - 1) / period) + 1)) };
  }
  const slope = model === 'drift' ? (last - (series[0] ?? 0)) / (n - 1) : 0;
  return { means: (horizon) => steps(horizon).map((step) => last + slope * step), widths: (horizon) => steps(horizon).map((step) => Math.sqrt(step * (model === 'drift' ? 1 + step / (n - 1) : 1))) };
}

/** Points a seasonal model must be fitted on before it can be tested on others: two whole seasons. */
export const seasonsNeeded = (period: number): number => 2 * period;

/** Models a series of this kind may be tried with when the shortest part they are fitted on has `fitted` points. Multiplicative seasons need a series above 0. */
export const candidatesOf = (series: Float64Array, period: number, fitted: number): Model[] => MODELS.filter((model) => {
  if (model === 'seasonal_naive') return period > 1 && fitted >= period;
  const { season } = SHAPES[model] ?? { season: 'none' };
  return season === 'none' || (period > 1 && fitted >= seasonsNeeded(period) && (season === 'additive' || series.every((value) => value > 0)));
});
