import fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { collectJobs, collectRoutes, openCollect, registerCollect } from './collect/index.ts';
import { customersRoutes } from './customers/index.ts';
import { insightRoutes } from './insight/index.ts';
import { accessRoutes, identifier } from './kernel/access/index.ts';
import { closeFront, type FrontOptions, openFront } from './kernel/http/front.ts';
import { mount } from './kernel/http/mount.ts';
import type { Route } from './kernel/http/route.ts';
import type { JobHandlers } from './kernel/jobs.ts';
import type { Stores } from './kernel/stores.ts';

/** `readiness` turns true when start-up has printed its report; /readyz follows it. */
export type AppOptions = { log: Logger; readiness: { ready: boolean }; front?: FrontOptions };

/** Every route of the product, module by module from the lowest floor up. */
export const routes: readonly Route[] = [...accessRoutes, ...customersRoutes, ...collectRoutes, ...insightRoutes];

/** Work that jobs do later, module by module. */
export const jobHandlers: JobHandlers = { ...collectJobs };

registerCollect();

/** Builds the whole server over given stores and clock; tests build it the same way as server.ts. */
export async function buildApp(stores: Stores, { log, readiness, front = {} }: AppOptions): Promise<FastifyInstance> {
  const app = fastify({ loggerInstance: log, bodyLimit: 5 * 1024 * 1024, trustProxy: 'loopback' }) as unknown as FastifyInstance;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  const options: FrontOptions = { ready: () => readiness.ready, ...front };
  await openFront(app, options);
  await openCollect(app, stores);
  mount(app, stores, identifier(stores).identify, routes);
  await closeFront(app, stores, options);
  return app;
}
