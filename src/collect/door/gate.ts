import type { FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../../kernel/errors.ts';

/** A request that does not say how long it is counts as this much. */
const UNTOLD_BYTES = 256 * 1024;
const AGAIN_SECONDS = 1;

/**
 * Lets so many bytes of requests in at once. A request beyond them is refused `rate.limited` with Retry-After before a byte of
 * its body is read, so that a burst costs patience, never memory. PostHog's browser client gives up on every 4xx: it hears 503.
 */
export function openGate(bytesMax: number): (request: FastifyRequest, reply: FastifyReply, busyStatus: 429 | 503) => void {
  let inside = 0;
  return (request, reply, busyStatus) => {
    const bytes = Number(request.headers['content-length'] ?? UNTOLD_BYTES) || 0;
    if (inside > 0 && inside + bytes > bytesMax) throw new Refusal('rate.limited', { retryAfterSeconds: AGAIN_SECONDS }, busyStatus);
    inside += bytes;
    reply.raw.once('close', () => { inside -= bytes; });
  };
}
