import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '../errors.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

const isOwnOrigin = (request: FastifyRequest, origin: string): boolean => {
  try {
    return new URL(origin).host === request.host;
  } catch {
    return false;
  }
};

/**
 * Whether a write may come from another site's page. A browser sends the cookie by itself, but a foreign page can neither
 * set our header without asking (CORS, which we never grant) nor hide its Origin. Programs with a key carry no cookie.
 */
function checkForgery(request: FastifyRequest): void {
  if (SAFE.has(request.method) || request.headers.authorization !== undefined) return;
  const { origin } = request.headers;
  if (request.headers['x-perennial'] !== '1') throw new Refusal('request.header_missing', { header: 'x-perennial: 1' }, 403);
  if (origin !== undefined && !isOwnOrigin(request, origin)) throw new Refusal('request.foreign_origin', { origin }, 403);
}

const isApi = (url: string): boolean => url.startsWith('/api/');

/** Guards every write of the API against forged requests, and says that replies are not to be kept by caches. */
export function guardApi(app: FastifyInstance): void {
  // Only JSON and what a module declares: a foreign form can send text/plain without asking.
  app.removeContentTypeParser('text/plain');
  app.addHook('onRequest', async (request, reply) => {
    if (!isApi(request.url)) return;
    void reply.header('cache-control', 'no-store');
    checkForgery(request);
  });
}
