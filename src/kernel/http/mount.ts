import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { type Caller, demand } from '../access/caller.ts';
import { Refusal } from '../errors.ts';
import type { Stores } from '../stores.ts';
import { cursorSeal } from './cursor.ts';
import { type Answer, once } from './idempotency.ts';
import { isWrite, type Route } from './route.ts';
import { strict } from './strict.ts';
import { checkText } from './text.ts';

declare module 'fastify' {
  interface FastifyContextConfig { contract?: Route['shape'] }
}

/** Finds out who asks, from a session cookie or an API key; undefined when nobody known does. */
export type Identify = (request: FastifyRequest) => Promise<Caller | undefined>;

const NO_CONTENT = 204;

function schemaOf({ shape }: Route): Record<string, unknown> {
  const { status = 200 } = shape;
  const given = { params: shape.params, querystring: shape.query, body: shape.body };
  const parts = Object.entries(given).flatMap(([part, of]) => (of ? [[part, strict(of)] as const] : []));
  const response = { [status]: status === NO_CONTENT ? z.null().describe('Done') : shape.reply };
  return { summary: shape.summary, tags: [shape.tag], ...Object.fromEntries(parts), response };
}

async function callerFor({ shape }: Route, identify: Identify, request: FastifyRequest): Promise<Caller | undefined> {
  if (shape.permission === 'public') return undefined;
  const caller = await identify(request);
  if (!caller) throw new Refusal('access.sign_in', {}, 401);
  if (shape.permission !== 'signed-in') demand(caller, shape.permission);
  return caller;
}

type Cursors = ReturnType<typeof cursorSeal>;

const placeOf = (caller: Caller, { shape }: Route): string => `${caller.workspaceId} ${shape.url}`;

const fieldsOf = (value: unknown): Record<string, unknown> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;

/** A cursor comes back signed for this list of this workspace; the handler sees what toCursor made. */
function checkCursor(cursors: Cursors, place: string, input: unknown): void {
  const fields = fieldsOf(input);
  if (fields && typeof fields.cursor === 'string') fields.cursor = cursors.check(fields.cursor, place);
}

function signNext(cursors: Cursors, place: string, reply: unknown): unknown {
  const fields = fieldsOf(reply);
  return fields && typeof fields.next === 'string' ? { ...fields, next: cursors.sign(fields.next, place) } : reply;
}

const inputOf = (stores: Stores, caller: Caller | undefined, request: FastifyRequest, reply: FastifyReply) =>
  ({ stores, caller: caller as Caller, params: request.params, query: request.query, body: request.body, request, reply });

const send = (reply: FastifyReply, { status, body }: Answer): FastifyReply =>
  status === NO_CONTENT ? reply.code(status).send() : (reply.hasHeader('content-type') ? reply : reply.type('application/json; charset=utf-8')).code(status).send(body);

function handlerOf(one: Route, stores: Stores, cursors: Cursors, callers: WeakMap<FastifyRequest, Caller>) {
  const { status = 200 } = one.shape;
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const caller = callers.get(request);
    let streamed = false;
    const work = async (): Promise<Answer> => {
      const told = await one.handle(inputOf(stores, caller, request, reply));
      // A handler that streams a file returns the reply itself.
      streamed = told === reply || reply.sent;
      if (streamed || status === NO_CONTENT) return { status, body: '', kept: !streamed };
      return { status, kept: !reply.hasHeader('content-type'), body: String(reply.code(status).serialize(caller ? signNext(cursors, placeOf(caller, one), told) : told)) };
    };
    const answer = caller && isWrite(one.shape) ? await once(stores, caller, request, work) : await work();
    return streamed ? reply : send(reply, answer);
  };
}

/** Serves routes: permission before anything of the body is looked at, Idempotency-Key around every write. */
export function mount(app: FastifyInstance, stores: Stores, identify: Identify, routes: readonly Route[]): void {
  const callers = new WeakMap<FastifyRequest, Caller>();
  const cursors = cursorSeal(stores.keys.installation('cursors'));
  for (const one of routes) {
    const { method, url, limit } = one.shape;
    app.route({
      method,
      url,
      schema: schemaOf(one),
      config: { contract: one.shape, ...(limit ? { rateLimit: { max: limit.max, timeWindow: limit.perSeconds * 1000 } } : {}) },
      preValidation: async (request) => {
        const caller = await callerFor(one, identify, request);
        checkText(request.body);
        checkText(request.query);
        checkText(request.params);
        if (!caller) return;
        callers.set(request, caller);
        for (const input of [request.query, request.body]) checkCursor(cursors, placeOf(caller, one), input);
      },
      handler: handlerOf(one, stores, cursors, callers),
    });
  }
}
