import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../../kernel/errors.ts';

const SDK = resolve(import.meta.dirname, '../../../sdk');
const HOUR = 'public, max-age=3600';
const CHECK_EACH_TIME = 'no-cache';

/** What of the snippet's folder is served, and for how long it may be kept. `elsewhere`: for pages of other sites. */
const FILES = [
  { url: '/perennial.js', file: 'dist/perennial.js', type: 'text/javascript; charset=utf-8', cache: HOUR, elsewhere: true },
  { url: '/shop-demo', file: 'demo/shop.html', type: 'text/html; charset=utf-8', cache: CHECK_EACH_TIME, elsewhere: false },
  { url: '/shop-demo/shop.js', file: 'demo/shop.js', type: 'text/javascript; charset=utf-8', cache: CHECK_EACH_TIME, elsewhere: false },
  { url: '/shop-demo/shop.css', file: 'demo/shop.css', type: 'text/css; charset=utf-8', cache: CHECK_EACH_TIME, elsewhere: false },
] as const;

async function send({ file, type, cache, elsewhere }: (typeof FILES)[number], request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const bytes = await readFile(resolve(SDK, file)).catch(() => undefined);
  if (!bytes) throw new Refusal('http.404', {}, 404);
  const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`;
  void reply.type(type).header('cache-control', cache).header('etag', etag);
  if (elsewhere) void reply.header('cross-origin-resource-policy', 'cross-origin').header('access-control-allow-origin', '*');
  return request.headers['if-none-match'] === etag ? reply.code(304).send() : reply.send(bytes);
}

/** The browser snippet, and a sample shop that uses it. */
export function serveSnippet(app: FastifyInstance): void {
  for (const one of FILES) app.get(one.url, (request, reply) => send(one, request, reply));
}
