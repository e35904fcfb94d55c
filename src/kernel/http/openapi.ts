import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance, FastifySchema } from 'fastify';
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod';
import './mount.ts';
import { isWrite, type Route } from './route.ts';

type Contract = Route['shape'];
type Transform = typeof jsonSchemaTransform;

const DESCRIPTION = `
Every reply that is not a success is a problem document (RFC 9457, \`application/problem+json\`) with a stable \`code\` and the
facts of the refusal; /docs/problems lists the codes and what to do about each.

Writes take an \`Idempotency-Key\`: the same key with the same request gets the first reply again for a day, with another
request it is refused. Unknown body fields are refused.

Lists come in pages: \`next\` of one page is \`cursor\` of the following; it is null on the last. Totals are exact up to 10,000.

Programs send \`Authorization: Bearer <key>\`. Browsers send the session cookie, and \`x-perennial: 1\` with every write.
\`x-workspace\` names the workspace when a person belongs to several.
`.trim();

const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'code', 'detail', 'facts'],
  properties: {
    type: { type: 'string', format: 'uri-reference', description: 'Where the code is explained' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string', description: 'Stable; act on this one' },
    detail: { type: 'string', description: "A sentence in the reader's language (Accept-Language)" },
    facts: { type: 'object', additionalProperties: true },
  },
} as const;

const IDEMPOTENCY = {
  type: 'object',
  properties: { 'idempotency-key': { type: 'string', maxLength: 200, description: 'Makes repeating this write harmless for a day' } },
} as const;

const OPEN: readonly Contract['permission'][] = ['public'];

const problemReply = { description: 'Refused', content: { 'application/problem+json': { schema: PROBLEM } } };

/** A contract as OpenAPI: zod's JSON schema, and what holds for every route. */
const transform: Transform = (input) => {
  const { schema, url } = jsonSchemaTransform(input);
  const { contract } = input.route.config ?? {};
  if (!contract) return { schema: { ...schema, hide: true } as FastifySchema, url };
  const { response, ...rest } = schema as { response?: Record<string, unknown> };
  const guarded = !OPEN.includes(contract.permission);
  return {
    url,
    schema: {
      ...rest,
      ...(guarded ? { security: [{ session: [] }, { key: [] }] } : { security: [] }),
      description: guarded && contract.permission !== 'signed-in' ? `Needs \`${contract.permission}\`.` : undefined,
      ...(isWrite(contract) && guarded ? { headers: IDEMPOTENCY } : {}),
      response: { ...response, default: problemReply },
    } as FastifySchema,
  };
};

/** Begins to gather contracts; call before any route is mounted. The documents are served by `serveReference`. */
export async function gatherContracts(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Perennial', version, description: DESCRIPTION, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          session: { type: 'apiKey', in: 'cookie', name: 'perennial_session', description: 'Set by POST /api/v1/session' },
          key: { type: 'http', scheme: 'bearer', description: 'An API key of the workspace' },
        },
      },
    },
    transform,
    // Shapes with a name stand once, and are pointed to.
    transformObject: jsonSchemaTransformObject,
  });
}

/** Serves /api/openapi.json and the readable reference at /api/reference. */
export async function serveReference(app: FastifyInstance): Promise<void> {
  app.get('/api/openapi.json', { schema: { hide: true } as FastifySchema }, async () => app.swagger());
  await app.register(swaggerUi, {
    routePrefix: '/api/reference',
    uiConfig: {
      docExpansion: 'list',
      deepLinking: true,
      // Sent to the browser as text, so it can use nothing from around it.
      requestInterceptor: (request) => Object.assign(request, { headers: { ...(request as { headers?: object }).headers, 'x-perennial': '1' } }),
    },
    theme: { title: 'Perennial API', css: [{ filename: 'plain.css', content: '.topbar { display: none }' }] },
  });
}
