import { z } from 'zod';
import { fromCursor, toCursor } from '../../kernel/http/cursor.ts';
import { pageOf, type Route, route } from '../../kernel/http/route.ts';
import { MESSAGE_STATES } from '../core/webhookKinds.ts';
import * as contract from './contract.ts';
import { listDeliveries, resend, testWebhook } from './deliver.ts';
import { changeWebhook, listWebhooks, makeWebhook, pauseWebhook, removeWebhook, renewSecret, resumeWebhook } from './webhooks.ts';

const tag = 'webhooks';
const permission = 'settings.write';
const params = z.strictObject({ id: z.uuid() });
const TOTAL_MAX = 10_000;

const deliveriesQuery = z.object({ state: z.enum(MESSAGE_STATES).optional(), cursor: z.string().max(500).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) });
const beforeOf = (cursor: string | undefined): { at: string; id: string } | null => {
  const [at, id] = cursor === undefined ? [] : fromCursor(cursor, 2);
  return at === undefined ? null : { at: String(at), id: String(id) };
};

/** Webhooks: who is told what, and what became of it. */
export const webhookRoutes: readonly Route[] = [
  route({
    method: 'GET', url: '/api/v1/webhooks', summary: 'Webhooks, with how they fare', tag, permission, reply: z.object({ rows: z.array(contract.webhookShape) }),
  }, async ({ stores, caller }) => ({ rows: await listWebhooks(stores, caller) })),
  route({
    method: 'POST', url: '/api/v1/webhooks', summary: 'Subscribe an address; its secret is shown once', tag, permission, body: contract.newWebhook, status: 201, reply: contract.madeWebhook,
  }, ({ stores, caller, body }) => makeWebhook(stores, caller, body)),
  route({
    method: 'PATCH', url: '/api/v1/webhooks/:id', summary: 'Change name, address or what is told', tag, permission, params, body: contract.webhookChange, reply: contract.webhookShape,
  }, ({ stores, caller, params: { id }, body }) => changeWebhook(stores, caller, id, body as Partial<contract.NewWebhook>)),
  route({
    method: 'DELETE', url: '/api/v1/webhooks/:id', summary: 'End a subscription, with its deliveries', tag, permission, params, status: 204, reply: z.null(),
  }, async ({ stores, caller, params: { id } }) => {
    await removeWebhook(stores, caller, id);
    return null;
  }),
  route({
    method: 'POST', url: '/api/v1/webhooks/:id/pause', summary: 'Stop telling', tag, permission, params, reply: contract.webhookShape,
  }, ({ stores, caller, params: { id } }) => pauseWebhook(stores, caller, id)),
  route({
    method: 'POST', url: '/api/v1/webhooks/:id/resume', summary: 'Go on telling; what waits is tried at once', tag, permission, params, reply: contract.webhookShape,
  }, ({ stores, caller, params: { id } }) => resumeWebhook(stores, caller, id)),
  route({
    method: 'POST', url: '/api/v1/webhooks/:id/secret', summary: 'A new secret, shown once; the one before signs as well for a day', tag, permission, params, reply: contract.madeWebhook,
  }, ({ stores, caller, params: { id } }) => renewSecret(stores, caller, id)),
  route({
    method: 'POST', url: '/api/v1/webhooks/:id/test', summary: 'Send a test now, and see what comes of it', tag, permission, params, limit: { max: 30, perSeconds: 60 }, reply: contract.deliveryShape,
  }, ({ stores, caller, params: { id } }) => testWebhook(stores, caller, id)),
  route({
    method: 'GET', url: '/api/v1/webhooks/:id/deliveries', summary: 'What was told, newest first, with every attempt', tag, permission, params, query: deliveriesQuery, reply: pageOf(contract.deliveryShape),
  }, async ({ stores, caller, params: { id }, query: { state, cursor, limit } }) => {
    const { rows, more, count } = await listDeliveries(stores, caller, id, { state, before: beforeOf(cursor), limit });
    const last = rows.at(-1);
    return { rows, next: more && last ? toCursor([last.at, last.id]) : null, total: { count: Math.min(count, TOTAL_MAX), over: count > TOTAL_MAX } };
  }),
  route({
    method: 'POST', url: '/api/v1/webhooks/:id/deliveries/:delivery/resend', summary: 'Send once more, under the same id', tag, permission,
    params: z.strictObject({ id: z.uuid(), delivery: z.uuid() }), status: 202, reply: z.object({ queued: z.literal(true) }),
  }, async ({ stores, caller, params: { id, delivery } }) => {
    await resend(stores, caller, { webhookId: id, messageId: delivery });
    return { queued: true as const };
  }),
];
