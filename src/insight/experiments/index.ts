import type { Route } from '../../kernel/http/route.ts';
import { cycleRoutes } from './routes/cycles.ts';
import { experimentRoutes } from './routes/experiments.ts';

export { drawExperiment } from './draw.ts';
export { newExperiment } from './experiments.ts';
export { experimentReactions } from './follow.ts';
export { experimentResult } from './result.ts';
export { registerExperiments } from './timeline.ts';

/** List experiments and improvement cycles. */
export const listExperimentRoutes: readonly Route[] = [...experimentRoutes, ...cycleRoutes];
