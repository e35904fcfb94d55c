import { z } from 'zod';
import { type Route, route } from '../../../kernel/http/route.ts';
import { acquisition } from '../acquisition.ts';
import { advise, budgetTiers, dropPlan, keepPlan, plans } from '../budget.ts';
import { acquisitionQuery, acquisitionReply, adviceBody, adviceReply, costBody, costReply, costsQuery, costsReply, idParams, planBody, planReply, plansReply, tiersQuery, tiersReply } from '../contract.ts';
import { addCost, demandWhole, dropCost, listCosts } from '../costs.ts';

const tag = 'Value';
const read = { method: 'GET', tag, permission: 'lifecycle.read' } as const;
const write = { tag, permission: 'lifecycle.write' } as const;

/** What was spent, on whom it could be spent, and what getting and keeping customers costs. */
export const costRoutes: readonly Route[] = [
  route({ ...read, url: '/api/v1/lifecycle/costs', summary: 'Costs from files and by hand, newest first', query: costsQuery, reply: costsReply },
    ({ stores, caller, query }) => listCosts(stores, caller, query)),
  route({ ...write, method: 'POST', url: '/api/v1/lifecycle/costs', summary: 'Write down a cost of a day or a month', body: costBody, status: 201, reply: costReply },
    ({ stores, caller, body }) => addCost(stores, caller, body)),
  route({ ...write, method: 'DELETE', url: '/api/v1/lifecycle/costs/:id', summary: 'Take back a cost written down by hand', params: idParams, status: 204, reply: z.null() },
    async ({ stores, caller, params }) => {
      await dropCost(stores, caller, params.id);
      return null;
    }),
  route({ ...read, url: '/api/v1/lifecycle/acquisition', summary: 'What a new customer costs by channel and month, and a kept one beside it', query: acquisitionQuery, reply: acquisitionReply },
    ({ stores, caller, query }) => acquisition(stores, caller, query)),
  route({ ...read, url: '/api/v1/lifecycle/budget/tiers', summary: 'What a budget advice may start from: value measured, curves assumed', query: tiersQuery, reply: tiersReply },
    ({ stores, caller, query }) => budgetTiers(stores, caller, query)),
  route({ method: 'POST', tag, permission: 'lifecycle.read', url: '/api/v1/lifecycle/budget/advice', summary: 'Split a sum over tiers or stages within their caps', body: adviceBody, reply: adviceReply },
    async ({ caller, body }) => {
      demandWhole(caller);
      return advise(body);
    }),
  route({ ...read, url: '/api/v1/lifecycle/budget/plans', summary: 'Budgets kept, with everything they were reckoned from', reply: plansReply },
    ({ stores, caller }) => plans(stores, caller)),
  route({ ...write, method: 'POST', url: '/api/v1/lifecycle/budget/plans', summary: 'Keep an advice with its inputs', body: planBody, status: 201, reply: planReply },
    ({ stores, caller, body }) => keepPlan(stores, caller, body)),
  route({ ...write, method: 'DELETE', url: '/api/v1/lifecycle/budget/plans/:id', summary: 'Put a kept budget away', params: idParams, status: 204, reply: z.null() },
    async ({ stores, caller, params }) => {
      await dropPlan(stores, caller, params.id);
      return null;
    }),
];
