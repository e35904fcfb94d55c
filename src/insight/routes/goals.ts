import { z } from 'zod';
import { type Route, route } from '../../kernel/http/route.ts';
import { goalChangeBody, goalForecastShape, goalListShape, goalShape, idParams, newGoalBody } from '../contract.ts';
import { goalForecast } from '../goalForecast.ts';
import { changeGoal, listGoals, removeGoal, setGoal } from '../goals.ts';

const tag = 'Goals';

export const goalRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/insight/goals', summary: 'Goals with current, gap in people and run rate', tag, permission: 'insight.read', query: z.object({ closed: z.enum(['true', 'false']).default('false') }), reply: goalListShape },
    async ({ stores, caller, query }) => ({ rows: await listGoals(stores, caller, query.closed === 'true') })),
  route({ method: 'POST', url: '/api/v1/insight/goals', summary: 'Set a goal', tag, permission: 'insight.write', body: newGoalBody, status: 201, reply: goalShape },
    ({ stores, caller, body }) => setGoal(stores, caller, body)),
  route({ method: 'GET', url: '/api/v1/insight/goals/:id/forecast', summary: 'Where a goal leads by its last day, with interval and back-test error', tag, permission: 'insight.read', params: idParams, reply: goalForecastShape },
    ({ stores, caller, params }) => goalForecast(stores, caller, params.id)),
  route({ method: 'PATCH', url: '/api/v1/insight/goals/:id', summary: 'Change a goal’s name, target or owner, or close it', tag, permission: 'insight.write', params: idParams, body: goalChangeBody, reply: goalShape },
    ({ stores, caller, params, body }) => changeGoal(stores, caller, params.id, body)),
  route({ method: 'DELETE', url: '/api/v1/insight/goals/:id', summary: 'Remove a goal', tag, permission: 'insight.write', params: idParams, status: 204, reply: z.null() },
    async ({ stores, caller, params }) => {
      await removeGoal(stores, caller, params.id);
      return null;
    }),
];
