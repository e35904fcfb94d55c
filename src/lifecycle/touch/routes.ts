import { type Route, route } from '../../kernel/http/route.ts';
import { customerParams, policyBody, policyReply, touchReply } from './contract.ts';
import { changeTouchPolicy, customerTouch, readTouchPolicy } from './policy.ts';

const tag = 'Service tiers';

/** Which service each tier of customers gets, and who looks after whom. */
export const touchRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/touch/policy', summary: 'Tiers and what each gets, advisers and their places', tag, permission: 'lifecycle.read', reply: policyReply },
    ({ stores, caller }) => readTouchPolicy(stores, caller)),
  route({ method: 'PUT', url: '/api/v1/touch/policy', summary: 'Set tiers and advisers; places are given at once', tag, permission: 'lifecycle.write', body: policyBody, reply: policyReply },
    ({ stores, caller, body }) => changeTouchPolicy(stores, caller, body)),
  route({ method: 'GET', url: '/api/v1/touch/customers/:id', summary: 'How a customer is served: tier, adviser, and whether a person may call', tag, permission: 'customers.read', params: customerParams, reply: touchReply },
    ({ stores, caller, params }) => customerTouch(stores, caller, params.id)),
];
