import { z } from 'zod';
import { route } from '../../http/route.ts';
import * as contract from '../contract.ts';
import { changeMember, type Member, membersOf, removeMember } from '../members.ts';

const tag = 'members';
const byUser = z.strictObject({ userId: contract.uuid });
const told = (member: Member) => ({ ...member, joinedAt: member.joinedAt.toISOString() });

export const memberRoutes = [
  route({
    method: 'GET', url: '/api/v1/members', summary: 'People of this workspace', tag, permission: 'members.read', reply: z.object({ rows: z.array(contract.member) }),
  }, async ({ stores, caller }) => ({ rows: (await membersOf(stores, caller.workspaceId)).map(told) })),
  route({
    method: 'PATCH', url: '/api/v1/members/:userId', summary: 'Change role or shops; their sessions end', tag, permission: 'members.write',
    params: byUser, body: contract.memberChange, reply: contract.member,
  }, async ({ stores, caller, params, body }) => told(await changeMember(stores, caller, params.userId, body))),
  route({
    method: 'DELETE', url: '/api/v1/members/:userId', summary: 'Remove a person from this workspace', tag, permission: 'members.write', params: byUser, status: 204, reply: z.null(),
  }, async ({ stores, caller, params }) => {
    await removeMember(stores, caller, params.userId);
    return null;
  }),
];
