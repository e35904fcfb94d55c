import { z } from 'zod';
import { route } from '../../http/route.ts';
import * as contract from '../contract.ts';
import { type ApiKey, createKey, keysOf, revokeKey } from '../keys.ts';
import { personOf } from './session.ts';

const tag = 'keys';
const told = (key: ApiKey) => ({ ...key, createdAt: key.createdAt.toISOString(), lastUsedAt: key.lastUsedAt?.toISOString() ?? null });

export const keyRoutes = [
  route({
    method: 'GET', url: '/api/v1/keys', summary: 'API keys of this workspace', tag, permission: 'keys.read', reply: z.object({ rows: z.array(contract.apiKey) }),
  }, async ({ stores, caller }) => ({ rows: (await keysOf(stores, caller.workspaceId)).map(told) })),
  route({
    method: 'POST', url: '/api/v1/keys', summary: 'Make an API key; its secret is shown once', tag, permission: 'keys.write', body: contract.newKey, status: 201, reply: contract.madeKey,
  }, async ({ stores, caller, body }) => {
    personOf(caller);
    const { key, secret } = await createKey(stores, caller, body);
    return { key: told(key), secret };
  }),
  route({
    method: 'DELETE', url: '/api/v1/keys/:id', summary: 'Revoke an API key', tag, permission: 'keys.write', params: z.strictObject({ id: contract.uuid }), status: 204, reply: z.null(),
  }, async ({ stores, caller, params }) => {
    await revokeKey(stores, caller, params.id);
    return null;
  }),
];
