import type { FastifyReply } from 'fastify';
import { demandSeen, ownersOf } from '../../../customers/index.ts';
import type { Caller } from '../../../kernel/access/caller.ts';
import { notFound } from '../../../kernel/errors.ts';
import { type Route, route } from '../../../kernel/http/route.ts';
import type { CustomerId } from '../../../kernel/ids.ts';
import type { Stores } from '../../../kernel/stores.ts';
import { z } from 'zod';
import { atRisk, exportAtRisk, savePlan } from '../atRisk.ts';
import {
  atRiskExportBody, atRiskQuery, atRiskReply, customerParams, customerScoreReply, exitReasonBody, exitReasonReply, exitTableQuery, exitTableReply, explanationBody, explanationReply, groupReply, planQuery, planReply, switchBody, switchReply,
} from '../contract.ts';
import { customerScore } from '../customer.ts';
import { codeExit, exitTable } from '../exits.ts';
import { explain } from '../explanation.ts';
import { groupFigures } from '../group.ts';
import { switchTraits } from '../policy.ts';

const read = { method: 'GET', tag: 'Scoring', permission: 'customers.read' } as const;
const write = { method: 'PUT', tag: 'Scoring', permission: 'customers.write' } as const;
const customerUrl = '/api/v1/lifecycle/customers/:id';

/** Whoever an id stands for today, if the caller may see them. Refuses `customer.not_found`. */
async function seen(stores: Stores, caller: Caller, id: string): Promise<CustomerId> {
  await stores.pg.tx(caller.workspaceId, (tx) => demandSeen(tx, caller, [id]));
  const owner = (await ownersOf(stores, caller.workspaceId, [id])).get(id);
  if (!owner) throw notFound('customer', { id });
  return owner;
}

/** A file is the reply: nothing is left to be put into JSON. */
function sendFile(reply: FastifyReply, type: string, name: string, text: string): string {
  reply.type(`${type}; charset=utf-8`).header('content-disposition', `attachment; filename="${name}"`).send(text);
  return reply as unknown as string;
}

/** Whom to save, why people leave, and what is said of one person. */
export const peopleRoutes: readonly Route[] = [
  route({ ...read, url: '/api/v1/lifecycle/at-risk', summary: 'Customers by value at risk, with reasons', query: atRiskQuery, reply: atRiskReply },
    ({ stores, caller, query }) => atRisk(stores, caller, query)),

  route({ ...read, url: '/api/v1/lifecycle/at-risk/group', summary: 'What a group brought, will likely bring and how many of it are likely gone, each with an interval', query: atRiskQuery, reply: groupReply },
    ({ stores, caller, query: { cursor: _, limit: __, ...filters } }) => groupFigures(stores, caller, filters)),

  route({ ...read, url: '/api/v1/lifecycle/at-risk/plan', summary: 'Whom to save this week within a capacity and its cost', query: planQuery, reply: planReply },
    ({ stores, caller, query }) => savePlan(stores, caller, query)),

  route({ method: 'POST', tag: 'Scoring', permission: 'customers.export', url: '/api/v1/lifecycle/at-risk/export', summary: 'Customers at risk as CSV; needs a reason and is audited', body: atRiskExportBody, reply: z.string() },
    async ({ stores, caller, body, reply }) => sendFile(reply, 'text/csv', 'at-risk.csv', (await exportAtRisk(stores, caller, body)).csv)),

  route({ ...read, permission: 'lifecycle.read', url: '/api/v1/lifecycle/exit-reasons', summary: 'Why churned customers left, by value and by the stage they left from', query: exitTableQuery, reply: exitTableReply },
    ({ stores, caller, query }) => exitTable(stores, caller, query)),

  route({ ...read, url: `${customerUrl}/score`, summary: 'Risk, value, reasons and P(still a customer) over time of one customer', params: customerParams, reply: customerScoreReply },
    async ({ stores, caller, params: { id } }) => customerScore(stores, caller.workspaceId, await seen(stores, caller, id))),

  route({ ...write, url: `${customerUrl}/scoring`, summary: 'Heed or drop "not based on my traits" of one person', params: customerParams, body: switchBody, reply: switchReply },
    async ({ stores, caller, params: { id }, body: { withoutTraits } }) => {
      await switchTraits(stores, caller, await seen(stores, caller, id), withoutTraits);
      return { withoutTraits };
    }),

  route({ ...write, url: `${customerUrl}/exit-reason`, summary: 'Code why a customer left', params: customerParams, body: exitReasonBody, reply: exitReasonReply },
    async ({ stores, caller, params: { id }, body }) => {
      await codeExit(stores, caller, await seen(stores, caller, id), body);
      return { reason: body.reason };
    }),

  route({ method: 'POST', tag: 'Scoring', permission: 'customers.export', url: `${customerUrl}/score/export`, summary: 'The explanation of a score for the person it is about; needs a reason and is audited', params: customerParams, body: explanationBody, reply: explanationReply },
    async ({ stores, caller, params: { id }, body: { reason }, reply }) => sendFile(reply, 'text/plain', 'explanation.txt', await explain(stores, caller, await seen(stores, caller, id), reason))),
];
