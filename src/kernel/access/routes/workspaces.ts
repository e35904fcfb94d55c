import { z } from 'zod';
import { route } from '../../http/route.ts';
import * as contract from '../contract.ts';
import { changeSettings, createWorkspace, workspaceById, workspacesOf } from '../workspaces.ts';
import { personOf } from './session.ts';

const tag = 'workspaces';

export const workspaceRoutes = [
  route({
    method: 'GET', url: '/api/v1/workspaces', summary: 'My workspaces', tag, permission: 'signed-in', reply: z.object({ rows: z.array(contract.myWorkspace) }),
  }, async ({ stores, caller }) => ({ rows: await workspacesOf(stores, personOf(caller)) })),
  route({
    method: 'POST', url: '/api/v1/workspaces', summary: 'Create a workspace of my own', tag, permission: 'members.write',
    body: contract.workspaceSettings, status: 201, reply: contract.workspace,
  }, ({ stores, caller, body }) => createWorkspace(stores, personOf(caller), body)),
  route({
    method: 'GET', url: '/api/v1/workspaces/current', summary: 'Settings of this workspace', tag, permission: 'signed-in', reply: contract.workspace,
  }, ({ stores, caller }) => workspaceById(stores, caller.workspaceId)),
  route({
    method: 'PATCH', url: '/api/v1/workspaces/current', summary: 'Change settings of this workspace', tag, permission: 'settings.write',
    body: contract.workspaceSettings.partial(), reply: contract.workspace,
  }, ({ stores, caller, body }) => changeSettings(stores, caller, body)),
];
