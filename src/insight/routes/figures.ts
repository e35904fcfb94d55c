import { type Route, route } from '../../kernel/http/route.ts';
import { cohorts } from '../cohorts.ts';
import {
  cohortsBody, cohortsShape, dimensionsShape, figuresBody, figuresShape, funnelBody, funnelShape, homeQuery, homeShape, peopleBody, peoplePageShape, seriesBody, seriesShape,
} from '../contract.ts';
import { figures, series } from '../figures.ts';
import { funnel } from '../funnel.ts';
import { dimensions, home } from '../home.ts';
import { people } from '../people.ts';

const tag = 'Insight';
const permission = 'insight.read';

/** Questions and their answers. They are POSTs because a scope can be long; they change nothing. */
export const figureRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/insight/home', summary: 'The workbench: money, first figures and goals of the last days', tag, permission, query: homeQuery, reply: homeShape },
    ({ stores, caller, query }) => home(stores, caller, query)),
  route({ method: 'GET', url: '/api/v1/insight/dimensions', summary: 'Shops, channels and events a scope can name, and the days of data', tag, permission: 'customers.read', reply: dimensionsShape },
    ({ stores, caller }) => dimensions(stores, caller)),
  route({ method: 'POST', url: '/api/v1/insight/figures', summary: 'Figures over one scope, whole or split, beside the period before', tag, permission, body: figuresBody, reply: figuresShape },
    ({ stores, caller, body }) => figures(stores, caller, body)),
  route({ method: 'POST', url: '/api/v1/insight/series', summary: 'A figure over time, with marks where its definition changed', tag, permission, body: seriesBody, reply: seriesShape },
    ({ stores, caller, body }) => series(stores, caller, body)),
  route({ method: 'POST', url: '/api/v1/insight/cohorts', summary: 'Retention triangle by day, week or month', tag, permission, body: cohortsBody, reply: cohortsShape },
    ({ stores, caller, body }) => cohorts(stores, caller, body)),
  route({ method: 'POST', url: '/api/v1/insight/funnel', summary: 'Funnel with its weakest step', tag, permission, body: funnelBody, reply: funnelShape },
    ({ stores, caller, body }) => funnel(stores, caller, body)),
  route({ method: 'POST', url: '/api/v1/insight/people', summary: 'The people behind a number', tag, permission: 'customers.read', body: peopleBody, reply: peoplePageShape },
    ({ stores, caller, body }) => people(stores, caller, body)),
];
