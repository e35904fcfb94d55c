import { customerShape } from '../../../customers/index.ts';
import { OPS_OF, type Tree } from '../../../kernel/conditions/index.ts';
import { Refusal } from '../../../kernel/errors.ts';
import { fromCursor, toCursor } from '../../../kernel/http/cursor.ts';
import { pageOf, type Route, route } from '../../../kernel/http/route.ts';
import { type CustomerId, isUuid } from '../../../kernel/ids.ts';
import { z } from 'zod';
import { fullCatalogue } from '../catalogue.ts';
import {
  customersQueryBody, filterWordsShape, heldSizesShape, memberIdsBody, memberIdsShape, newSegmentBody, previewBody, previewShape, segmentChangeBody, segmentDetailShape, segmentListShape, segmentParams, segmentShape, segmentSizeShape,
} from '../contract.ts';
import { stripsReply } from '../../contract.ts';
import { queryCustomers } from '../customersQuery.ts';
import { heldSizes } from '../held.ts';
import { memberIds, previewTree, segmentSize } from '../members.ts';
import { changeSegment, createSegment, dropSegment, listWatched, readSegment, segmentTree } from '../segments.ts';

const tag = 'Segments';
const customersPageShape = pageOf(customerShape).extend({ sentence: z.string(), asOf: z.string(), strips: stripsReply.optional() });

export function customerAfter(cursor: string | undefined): CustomerId | null {
  if (cursor === undefined) return null;
  const [id] = fromCursor(cursor, 1);
  if (typeof id !== 'string' || !isUuid(id)) throw new Refusal('cursor.invalid', {}, 400);
  return id;
}

/** Saved filters: the same tree counts, lists and starts everything else. */
export const segmentRoutes: readonly Route[] = [
  route({ method: 'POST', url: '/api/v1/customers/query', summary: 'The customers list by a filter, a search and an order', tag: 'Customers', permission: 'customers.read', body: customersQueryBody, reply: customersPageShape },
    ({ stores, caller, body }) => queryCustomers(stores, caller, body)),

  route({ method: 'GET', url: '/api/v1/segments', summary: 'Saved filters', tag, permission: 'customers.read', reply: segmentListShape },
    async ({ stores, caller }) => ({ rows: await listWatched(stores, caller) })),

  route({ method: 'GET', url: '/api/v1/segments/held', summary: 'How many are in each saved filter as last looked at, and how they can be reached', tag, permission: 'customers.read', reply: heldSizesShape },
    async ({ stores, caller }) => ({ rows: await heldSizes(stores, caller) })),

  route({ method: 'GET', url: '/api/v1/segments/words', summary: 'Fields, operators and events a filter may name', tag, permission: 'customers.read', reply: filterWordsShape },
    async ({ stores, caller }) => {
      const { fields, events = [], segments = [], stages = [], channels = [], purposes = [] } = await fullCatalogue(stores, caller);
      return {
        fields: fields.map((field) => ({
          key: field.key, type: field.type, label: field.label, options: field.options?.map((option) => ({ ...option })), masked: field.masked ?? false, encrypted: field.encrypted ?? false,
          ops: field.masked ? [] : field.encrypted ? ['empty', 'present'] : [...OPS_OF[field.type]],
        })),
        events: [...events], segments: [...segments], stages: [...stages], channels: [...channels], purposes: [...purposes],
      };
    }),

  route({ method: 'POST', url: '/api/v1/segments', summary: 'Save a filter', tag, permission: 'lifecycle.write', body: newSegmentBody, status: 201, reply: segmentShape },
    ({ stores, caller, body }) => createSegment(stores, caller, body)),

  route({ method: 'POST', url: '/api/v1/segments/preview', summary: 'Who a filter would hold: headcount, reach, sentence and the first few', tag, permission: 'customers.read', body: previewBody, reply: previewShape },
    ({ stores, caller, body }) => previewTree(stores, caller, body.tree)),

  route({ method: 'POST', url: '/api/v1/segments/ids', summary: 'Ids of those in a filter, page by page', tag, permission: 'customers.read', body: memberIdsBody, reply: memberIdsShape },
    async ({ stores, caller, body }) => {
      const tree = body.tree ?? (await segmentTree(stores, caller, body.segmentId as string)) as Tree;
      const { ids, next } = await memberIds(stores, caller, tree, { after: customerAfter(body.cursor), limit: body.limit });
      return { ids, next: next && toCursor([next]) };
    }),

  route({ method: 'GET', url: '/api/v1/segments/:id', summary: 'A saved filter with its versions', tag, permission: 'customers.read', params: segmentParams, reply: segmentDetailShape },
    ({ stores, caller, params }) => readSegment(stores, caller, params.id)),

  route({ method: 'GET', url: '/api/v1/segments/:id/size', summary: 'How many people are in a saved filter today, and how they can be reached', tag, permission: 'customers.read', params: segmentParams, reply: segmentSizeShape },
    ({ stores, caller, params }) => segmentSize(stores, caller, params.id)),

  route({ method: 'PATCH', url: '/api/v1/segments/:id', summary: 'Change a filter; a changed tree is a new version', tag, permission: 'lifecycle.write', params: segmentParams, body: segmentChangeBody, reply: segmentShape },
    ({ stores, caller, params, body }) => changeSegment(stores, caller, params.id, body)),

  route({ method: 'DELETE', url: '/api/v1/segments/:id', summary: 'Put a filter away', tag, permission: 'lifecycle.write', params: segmentParams, status: 204, reply: z.null() },
    async ({ stores, caller, params }) => {
      await dropSegment(stores, caller, params.id);
      return null;
    }),
];
