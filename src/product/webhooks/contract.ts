import { z } from 'zod';
import { MESSAGE_STATES, PAUSES, WEBHOOK_KINDS } from '../core/webhookKinds.ts';

const instant = z.iso.datetime();
const kinds = z.array(z.enum(WEBHOOK_KINDS)).min(1).max(WEBHOOK_KINDS.length);
const name = z.string().trim().min(1).max(100);
const url = z.string().trim().min(1).max(2_000);

export const webhookShape = z.object({
  id: z.uuid(), name: z.string(), url: z.string(), kinds: z.array(z.string()), state: z.enum(['on', 'paused']),
  pausedReason: z.enum(PAUSES).nullable(), pausedAt: instant.nullable(), failingSince: instant.nullable(),
  /** Until when the secret before the newest signs as well. */
  formerUntil: instant.nullable(), createdAt: instant,
  waiting: z.number().int(), delivered: z.number().int(), failed: z.number().int(), lastAt: instant.nullable(),
});
export type WebhookView = z.infer<typeof webhookShape>;

export const newWebhook = z.object({ name, url, kinds });
export type NewWebhook = z.infer<typeof newWebhook>;
export const webhookChange = z.object({ name: name.optional(), url: url.optional(), kinds: kinds.optional() });
export const madeWebhook = z.object({ webhook: webhookShape, secret: z.string() });

export const attemptShape = z.object({ number: z.number().int(), at: instant, status: z.number().int().nullable(), code: z.string().nullable(), elapsedMs: z.number().int(), answer: z.string() });
export type AttemptView = z.infer<typeof attemptShape>;
export const deliveryShape = z.object({ id: z.uuid(), kind: z.string(), at: instant, state: z.enum(MESSAGE_STATES), nextAt: instant.nullable(), body: z.string(), attempts: z.array(attemptShape) });
export type DeliveryView = z.infer<typeof deliveryShape>;
