/** What customers will bring, how likely they are gone and why, and whom to save first. */
export { rescore, scoringReactions, scoringTick } from './live.ts';
export { askRun, rescoreEveryone, runScoring, scoringJobs } from './run.ts';
