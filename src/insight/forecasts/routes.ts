import { type Route, route } from '../../kernel/http/route.ts';
import { forecastQuery, forecastShape } from './contract.ts';
import { forecastOf } from './forecasts.ts';

export const forecastRoutes: readonly Route[] = [
  route({
    method: 'GET', url: '/api/v1/insight/forecasts', summary: 'A monthly series up to six months ahead, with interval and back-test error', tag: 'Insight', permission: 'insight.read', query: forecastQuery, reply: forecastShape,
  }, ({ stores, caller, query }) => forecastOf(stores, caller, query)),
];
