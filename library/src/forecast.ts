/** Forecasts of short business series: exponential smoothing chosen by back-test, with intervals and the naive forecast beside it. */
export { type Forecast, forecast, FORECAST_NOTES, type ForecastNote, type ForecastRules, FEWEST_POINTS, SERIES_KINDS, type SeriesKind } from '../../src/insight/core/forecast/forecast.ts';
export { type Model, MODELS, seasonsNeeded } from '../../src/insight/core/forecast/models.ts';
export { isRefused, type Refused } from '../../src/kernel/refused.ts';
