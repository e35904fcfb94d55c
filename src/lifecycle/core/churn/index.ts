/** Who is likely gone, why, and how far that can be trusted. */
export { backtest, type Backtest, type BacktestInput } from './backtest.ts';
export type { Feature } from './features.ts';
export { type HorizonInput, type Horizons, horizonsBy, ownHorizons } from './horizon.ts';
export { fitLogistic, type LogisticModel, type LogisticSettings } from './logistic.ts';
export { type ChurnModel, explainRows, probabilities, scoreRows } from './model.ts';
export { type Reason, reasonsOf, type Standing, STANDINGS } from './reasons.ts';
export { learnRecency, type LookBack, lookBack, type PastOutcomes, type RecencyRule, recencyShares, type RecencyStep } from './recency.ts';
export { learnRhythm, renewalsOf, renewalTable, type RenewalTable, type Renewals, type Rhythm, rhythmAt, type RhythmRule, silentShare } from './renewal.ts';
export { isRefused, REFUSALS, type RefusalCode, type Refused } from './refused.ts';
export { categorical, type Column, numeric, type Table, takeLabels, takeRows } from './table.ts';
export { type Cutoffs, type FeatureTimes, findLeaks, type Leak, type Slices, splitHashed, splitNewest } from './times.ts';
export { type Candidate, CLASS_LEAST, LABELS_LEAST, train, type Trained, type TrainInput } from './train.ts';
export { fitTrees, type TreesModel, type TreesSettings } from './trees.ts';
export type { Explained } from './shapley.ts';
export { earlyWarnings, type Signal, SIGNALS, type Warning, WARNING_LIMITS, type WarningSettings, type WeeklySeries } from './warning.ts';
