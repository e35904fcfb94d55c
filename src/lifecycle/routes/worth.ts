import { z } from 'zod';
import { demandSeen, seenBy } from '../../customers/index.ts';
import { type Route, route } from '../../kernel/http/route.ts';
import { customerReply, paretoQuery, paretoReply, audienceQuery, groupQuery, rfmPreviewReply, rfmReply, rfmRulesShape, stripsBody, stripsReply, worthReply } from '../contract.ts';
import { customerCard, strips, worthLines } from '../cards.ts';
import { paretoOf } from '../core/worth.ts';
import { topBuyers, totalWorth, worthsDescending } from '../queries/worth.ts';
import { changeRfm, previewRfm, rfmTable } from '../rfm.ts';
import { audienceOf, groupOf } from '../audience.ts';
import { dataDay } from '../asOf.ts';

const read = { method: 'GET', tag: 'Lifecycle', permission: 'lifecycle.read' } as const;
const TOP_MAX = 200;

/** RFM, Pareto, value, and what is said of single customers. */
export const worthRoutes: readonly Route[] = [
  route({ ...read, url: '/api/v1/lifecycle/rfm', summary: 'The eight RFM names with people, money, reach and cut points', query: audienceQuery, reply: rfmReply },
    ({ stores, caller, query }) => rfmTable(stores, caller.workspaceId, audienceOf(caller, query))),

  route({ method: 'POST', tag: 'Lifecycle', permission: 'lifecycle.read', url: '/api/v1/lifecycle/rfm/preview', summary: 'What the RFM table would be under other rules', body: rfmRulesShape, reply: rfmPreviewReply },
    ({ stores, caller, body }) => previewRfm(stores, caller.workspaceId, body)),

  route({ method: 'PUT', tag: 'Lifecycle', permission: 'lifecycle.write', url: '/api/v1/lifecycle/rfm', summary: 'Put other RFM rules in force', body: rfmRulesShape, reply: rfmReply },
    async ({ stores, caller, body }) => {
      await changeRfm(stores, caller, body);
      return rfmTable(stores, caller.workspaceId, audienceOf(caller, { people: 'all', shop: '' }));
    }),

  route({ ...read, url: '/api/v1/lifecycle/pareto', summary: 'What the best slice of customers brings, with and without business buyers', query: paretoQuery, reply: paretoReply },
    async ({ stores, caller, query: { slice, measure, ...asked } }) => {
      const { workspaceId } = caller;
      const audience = await groupOf(stores, caller, asked);
      const worths = (of: 'all' | 'consumers' | 'b2b') => worthsDescending(stores.ch, workspaceId, { ...audience, people: of }, measure);
      const [asOf, chosen, consumers] = await Promise.all([dataDay(stores, workspaceId), worths(asked.people), worths('consumers')]);
      const all = paretoOf(chosen, slice);
      const top = await topBuyers(stores.ch, workspaceId, audience, measure, Math.min(TOP_MAX, all.topCustomers));
      return { asOf, measure, slice, all, consumers: paretoOf(consumers, slice), top };
    }),

  route({ ...read, url: '/api/v1/lifecycle/worth', summary: 'Historic value and profit contribution of the chosen customers', query: groupQuery, reply: worthReply },
    async ({ stores, caller, query }) => {
      const row = await totalWorth(stores.ch, caller.workspaceId, await groupOf(stores, caller, query));
      return { asOf: await dataDay(stores, caller.workspaceId), customers: row.customers, ...worthLines(row) };
    }),

  route({ method: 'POST', tag: 'Lifecycle', permission: 'customers.read', url: '/api/v1/lifecycle/strips', summary: 'Rhythm strips and the sentence why for a list of customers', body: stripsBody, reply: stripsReply },
    async ({ stores, caller, body }) => strips(stores, caller.workspaceId, await seenBy(stores, caller, body.customers))),

  route({ ...read, url: '/api/v1/lifecycle/customers/:id', permission: 'customers.read', summary: 'Stage, sentence, strip, history as told now and as known then, and worth of one customer', params: z.object({ id: z.uuid() }), reply: customerReply },
    async ({ stores, caller, params: { id } }) => {
      await stores.pg.tx(caller.workspaceId, (tx) => demandSeen(tx, caller, [id]));
      return customerCard(stores, caller.workspaceId, id);
    }),
];
