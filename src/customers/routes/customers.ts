import { type Route, route } from '../../kernel/http/route.ts';
import {
  changedShape, clearQuery, customerPageShape, customersQuery, exportBody, idParams, codedNoteBody, nothing, profileShape, savedShape, tellBody, timelineQuery, timelineShape,
  traitHistoryQuery, traitHistoryShape,
} from '../contract.ts';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { exchangeCustomers, exchangedCustomer, takeCustomers } from '../exchange.ts';
import { exportCustomers } from '../export.ts';
import { asJson } from '../json.ts';
import { listCustomers } from '../list.ts';
import { profile } from '../profile.ts';
import { tell } from '../tell.ts';
import { customerTimeline, noteCustomer } from '../timeline.ts';
import { refreshCustomer, traitHistory } from '../traits.ts';

const tag = 'Customers';

export const customerRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/customers', summary: 'Customers, found by name or number, filtered and sorted', tag, permission: 'customers.read', query: customersQuery, reply: customerPageShape },
    ({ stores, caller, query: { stage, ...query } }) => listCustomers(stores, caller, { ...query, stages: stage })),
  route({ method: 'GET', url: '/api/v1/customers/:id', summary: 'One customer: who, where in the lifecycle, what is known', tag, permission: 'customers.read', params: idParams, query: clearQuery, reply: profileShape },
    ({ stores, caller, params, query }) => profile(stores, caller, params.id, query)),
  route({ method: 'PATCH', url: '/api/v1/customers/:id', summary: 'Write name, fields and consents', tag, permission: 'customers.write', params: idParams, body: tellBody, reply: savedShape },
    async ({ stores, caller, params, body }) => ({ id: await tell(stores, caller, params.id, body) })),
  route({ method: 'GET', url: '/api/v1/customers/:id/timeline', summary: 'Everything that happened with a customer, newest first', tag, permission: 'customers.read', params: idParams, query: timelineQuery, reply: timelineShape },
    ({ stores, caller, params, query }) => customerTimeline(stores, caller, params.id, query)),
  route({ method: 'POST', url: '/api/v1/customers/:id/notes', summary: 'Write a note, visit, message, contract or call', tag, permission: 'customers.write', status: 201, params: idParams, body: codedNoteBody, reply: savedShape },
    async ({ stores, caller, params, body }) => ({ id: (await noteCustomer(stores, caller, params.id, { ...body, at: body.at ? new Date(body.at) : undefined })).id })),
  route({ method: 'GET', url: '/api/v1/customers/:id/traits', summary: 'The values computed traits have had', tag, permission: 'customers.read', params: idParams, query: traitHistoryQuery, reply: traitHistoryShape },
    async ({ stores, caller, params, query }) => ({ rows: asJson(await traitHistory(stores, caller, params.id, query.key)) })),
  route({ method: 'POST', url: '/api/v1/customers/:id/traits/refresh', summary: 'Compute the traits of a customer anew', tag, permission: 'customers.write', params: idParams, body: nothing, reply: changedShape },
    async ({ stores, caller, params }) => ({ changed: await refreshCustomer(stores, caller, params.id) })),
  route({ method: 'POST', url: '/api/v1/customers/export', summary: 'Customers as CSV; needs a reason and is audited', tag, permission: 'customers.export', body: exportBody, reply: z.string() },
    async ({ stores, caller, body: { reason, clear, customers, ...filter }, reply }) => {
      const { csv } = await exportCustomers(stores, caller, { reason, clear, customers, filter });
      reply.type('text/csv; charset=utf-8').header('content-disposition', 'attachment; filename="customers.csv"').send(csv);
      // The file is the reply: nothing is left to be put into JSON.
      return reply as unknown as string;
    }),
  route({ method: 'POST', url: '/api/v1/customers/exchange', summary: 'Every customer as JSON lines, for another workspace; needs a reason and is audited', tag, permission: 'customers.export', body: z.object({ reason: z.string().max(500), clear: z.boolean().default(false) }), reply: z.string() },
    async ({ stores, caller, body, reply }) => {
      reply.type('application/x-ndjson').header('content-disposition', 'attachment; filename="customers.jsonl"').send(Readable.from(await exchangeCustomers(stores, caller, body)));
      return reply as unknown as string;
    }),
  route({ method: 'POST', url: '/api/v1/customers/take', summary: 'Customers that another workspace handed out', tag, permission: 'customers.write', body: z.object({ customers: z.array(exchangedCustomer).min(1).max(1_000), scopes: z.array(z.string().max(100)).max(100).default([]) }), reply: z.object({ created: z.number().int() }) },
    ({ stores, caller, body }) => takeCustomers(stores, caller, body)),
];
