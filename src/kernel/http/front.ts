import { resolve } from 'node:path';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance } from 'fastify';
import { Refusal } from '../errors.ts';
import type { Loop } from '../facts.ts';
import type { Stores } from '../stores.ts';
import { serveDocs } from './docs.ts';
import { guardApi } from './guard.ts';
import { serveHealth } from './health.ts';
import { serveMetrics, timeRequests } from './metrics.ts';
import { gatherContracts, serveReference } from './openapi.ts';
import { sendProblem } from './problem.ts';
import { serveWeb } from './web.ts';

export type FrontOptions = {
  /** False until start-up is over; /readyz answers 503 so long. */
  ready?: () => boolean;
  /** True once the process was told to stop. */
  stopping?: () => boolean;
  /** What lets a watcher elsewhere read /metrics; without it only this machine may. */
  metricsToken?: string | undefined;
  /** The address people use, when it is known; https there adds Strict-Transport-Security. */
  publicUrl?: string | undefined;
  /** Whose word on a caller's address is taken; this machine's alone unless told. */
  proxies?: string[];
  webDir?: string;
  docsDir?: string;
  version?: string;
};

const ROOT = resolve(import.meta.dirname, '../../..');

const SELF = "'self'";
/** Scripts from us alone. The component library writes its styles at run time, so styles may be inline. */
const POLICY = {
  defaultSrc: [SELF], scriptSrc: [SELF], scriptSrcAttr: ["'none'"], styleSrc: [SELF, "'unsafe-inline'"], imgSrc: [SELF, 'data:', 'blob:'], fontSrc: [SELF, 'data:'],
  connectSrc: [SELF], workerSrc: [SELF], objectSrc: ["'none'"], baseUri: ["'none'"], formAction: [SELF], frameAncestors: ["'none'"],
};

const isHttps = (url: string | undefined): boolean => url?.startsWith('https:') ?? false;

/** What stands before every route: headers, cookies, limits, the guard against forged requests, gathered contracts. */
export async function openFront(app: FastifyInstance, { publicUrl, version = '0.1.0' }: FrontOptions): Promise<void> {
  app.setErrorHandler(sendProblem);
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: POLICY },
    strictTransportSecurity: isHttps(publicUrl) ? { maxAge: 31_536_000 } : false,
    referrerPolicy: { policy: 'same-origin' },
    crossOriginEmbedderPolicy: false,
  });
  await app.register(cookie);
  await app.register(rateLimit, {
    global: false,
    errorResponseBuilder: (_, { ttl }) => new Refusal('rate.limited', { retryAfterSeconds: Math.ceil(ttl / 1000) }, 429),
  });
  guardApi(app);
  timeRequests(app);
  // The pattern of the address, never the address: queries hold telephones, links hold tokens.
  app.addHook('onResponse', async (request, reply) => request.log.info({ method: request.method, route: request.routeOptions.url ?? '', status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'answered'));
  await gatherContracts(app, version);
}

/** Health and figures. */
export function closeWatch(app: FastifyInstance, stores: Stores, loop: Loop, { ready = () => true, stopping = () => false, metricsToken }: FrontOptions): void {
  serveHealth(app, stores, { loop, standing: () => (stopping() ? 'stopping' : ready() ? 'ready' : 'starting') });
  serveMetrics(app, stores, { loop, token: metricsToken });
}

/** What stands after every route: health, reference, documentation and the web app. */
export async function closeFront(app: FastifyInstance, stores: Stores, loop: Loop, options: FrontOptions): Promise<void> {
  const { webDir = resolve(ROOT, 'web/dist'), docsDir = resolve(ROOT, 'docs/guide') } = options;
  closeWatch(app, stores, loop, options);
  await serveReference(app);
  serveDocs(app, docsDir);
  await serveWeb(app, webDir);
}
