/** Measures of predictions against what came, for any model: nothing here knows how a prediction was made. */
export { atCapacity, type AtCapacity, type Decile, deciles, type Gain, gains } from './capacity.ts';
export { type Interval, wilson } from './interval.ts';
export { FAULTS, type Fault, judge, type Judgement, type JudgeInput, type Measures, TOTAL_ERROR_MOST, type Verdict, VERDICTS } from './judge.ts';
export { brier, type CalibrationBin, type CalibrationLine, calibrationLine, type CalibrationTable, calibrationTable, logLoss } from './probability.ts';
export { type Purchases, unfitPurchases } from './purchases.ts';
export { type Auc, auc } from './ranking.ts';
export { isRefused, REFUSALS, type RefusalCode, type Refused } from './refused.ts';
export { type Repeated, type Split, type SplitAt, splitPurchases } from './split.ts';
export { expectedByPeriod, type Periods, repeatsByPeriod, track, type TrackedPeriod, type Tracking } from './tracking.ts';
