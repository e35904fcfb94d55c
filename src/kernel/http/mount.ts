import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Caller, demand } from '../access/caller.ts';
import { Refusal } from '../errors.ts';
import type { Stores } from '../stores.ts';
import { once } from './idempotency.ts';
import type { Route } from './route.ts';

/** Finds out who asks, from a session cookie or an API key; undefined when nobody known does. */
export type Identify = (request: FastifyRequest) => Promise<Caller | undefined>;

const strict = (shape: z.ZodType): z.ZodType => (shape instanceof z.ZodObject ? shape.strict() : shape);

function schemaOf({ shape }: Route): Record<string, unknown> {
  const given = { params: shape.params, querystring: shape.query, body: shape.body };
  const parts = Object.entries(given).flatMap(([part, of]) => (of ? [[part, strict(of)] as const] : []));
  return { summary: shape.summary, tags: [shape.tag], ...Object.fromEntries(parts), response: { [shape.status ?? 200]: shape.reply } };
}

async function callerFor({ shape }: Route, identify: Identify, request: FastifyRequest): Promise<Caller | undefined> {
  if (shape.permission === 'public') return undefined;
  const caller = await identify(request);
  if (!caller) throw new Refusal('access.sign_in', {}, 401);
  if (shape.permission !== 'signed-in') demand(caller, shape.permission);
  return caller;
}

const inputOf = (stores: Stores, caller: Caller | undefined, request: FastifyRequest, reply: FastifyReply) =>
  ({ stores, caller: caller as Caller, params: request.params, query: request.query, body: request.body, request, reply });

/** Serves routes: permission before anything of the body is looked at, Idempotency-Key around every write. */
export function mount(app: FastifyInstance, stores: Stores, identify: Identify, routes: readonly Route[]): void {
  const callers = new WeakMap<FastifyRequest, Caller>();
  for (const one of routes) {
    const { method, url, status = 200 } = one.shape;
    app.route({
      method,
      url,
      schema: schemaOf(one),
      preValidation: async (request) => {
        const caller = await callerFor(one, identify, request);
        if (caller) callers.set(request, caller);
      },
      handler: async (request, reply) => {
        const caller = callers.get(request);
        const work = async () => ({ status, reply: await one.handle(inputOf(stores, caller, request, reply)) });
        const answer = method === 'GET' || !caller ? await work() : await once(stores, caller, request, work);
        // A handler that streams a file has sent its own reply.
        return reply.sent ? reply : reply.code(answer.status).send(answer.reply);
      },
    });
  }
}
