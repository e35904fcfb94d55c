/** Forecasts of short business series: pure, without dependencies, usable on their own. */
export * from './backtest.ts';
export * from './forecast.ts';
export * from './models.ts';
