/** The statistics of experiments: pure, without dependencies, usable on their own. */
export * from './assignment.ts';
export * from './cuped.ts';
export * from './distributions.ts';
export * from './gain.ts';
export * from './guardrails.ts';
export * from './hash.ts';
export * from './holm.ts';
export * from './means.ts';
export * from './ratio.ts';
export * from './read.ts';
export * from './refused.ts';
export * from './registration.ts';
export * from './sequential.ts';
export * from './shares.ts';
export * from './size.ts';
export * from './survey.ts';
export * from './verdict.ts';
