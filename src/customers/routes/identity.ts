import { type Route, route } from '../../kernel/http/route.ts';
import { idParams, limitsBody, limitsShape, mergeBody, mergedShape, mergesShape, nothing, partBody, partedShape, partPreviewBody, partPreviewShape, reasonBody, reviewsQuery, reviewsShape, savedShape } from '../contract.ts';
import { asJson } from '../json.ts';
import { identityLimits, setIdentityLimits } from '../limits.ts';
import { merge, mergeHistory, part, unmerge } from '../merge.ts';
import { rehearsePart } from '../rehearse.ts';
import { dismissReview, keepApart, listReviews } from '../reviews.ts';

const tag = 'Identity';

export const identityRoutes: readonly Route[] = [
  route({ method: 'POST', url: '/api/v1/customers/merge', summary: 'Make two customers one', tag, permission: 'customers.merge', body: mergeBody, reply: mergedShape },
    async ({ stores, caller, body }) => ({ customer: await merge(stores, caller, body) })),
  route({ method: 'POST', url: '/api/v1/customers/:id/part', summary: 'Part identifiers from a customer: they are somebody else', tag, permission: 'customers.merge', params: idParams, body: partBody, reply: partedShape },
    async ({ stores, caller, params, body }) => ({ customers: await part(stores, caller, { customer: params.id, ...body }) })),
  route({ method: 'POST', url: '/api/v1/customers/:id/part/preview', summary: 'Who the two customers of a parting would be; nothing is changed', tag, permission: 'customers.merge', params: idParams, body: partPreviewBody, reply: partPreviewShape },
    async ({ stores, caller, params, body }) => ({ sides: [...await rehearsePart(stores, caller, { customer: params.id, apart: body.apart })] })),
  route({ method: 'GET', url: '/api/v1/customers/:id/merges', summary: 'Merges and un-merges of a customer', tag, permission: 'customers.read', params: idParams, reply: mergesShape },
    async ({ stores, caller, params }) => ({ rows: asJson(await mergeHistory(stores, caller, params.id)) })),
  route({ method: 'POST', url: '/api/v1/identity/merges/:id/undo', summary: 'Undo a merge', tag, permission: 'customers.merge', params: idParams, body: reasonBody, reply: partedShape },
    async ({ stores, caller, params, body }) => ({ customers: await unmerge(stores, caller, { merge: params.id, reason: body.reason }) })),
  route({ method: 'GET', url: '/api/v1/identity/reviews', summary: 'Identifiers that may show several customers to be one, to be looked at', tag, permission: 'customers.merge', query: reviewsQuery, reply: reviewsShape },
    ({ stores, caller, query }) => listReviews(stores, caller, query)),
  route({ method: 'POST', url: '/api/v1/identity/reviews/:id/apart', summary: 'Close a review: its customers are different people, for good', tag, permission: 'customers.merge', params: idParams, body: nothing, reply: savedShape },
    async ({ stores, caller, params }) => { await keepApart(stores, caller, params.id); return { id: params.id }; }),
  route({ method: 'GET', url: '/api/v1/identity/limits', summary: 'Beside how many identifiers one of each kind may stand before it links nobody', tag, permission: 'settings.read', reply: limitsShape },
    async ({ stores, caller }) => ({ rows: await identityLimits(stores, caller) })),
  route({ method: 'PUT', url: '/api/v1/identity/limits', summary: 'Set such limits; who is who is drawn anew where they decide otherwise', tag, permission: 'settings.write', body: limitsBody, reply: limitsShape },
    async ({ stores, caller, body }) => ({ rows: await setIdentityLimits(stores, caller, body.limits) })),
  route({ method: 'POST', url: '/api/v1/identity/reviews/:id/close', summary: 'Close a review', tag, permission: 'customers.merge', params: idParams, body: nothing, reply: savedShape },
    async ({ stores, caller, params }) => { await dismissReview(stores, caller, params.id); return { id: params.id }; }),
];
