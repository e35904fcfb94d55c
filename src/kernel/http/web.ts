import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Refusal } from '../errors.ts';
import { sendProblem } from './problem.ts';

const FOREVER = 'public, max-age=31536000, immutable';
const CHECK_EACH_TIME = 'no-cache';
const NOT_PAGES = /^\/(?:api|v1|docs|assets|healthz|readyz|metrics)(?:\/|$|\?)/;

/** A navigation of a browser to a page of the app; a missing picture or an API path is none. */
const isPage = ({ method, url, headers }: FastifyRequest): boolean => {
  const path = url.split('?')[0] ?? '';
  const last = path.slice(path.lastIndexOf('/') + 1);
  return method === 'GET' && !NOT_PAGES.test(url) && !/\.[a-z0-9]{1,5}$/i.test(last) && (headers.accept ?? '').includes('text/html');
};

/** Serves the built web app: hashed assets for ever, the page itself checked each time, every address of the app by the one page. */
export async function serveWeb(app: FastifyInstance, webDir: string): Promise<void> {
  const built = existsSync(join(webDir, 'index.html'));
  if (built) {
    await app.register(fastifyStatic, {
      root: webDir,
      cacheControl: false,
      preCompressed: true,
      setHeaders: (reply, path) => void reply.header('cache-control', path.includes('/assets/') ? FOREVER : CHECK_EACH_TIME),
    });
  }
  app.setNotFoundHandler((request: FastifyRequest, reply: FastifyReply) => {
    if (built && isPage(request)) return reply.sendFile('index.html');
    return sendProblem(new Refusal('http.404', {}, 404), request, reply);
  });
}
