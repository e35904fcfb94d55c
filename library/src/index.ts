/** Everything, by area. Each area can be imported by itself: `@perennial/lifecycle/value`. */
export * as value from './value.ts';
export * as churn from './churn.ts';
export * as evaluation from './evaluation.ts';
export * as money from './money.ts';
export * as experiment from './experiment.ts';
export * as forecast from './forecast.ts';
