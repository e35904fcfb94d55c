import { type Route, route } from '../../kernel/http/route.ts';
import { idParams, mergeBody, mergedShape, mergesShape, nothing, partBody, partedShape, reasonBody, reviewsShape, savedShape } from '../contract.ts';
import { asJson } from '../json.ts';
import { merge, mergeHistory, part, unmerge } from '../merge.ts';
import { dismissReview, listReviews } from '../reviews.ts';

const tag = 'Identity';

export const identityRoutes: readonly Route[] = [
  route({ method: 'POST', url: '/api/v1/customers/merge', summary: 'Make two customers one', tag, permission: 'customers.merge', body: mergeBody, reply: mergedShape },
    async ({ stores, caller, body }) => ({ customer: await merge(stores, caller, body) })),
  route({ method: 'POST', url: '/api/v1/customers/:id/part', summary: 'Part identifiers from a customer: they are somebody else', tag, permission: 'customers.merge', params: idParams, body: partBody, reply: partedShape },
    async ({ stores, caller, params, body }) => ({ customers: await part(stores, caller, { customer: params.id, ...body }) })),
  route({ method: 'GET', url: '/api/v1/customers/:id/merges', summary: 'Merges and un-merges of a customer', tag, permission: 'customers.read', params: idParams, reply: mergesShape },
    async ({ stores, caller, params }) => ({ rows: asJson(await mergeHistory(stores, caller, params.id)) })),
  route({ method: 'POST', url: '/api/v1/identity/merges/:id/undo', summary: 'Undo a merge', tag, permission: 'customers.merge', params: idParams, body: reasonBody, reply: partedShape },
    async ({ stores, caller, params, body }) => ({ customers: await unmerge(stores, caller, { merge: params.id, reason: body.reason }) })),
  route({ method: 'GET', url: '/api/v1/identity/reviews', summary: 'Identifiers that somebody should look at', tag, permission: 'customers.merge', reply: reviewsShape },
    async ({ stores, caller }) => ({ rows: await listReviews(stores, caller) })),
  route({ method: 'POST', url: '/api/v1/identity/reviews/:id/close', summary: 'Close a review', tag, permission: 'customers.merge', params: idParams, body: nothing, reply: savedShape },
    async ({ stores, caller, params }) => { await dismissReview(stores, caller, params.id); return { id: params.id }; }),
];
