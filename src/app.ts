import fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import { type Identify, mount } from './kernel/http/mount.ts';
import { sendProblem } from './kernel/http/problem.ts';
import type { Route } from './kernel/http/route.ts';
import { Refusal } from './kernel/errors.ts';
import type { JobHandlers } from './kernel/jobs.ts';
import type { Stores } from './kernel/stores.ts';

/** `readiness` turns true when start-up has printed its report; /readyz follows it. */
export type AppOptions = { log: Logger; readiness: { ready: boolean } };

/** Every route of the product, module by module from the lowest floor up. */
const routes: readonly Route[] = [];

/** Work that jobs do later, module by module. */
export const jobHandlers: JobHandlers = {};

const identify: Identify = async () => undefined;

/** Builds the whole server over given stores and clock; tests build it the same way as server.ts. */
export async function buildApp(stores: Stores, { log }: AppOptions): Promise<FastifyInstance> {
  const app = fastify({ loggerInstance: log, bodyLimit: 5 * 1024 * 1024, trustProxy: 'loopback' }) as unknown as FastifyInstance;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler((request, reply) => sendProblem(new Refusal('http.404', {}, 404), request, reply));
  mount(app, stores, identify, routes);
  return app;
}
