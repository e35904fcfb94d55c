import { type Route, route } from '../../../kernel/http/route.ts';
import { decisionBody, idParams, riskRuleBody, riskRuleParams, riskRulesShape, riskShape, risksQuery, risksShape } from '../contract.ts';
import { changeRule, countRisks, decideRisk, listRisks, listRules } from '../risks.ts';

const tag = 'Signals';

/** Risk users: who to look at, and what was decided. Nothing here denies anybody anything. */
export const riskRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/lifecycle/risks', summary: 'Risk signals, newest first', tag, permission: 'customers.read', query: risksQuery, reply: risksShape },
    async ({ stores, caller, query }) => {
      const [page, counts] = await Promise.all([listRisks(stores, caller, query), countRisks(stores, caller)]);
      return { ...page, counts };
    }),
  route({ method: 'POST', url: '/api/v1/lifecycle/risks/:id/decision', summary: 'Decide on a signal: watch, confirm or clear it', tag, permission: 'lifecycle.write', params: idParams, body: decisionBody, reply: riskShape },
    ({ stores, caller, params, body }) => decideRisk(stores, caller, params.id, body)),
  route({ method: 'GET', url: '/api/v1/lifecycle/risk-rules', summary: 'When a signal is raised', tag, permission: 'lifecycle.read', reply: riskRulesShape },
    async ({ stores, caller }) => ({ rows: await listRules(stores, caller) })),
  route({ method: 'PUT', url: '/api/v1/lifecycle/risk-rules/:key', summary: 'Set a rule of risk', tag, permission: 'lifecycle.write', params: riskRuleParams, body: riskRuleBody, reply: riskRulesShape },
    async ({ stores, caller, params, body }) => ({ rows: await changeRule(stores, caller, { key: params.key, ...body }) })),
];
