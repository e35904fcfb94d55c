import { z } from 'zod';
import { type Route, route } from '../../kernel/http/route.ts';
import { definitionShape, idParams, metricParams, metricShape, metricsShape, newReportBody, newVersionBody, reportListShape, reportRunShape, reportShape } from '../contract.ts';
import { changeMetric, define, readMetric, listMetrics } from '../metrics.ts';
import { keepReport, listReports, removeReport, runReport } from '../reports.ts';

const tag = 'Metrics';

/** The metric catalogue and the reports that keep its versions. */
export const metricRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/insight/metrics', summary: 'The metric catalogue at its newest versions', tag, permission: 'insight.read', reply: metricsShape },
    async ({ stores, caller }) => ({ rows: await listMetrics(stores, caller) })),
  route({ method: 'GET', url: '/api/v1/insight/metrics/:id', summary: 'A metric with all its versions', tag, permission: 'insight.read', params: metricParams, reply: metricShape },
    ({ stores, caller, params }) => readMetric(stores, caller, params.id)),
  route({ method: 'POST', url: '/api/v1/insight/metrics/:id/versions', summary: 'Change a definition: a new version', tag, permission: 'insight.write', params: metricParams, body: newVersionBody, status: 201, reply: definitionShape },
    async ({ stores, caller, params, body }) => define(caller, await changeMetric(stores, caller, params.id, body))),

  route({ method: 'GET', url: '/api/v1/insight/reports', summary: 'Kept reports', tag, permission: 'insight.read', reply: reportListShape },
    async ({ stores, caller }) => ({ rows: await listReports(stores, caller) })),
  route({ method: 'POST', url: '/api/v1/insight/reports', summary: 'Keep a question with the version of its metric', tag, permission: 'insight.write', body: newReportBody, status: 201, reply: reportShape },
    ({ stores, caller, body }) => keepReport(stores, caller, body)),
  route({ method: 'GET', url: '/api/v1/insight/reports/:id', summary: 'A kept report, counted as it was defined then', tag, permission: 'insight.read', params: idParams, reply: reportRunShape },
    ({ stores, caller, params }) => runReport(stores, caller, params.id)),
  route({ method: 'DELETE', url: '/api/v1/insight/reports/:id', summary: 'Remove a kept report', tag, permission: 'insight.write', params: idParams, status: 204, reply: z.null() },
    async ({ stores, caller, params }) => {
      await removeReport(stores, caller, params.id);
      return null;
    }),
];
