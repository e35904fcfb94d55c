import type { Route } from '../../kernel/http/route.ts';
import { coreRoutes } from './routes/core.ts';
import { engagementRoutes } from './routes/engagement.ts';
import { riskRoutes } from './routes/risks.ts';

export { registerSignalTraits } from './engagement.ts';
export { registerProgrammeUses } from './programmes.ts';
export { signalReactions, signalsTick } from './reactions.ts';
export { watchRisks } from './watch.ts';

export const signalRoutes: readonly Route[] = [...riskRoutes, ...coreRoutes, ...engagementRoutes];
