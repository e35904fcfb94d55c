import type { Route } from '../../kernel/http/route.ts';
import { modelRoutes } from './routes/models.ts';
import { peopleRoutes } from './routes/people.ts';

/** What customers will bring, how likely they are gone and why, and whom to save first. */
export { rescore, scoringReactions, scoringTick } from './live.ts';
export { demandPriceUse, switchTraits } from './policy.ts';
export { objectorsAmong } from './store.ts';
export { demandOfferLeave, type Offered } from './prices.ts';
export { type MeasuredResponse, recordMeasuredResponse } from './responses.ts';
export { askRun, rescoreEveryone, runScoring, scoringJobs } from './run.ts';
export { type Warned, warnedNow } from './warned.ts';

export const scoringRoutes: readonly Route[] = [...modelRoutes, ...peopleRoutes];
