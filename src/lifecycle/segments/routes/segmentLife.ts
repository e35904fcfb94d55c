import { customerLines, demandSeen } from '../../../customers/index.ts';
import { type Route, route } from '../../../kernel/http/route.ts';
import { toCursor } from '../../../kernel/http/cursor.ts';
import { z } from 'zod';
import { freezeBody, memberIdsShape, membershipsShape, membersQuery, pastQuery, pastShape, portraitQuery, portraitShape, segmentParams, segmentShape, sizesShape, whyParams, whyShape } from '../contract.ts';
import { portraitOf } from '../portrait.ts';
import { askSegments } from '../recompute.ts';
import { freezeSegment } from '../segments.ts';
import { membersOfSegment, pastCounts, sizesOf } from '../sizes.ts';
import { segmentsOfCustomer, whyIn } from '../why.ts';
import { customerAfter } from './segments.ts';

const tag = 'Segments';

/** What becomes of segments: frozen, watched over time, explained, drawn. */
export const segmentLifeRoutes: readonly Route[] = [
  route({ method: 'POST', url: '/api/v1/segments/freeze', summary: 'Keep the people who fit a segment or a filter now as a segment that never changes', tag, permission: 'lifecycle.write', body: freezeBody, status: 201, reply: segmentShape },
    ({ stores, caller, body: { name, description, segment, tree } }) => freezeSegment(stores, caller, { name, description, ...(segment && { segment }), ...(tree && { tree }) })),
  route({ method: 'POST', url: '/api/v1/segments/look', summary: 'Look at everybody again for all segments, soon', tag, permission: 'lifecycle.write', status: 202, reply: z.null() },
    async ({ stores, caller }) => {
      await stores.pg.tx(caller.workspaceId, (tx) => askSegments(tx, caller.workspaceId, 'news'));
      return null;
    }),
  route({ method: 'GET', url: '/api/v1/segments/:id/sizes', summary: 'How many were in a segment, day by day', tag, permission: 'customers.read', params: segmentParams, reply: sizesShape },
    async ({ stores, caller, params }) => ({ rows: await sizesOf(stores, caller, params.id) })),
  route({ method: 'GET', url: '/api/v1/segments/:id/members', summary: 'Who was in a segment at the end of a day, page by page', tag, permission: 'customers.read', params: segmentParams, query: membersQuery, reply: memberIdsShape },
    async ({ stores, caller, params, query: { day, after, limit } }) => {
      const { ids, next } = await membersOfSegment(stores, caller, params.id, { day, cursor: customerAfter(after), limit });
      return { ids, next: next && toCursor([next]) };
    }),
  route({ method: 'GET', url: '/api/v1/segments/:id/past', summary: 'Who was in a segment on a day that is past, and who has come and left since', tag, permission: 'customers.read', params: segmentParams, query: pastQuery, reply: pastShape },
    async ({ stores, caller, params, query: { day, show, cursor, limit } }) => {
      const [counts, { ids, next }] = await Promise.all([pastCounts(stores, caller, params.id, day), membersOfSegment(stores, caller, params.id, { day, show, cursor: customerAfter(cursor), limit })]);
      return { counts, rows: await customerLines(stores, caller, ids), next: next && toCursor([next]) };
    }),
  route({ method: 'GET', url: '/api/v1/segments/:id/why/:customer', summary: 'Why a customer is in a segment, or out: each condition with what it found', tag, permission: 'customers.read', params: whyParams, reply: whyShape },
    ({ stores, caller, params }) => whyIn(stores, caller, params.id, params.customer)),
  route({ method: 'GET', url: '/api/v1/segments/:id/portrait', summary: 'What sets the people of a segment apart: shares and TGI, beside another segment where asked', tag, permission: 'customers.read', params: segmentParams, query: portraitQuery, reply: portraitShape },
    ({ stores, caller, params, query }) => portraitOf(stores, caller, params.id, query.beside ?? null)),
  route({ method: 'GET', url: '/api/v1/customers/:id/segments', summary: 'The segments a customer is in', tag: 'Customers', permission: 'customers.read', params: segmentParams, reply: membershipsShape },
    async ({ stores, caller, params }) => {
      await stores.pg.tx(caller.workspaceId, (tx) => demandSeen(tx, caller, [params.id]));
      return { rows: await segmentsOfCustomer(stores, caller, params.id) };
    }),
];
