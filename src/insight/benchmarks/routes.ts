import { z } from 'zod';
import { type Route, route } from '../../kernel/http/route.ts';
import { listBenchmarks, removeLine, setLine } from './benchmarks.ts';
import { churnByYear, costsAgainstBand, satisfaction } from './compared.ts';
import { benchmarksShape, churnYearsQuery, churnYearsShape, costSplitQuery, costSplitShape, lineBody, lineParams, satisfactionShape } from './contract.ts';

const read = { method: 'GET', tag: 'Benchmarks', permission: 'insight.read' } as const;
const write = { tag: 'Benchmarks', permission: 'insight.write' } as const;

/** Figures handed on in the trade, each with its source and that nobody has checked it; and ours beside them. */
export const benchmarkRoutes: readonly Route[] = [
  route({ ...read, url: '/api/v1/insight/benchmarks', summary: 'The library of unverified figures, and the reference lines of churn', reply: benchmarksShape },
    ({ stores, caller }) => listBenchmarks(stores, caller)),
  route({ ...write, method: 'PUT', url: '/api/v1/insight/benchmarks/churn/:industry', summary: 'Write the churn line of an industry with its citation', params: lineParams, body: lineBody, reply: benchmarksShape },
    ({ stores, caller, params, body }) => setLine(stores, caller, params.industry, body)),
  route({ ...write, method: 'DELETE', url: '/api/v1/insight/benchmarks/churn/:industry', summary: 'Take the churn line of an industry back', params: lineParams, status: 204, reply: z.null() },
    async ({ stores, caller, params }) => {
      await removeLine(stores, caller, params.industry);
      return null;
    }),
  route({ ...read, url: '/api/v1/insight/benchmarks/churn', summary: 'Churn of the year up to each month end, beside the line', query: churnYearsQuery, reply: churnYearsShape },
    ({ stores, caller, query }) => churnByYear(stores, caller, query.shop)),
  route({ ...read, url: '/api/v1/insight/benchmarks/costs', summary: 'How cost falls on the life cycle, marketing against its band', query: costSplitQuery, reply: costSplitShape },
    ({ stores, caller, query }) => costsAgainstBand(stores, caller, query)),
  route({ ...read, url: '/api/v1/insight/benchmarks/satisfaction', summary: 'Satisfaction in each of six stages', reply: satisfactionShape },
    ({ stores, caller }) => satisfaction(stores, caller)),
];
