import { type Route, route } from '../../../kernel/http/route.ts';
import { modelParams, modelQuery, modelReply, policyBody, policyReply, priceDecisionBody, priceDecisionParams, priceUseBody, priceUseShape, runReply, scoringReply } from '../contract.ts';
import { modelDetail, scoringState } from '../models.ts';
import { askPriceUse, changePolicy, decidePriceUse, readPolicy } from '../policy.ts';
import { askRun } from '../run.ts';

const read = { method: 'GET', tag: 'Scoring', permission: 'lifecycle.read' } as const;
const write = { tag: 'Scoring', permission: 'lifecycle.write' } as const;

/** The models: how they stand, what judged them, and what their scores may be used for. */
export const modelRoutes: readonly Route[] = [
  route({ ...read, url: '/api/v1/lifecycle/scoring', summary: 'Where both models stand, what runs, and how many are scored', reply: scoringReply },
    ({ stores, caller }) => scoringState(stores, caller.workspaceId)),

  route({ ...write, method: 'POST', url: '/api/v1/lifecycle/scoring/run', summary: 'Fit, judge and score anew, beside everything else', status: 202, reply: runReply },
    async ({ stores, caller }) => ({ queued: await askRun(stores, caller.workspaceId, 'asked') })),

  route({ ...read, url: '/api/v1/lifecycle/models/:kind', summary: 'One model: parameters, back-test, charts and its versions', params: modelParams, query: modelQuery, reply: modelReply },
    ({ stores, caller, params: { kind }, query: { number } }) => modelDetail(stores, caller.workspaceId, kind, number)),

  route({ ...read, url: '/api/v1/lifecycle/scoring/policy', summary: 'What scores are for, what they are made of, and whether prices may depend on them', reply: policyReply },
    ({ stores, caller }) => readPolicy(stores, caller)),

  route({ ...write, method: 'PUT', url: '/api/v1/lifecycle/scoring/policy', summary: 'Change purpose, traits, capacity, cost and assumptions', body: policyBody, reply: policyReply },
    ({ stores, caller, body }) => changePolicy(stores, caller, body)),

  route({ ...write, method: 'POST', url: '/api/v1/lifecycle/scoring/price-uses', summary: 'Ask for leave to let prices depend on scores', body: priceUseBody, status: 201, reply: priceUseShape },
    ({ stores, caller, body }) => askPriceUse(stores, caller, body)),

  route({ ...write, method: 'POST', url: '/api/v1/lifecycle/scoring/price-uses/:id/decision', summary: "Approve or refuse somebody else's request, or end a leave", params: priceDecisionParams, body: priceDecisionBody, reply: priceUseShape },
    ({ stores, caller, params: { id }, body }) => decidePriceUse(stores, caller, id, body)),
];
