import type { Route } from '../../kernel/http/route.ts';
import { costRoutes } from './routes/costs.ts';
import { valueRoutes } from './routes/value.ts';

/** Value in money: ledgers, costs, what getting and keeping costs, scores, budgets. */
export const moneyRoutes: readonly Route[] = [...valueRoutes, ...costRoutes];
