import { type Route, route } from '../../../kernel/http/route.ts';
import { z } from 'zod';
import { personaBody, personaListShape, personaShape, segmentParams } from '../contract.ts';
import { dropPersona, keepPersona, listPersonas } from '../personas.ts';

const tag = 'Segments';

/** Personas: whom a segment describes, told as a person. */
export const personaRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/personas', summary: 'Personas with the size of their segments', tag, permission: 'customers.read', reply: personaListShape },
    async ({ stores, caller }) => ({ rows: await listPersonas(stores, caller) })),
  route({ method: 'POST', url: '/api/v1/personas', summary: 'Describe the people of a segment as a persona', tag, permission: 'lifecycle.write', body: personaBody, status: 201, reply: personaShape },
    ({ stores, caller, body }) => keepPersona(stores, caller, body, null)),
  route({ method: 'PUT', url: '/api/v1/personas/:id', summary: 'Change a persona', tag, permission: 'lifecycle.write', params: segmentParams, body: personaBody, reply: personaShape },
    ({ stores, caller, params, body }) => keepPersona(stores, caller, body, params.id)),
  route({ method: 'DELETE', url: '/api/v1/personas/:id', summary: 'Remove a persona', tag, permission: 'lifecycle.write', params: segmentParams, status: 204, reply: z.null() },
    async ({ stores, caller, params }) => {
      await dropPersona(stores, caller, params.id);
      return null;
    }),
];
