import { type Route, route } from '../../../kernel/http/route.ts';
import { cycleChangeBody, cycleListShape, cycleQuery, cycleShape, experimentParams, goalPlaysShape, newCycleBody } from '../contract.ts';
import { changeCycle, finishCycle, listCycles, playsOnGoal, startCycle } from '../cycles.ts';

const tag = 'Goals';
const root = '/api/v1/insight/cycles';

export const cycleRoutes: readonly Route[] = [
  route({ method: 'GET', url: root, summary: 'The newest improvement cycles of a goal with their measured effect', tag, permission: 'insight.read', query: cycleQuery, reply: cycleListShape },
    async ({ stores, caller, query }) => ({ rows: await listCycles(stores, caller, query) })),
  route({ method: 'GET', url: '/api/v1/insight/goals/:id/plays', summary: 'Live plays that act on a goal, with what was measured of each', tag, permission: 'insight.read', params: experimentParams, reply: goalPlaysShape },
    async ({ stores, caller, params }) => ({ rows: await playsOnGoal(stores, caller, params.id) })),
  route({ method: 'POST', url: root, summary: 'Begin an improvement cycle; it starts from the review of the one before', tag, permission: 'insight.write', body: newCycleBody, status: 201, reply: cycleShape },
    ({ stores, caller, body }) => startCycle(stores, caller, body.goalId)),
  route({ method: 'PATCH', url: `${root}/:id`, summary: 'Fill steps of a cycle', tag, permission: 'insight.write', params: experimentParams, body: cycleChangeBody, reply: cycleShape },
    ({ stores, caller, params, body }) => changeCycle(stores, caller, params.id, body)),
  route({ method: 'POST', url: `${root}/:id/close`, summary: 'Close a cycle: not without a review', tag, permission: 'insight.write', params: experimentParams, reply: cycleShape },
    ({ stores, caller, params }) => finishCycle(stores, caller, params.id)),
];
