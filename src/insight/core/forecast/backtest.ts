import { fitModel, type Model } from './models.ts';

export type BacktestErrors = {
  model: Model;
  /** Mean absolute error, in the series' unit. */
  mae: number;
  /** Mean absolute error in shares of the actual, over the points that are not 0; null where all are. */
  mape: number | null;
  /** Points left out of `mape` because the actual was 0. */
  zeroPoints: number;
  /** Error in units of the mean step from point to point (Hyndman & Koehler 2006); null where the series never moves. */
  mase: number | null;
  byHorizon: { horizon: number; origins: number; mae: number; mape: number | null }[];
};

export type Backtested = {
  errors: BacktestErrors;
  /** Standard deviation of the error h steps ahead. */
  deviationAt: (step: number, width: number) => number;
  origins: number;
};

type Missed = { horizon: number; error: number; actual: number; width: number };

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function mapeOf(missed: readonly Missed[]): number | null {
  const told = missed.filter(({ actual }) => actual !== 0);
  return told.length === 0 ? null : meanOf(told.map(({ error, actual }) => Math.abs(error / actual)));
}

/** Mean step of the series: the scale of MASE. */
export function meanStep(series: Float64Array): number {
  let sum = 0;
  for (let t = 1; t < series.length; t++) sum += Math.abs((series[t] ?? 0) - (series[t - 1] ?? 0));
  return sum / (series.length - 1);
}

/** Weight, in observations, of the model's own width against what was seen at one horizon: few origins reach the far ones. */
const PRIOR = 4;
/** The model was chosen by these very errors, so they flatter it: as much variance is added as three more parameters would take. */
const CHOSEN = 3;

/** Errors of one horizon, drawn towards all errors scaled by the model's widths. */
function deviationOf(missed: readonly Missed[], origins: number): Backtested['deviationAt'] {
  const pooled = meanOf(missed.map(({ error, width }) => (error / width) ** 2));
  const byStep = Map.groupBy(missed, ({ horizon }) => horizon);
  return (step, width) => {
    const own = byStep.get(step) ?? [];
    const seen = own.reduce((sum, { error }) => sum + error * error, 0);
    return Math.sqrt(((seen + PRIOR * pooled * width * width) / (own.length + PRIOR)) * (1 + CHOSEN / origins));
  };
}

/**
 * Rolling-origin back-test (Tashman 2000): the model is fitted anew on the points before each origin from `from` on, and
 * held against what followed, up to `horizon` steps. Nothing it is judged by was seen by its fit.
 */
export function backtest(model: Model, series: Float64Array, { period, from, horizon }: { period: number; from: number; horizon: number }): Backtested {
  const missed: Missed[] = [];
  for (let origin = from; origin < series.length; origin++) {
    const ahead = Math.min(horizon, series.length - origin);
    const fitted = fitModel(model, series.subarray(0, origin), period);
    const [means, widths] = [fitted.means(ahead), fitted.widths(ahead)];
    means.forEach((mean, at) => {
      const actual = series[origin + at] ?? 0;
      missed.push({ horizon: at + 1, error: actual - mean, actual, width: widths[at] ?? 1 });
    });
  }
  const mae = meanOf(missed.map(({ error }) => Math.abs(error)));
  const scale = meanStep(series);
  const byHorizon = [...Map.groupBy(missed, (one) => one.horizon)].map(([step, own]) => ({ horizon: step, origins: own.length, mae: meanOf(own.map(({ error }) => Math.abs(error))), mape: mapeOf(own) }));
  return {
    errors: { model, mae, mape: mapeOf(missed), zeroPoints: missed.filter(({ actual }) => actual === 0).length, mase: scale > 0 ? mae / scale : null, byHorizon },
    deviationAt: deviationOf(missed, series.length - from), origins: series.length - from,
  };
}
