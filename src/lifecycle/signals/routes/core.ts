import { z } from 'zod';
import { type Route, route } from '../../../kernel/http/route.ts';
import { coreLogShape, coreMembersShape, idParams, newProgrammeBody, pageQuery, programmeChangeBody, programmeShape, programmesShape } from '../contract.ts';
import { addProgramme, changeProgramme, closeProgramme, listMembers, listMoves, listProgrammes } from '../programmes.ts';

const tag = 'Signals';

/** Core-user programmes: rules for coming in and staying, who is in, and who came and went. */
export const coreRoutes: readonly Route[] = [
  route({ method: 'GET', url: '/api/v1/lifecycle/core-programmes', summary: 'Core-user programmes with their rules', tag, permission: 'customers.read', reply: programmesShape },
    async ({ stores, caller }) => ({ rows: await listProgrammes(stores, caller) })),
  route({ method: 'POST', url: '/api/v1/lifecycle/core-programmes', summary: 'Set up a programme; people enter at once', tag, permission: 'lifecycle.write', body: newProgrammeBody, status: 201, reply: programmeShape },
    ({ stores, caller, body }) => addProgramme(stores, caller, body)),
  route({ method: 'PATCH', url: '/api/v1/lifecycle/core-programmes/:id', summary: 'Change name, owner or rules of a programme', tag, permission: 'lifecycle.write', params: idParams, body: programmeChangeBody, reply: programmeShape },
    ({ stores, caller, params, body }) => changeProgramme(stores, caller, params.id, body)),
  route({ method: 'DELETE', url: '/api/v1/lifecycle/core-programmes/:id', summary: 'Put a programme away; its log stays', tag, permission: 'lifecycle.write', params: idParams, status: 204, reply: z.null() },
    async ({ stores, caller, params }) => {
      await closeProgramme(stores, caller, params.id);
      return null;
    }),
  route({ method: 'GET', url: '/api/v1/lifecycle/core-programmes/:id/members', summary: 'Who is in a programme', tag, permission: 'customers.read', params: idParams, query: pageQuery, reply: coreMembersShape },
    ({ stores, caller, params, query }) => listMembers(stores, caller, params.id, query)),
  route({ method: 'GET', url: '/api/v1/lifecycle/core-programmes/:id/log', summary: 'Who entered and left a programme, newest first', tag, permission: 'customers.read', params: idParams, query: pageQuery, reply: coreLogShape },
    ({ stores, caller, params, query }) => listMoves(stores, caller, params.id, query)),
];
