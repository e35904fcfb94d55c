import { type Route, route } from '../../kernel/http/route.ts';
import { bearBody, changedShape, fieldBody, fieldChange, fieldShape, fieldsShape, idParams, keyParams, nothing, savedShape, tagBody, tagChange, tagShape, tagsShape, tagVersionsShape } from '../contract.ts';
import { addField, changeField, dropField, fieldsOf } from '../fields.ts';
import { asJson } from '../json.ts';
import { addTag, bearTag, changeTag, dropTag, refreshTags, tagTree, tagVersions } from '../tags.ts';
import { z } from 'zod';

const keyReply = z.object({ key: z.string() });

export const fieldRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/fields', summary: 'Fields of the customer record', tag: 'Fields', permission: 'customers.read', reply: fieldsShape },
    async ({ stores, caller }) => ({ rows: (await fieldsOf(stores, caller.workspaceId)).map((field) => ({ ...field, options: [...field.options] })) })),
  route({ method: 'POST', url: '/api/v1/fields', summary: 'Add a field', tag: 'Fields', permission: 'settings.write', status: 201, body: fieldBody, reply: fieldShape },
    async ({ stores, caller, body }) => { const field = await addField(stores, caller.workspaceId, body); return { ...field, options: [...field.options] }; }),
  route({ method: 'PATCH', url: '/api/v1/fields/:key', summary: 'Change an own field', tag: 'Fields', permission: 'settings.write', params: keyParams, body: fieldChange, reply: fieldShape },
    async ({ stores, caller, params, body }) => { const field = await changeField(stores, caller.workspaceId, params.key, body); return { ...field, options: [...field.options] }; }),
  route({ method: 'DELETE', url: '/api/v1/fields/:key', summary: 'Hide an own field', tag: 'Fields', permission: 'settings.write', params: keyParams, reply: keyReply },
    async ({ stores, caller, params }) => { await dropField(stores, caller.workspaceId, params.key); return { key: params.key }; }),
];

export const tagRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/tags', summary: 'The tree of tags with how many bear each', tag: 'Tags', permission: 'customers.read', reply: tagsShape },
    async ({ stores, caller }) => ({ rows: asJson(await tagTree(stores, caller.workspaceId)) })),
  route({ method: 'POST', url: '/api/v1/tags', summary: 'Make a tag', tag: 'Tags', permission: 'customers.write', status: 201, body: tagBody, reply: tagShape },
    async ({ stores, caller, body }) => asJson(await addTag(stores, caller, body))),
  route({ method: 'PATCH', url: '/api/v1/tags/:id', summary: 'Change a tag; a new rule is a new version', tag: 'Tags', permission: 'customers.write', params: idParams, body: tagChange, reply: tagShape },
    async ({ stores, caller, params, body }) => asJson(await changeTag(stores, caller, params.id, body))),
  route({ method: 'GET', url: '/api/v1/tags/:id/versions', summary: 'What the rule of a tag was, version by version', tag: 'Tags', permission: 'customers.read', params: idParams, reply: tagVersionsShape },
    async ({ stores, caller, params }) => ({ rows: asJson(await tagVersions(stores, caller, params.id)) })),
  route({ method: 'DELETE', url: '/api/v1/tags/:id', summary: 'Retire a tag', tag: 'Tags', permission: 'customers.write', params: idParams, reply: savedShape },
    async ({ stores, caller, params }) => { await dropTag(stores, caller, params.id); return { id: params.id }; }),
  route({ method: 'POST', url: '/api/v1/tags/:id/members', summary: 'Give a tag to customers and take it from others', tag: 'Tags', permission: 'customers.write', params: idParams, body: bearBody, reply: changedShape },
    async ({ stores, caller, params, body }) => ({ changed: await bearTag(stores, caller, { tag: params.id, ...body }) })),
  route({ method: 'POST', url: '/api/v1/tags/:id/refresh', summary: 'Compute a tag anew', tag: 'Tags', permission: 'customers.write', params: idParams, body: nothing, reply: changedShape },
    async ({ stores, caller, params }) => ({ changed: await refreshTags(stores, caller.workspaceId, [params.id]) })),
];
