import type { Route } from '../../kernel/http/route.ts';
import { riskRoutes } from './routes/risks.ts';

export { signalReactions } from './reactions.ts';
export { watchRisks } from './watch.ts';

export const signalRoutes: readonly Route[] = [...riskRoutes];
