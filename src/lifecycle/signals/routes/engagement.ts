import { type Route, route } from '../../../kernel/http/route.ts';
import { customerEngagementShape, engagementQuery, engagementShape, idParams } from '../contract.ts';
import { customerEngagement, engagement } from '../engagement.ts';

const tag = 'Signals';

/** How often people come, how long they stay, and who speaks for us. */
export const engagementRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/lifecycle/engagement', summary: 'Stickiness, session time, products a customer, and the strongest advocates', tag, permission: 'customers.read', query: engagementQuery, reply: engagementShape },
    ({ stores, caller, query }) => engagement(stores, caller, query.shop)),
  route({ method: 'GET', url: '/api/v1/lifecycle/customers/:id/engagement', summary: 'Activity and advocacy of one customer with what makes them', tag, permission: 'customers.read', params: idParams, reply: customerEngagementShape },
    ({ stores, caller, params }) => customerEngagement(stores, caller, params.id)),
];
