import fastify, { type FastifyInstance, type FastifyServerOptions } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { type Identify, mount } from './kernel/http/mount.ts';
import { sendProblem } from './kernel/http/problem.ts';
import type { Route } from './kernel/http/route.ts';
import { Refusal } from './kernel/errors.ts';
import type { Stores } from './kernel/stores.ts';

export type AppOptions = { logger: FastifyServerOptions['logger'] };

/** Every route of the product, module by module from the lowest floor up. */
const routes: readonly Route[] = [];

const identify: Identify = async () => undefined;

/** Builds the whole server over given stores and clock; tests build it the same way as main.ts. */
export async function buildApp(stores: Stores, { logger }: AppOptions): Promise<FastifyInstance> {
  const app = fastify({ logger, bodyLimit: 5 * 1024 * 1024, trustProxy: 'loopback' });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler((request, reply) => sendProblem(new Refusal('http.404', {}, 404), request, reply));
  mount(app, stores, identify, routes);
  return app;
}
