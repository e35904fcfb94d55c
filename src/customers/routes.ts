import type { Route } from '../kernel/http/route.ts';
import { accountRoutes } from './routes/accounts.ts';
import { customerRoutes } from './routes/customers.ts';
import { erasureRoutes } from './routes/erasures.ts';
import { fieldRoutes, tagRoutes } from './routes/fields.ts';
import { identityRoutes } from './routes/identity.ts';
import { taskRoutes } from './routes/tasks.ts';

/** Customers, who they are, their fields and tags, companies and tasks. */
export const customersRoutes: readonly Route[] = [...customerRoutes, ...identityRoutes, ...erasureRoutes, ...fieldRoutes, ...tagRoutes, ...accountRoutes, ...taskRoutes];
