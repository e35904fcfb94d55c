/** Experiments on customers: sticky assignment, sample sizes, effects with intervals, sample-ratio check, CUPED, always-valid reading, guardrails, gain in money. */
export { armOf, CONTROL, heldOut, type Split, type SplitFault, splitFault, sharesOf, type Variant } from '../../src/insight/core/experiment/assignment.ts';
export { type Cuped, cuped, type PairSums } from '../../src/insight/core/experiment/cuped.ts';
export { extraBuyers, type NetGain, netGain, netGainOf } from '../../src/insight/core/experiment/gain.ts';
export { GUARDRAIL_STATES, type Guardrail, type GuardrailState, guardrailState } from '../../src/insight/core/experiment/guardrails.ts';
export { bucketOf, murmur3 } from '../../src/insight/core/experiment/hash.ts';
export { holm } from '../../src/insight/core/experiment/holm.ts';
export { compareMeans, type MeanEffect, type MeanRefusal, type Moments, momentsOf, momentsOfSums, type Sums } from '../../src/insight/core/experiment/means.ts';
export { checkRatio, RATIO_P, type RatioCheck } from '../../src/insight/core/experiment/ratio.ts';
export { type AlwaysValid, alwaysValid, momentsOfShare, type SequentialRefusal, type Tuning } from '../../src/insight/core/experiment/sequential.ts';
export { compareShares, type Counted, type ShareEffect, type ShareRefusal } from '../../src/insight/core/experiment/shares.ts';
export { effectForMeans, effectForShares, type Plan, sizeForMeans, sizeForShares, type Sizes } from '../../src/insight/core/experiment/size.ts';
export { cesOf, csatOf, type Nps, npsOf } from '../../src/insight/core/experiment/survey.ts';
export { type Circumstances, type Evidence, type Finding, findingOf, judge, type Judgement, type Verdict, VERDICTS } from '../../src/insight/core/experiment/verdict.ts';
export { isRefused, type Refused } from '../../src/kernel/refused.ts';
