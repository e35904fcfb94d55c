/** How far a prediction can be trusted: calibration and hold-out, tracking, ranking, calibration of probabilities, deciles, naive baselines. */
export * from '../../src/lifecycle/core/evaluation/index.ts';
