import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { notFound, Refusal } from '../../errors.ts';
import { route } from '../../http/route.ts';
import type { Stores } from '../../stores.ts';
import type { Caller } from '../caller.ts';
import * as contract from '../contract.ts';
import { clearSessionCookie, setSessionCookie } from '../cookie.ts';
import { callerBySession } from '../identify.ts';
import { changePassword } from '../password.ts';
import { endSession, endSessions, openSession, type Place, sessionsOf, signIn } from '../sessions.ts';
import { setLastWorkspace, setProfile, userById } from '../users.ts';
import { workspaceById, workspacesOf } from '../workspaces.ts';

export const placeOf = (request: FastifyRequest): Place => ({ address: request.ip, agent: String(request.headers['user-agent'] ?? '') });

/** Refuses `access.person_only` (403) where a program asks for what belongs to a person. */
export function personOf({ actor }: Caller): string {
  if (actor.kind !== 'user') throw new Refusal('access.person_only', {}, 403);
  return actor.id;
}

async function describe(stores: Stores, caller: Caller): Promise<contract.Session> {
  const person = caller.actor.kind === 'user' ? caller.actor.id : undefined;
  const workspace = await workspaceById(stores, caller.workspaceId);
  return {
    user: person ? await userById(stores, person) : null,
    role: caller.role,
    permissions: [...caller.permissions],
    shops: [...caller.shops],
    workspace,
    workspaces: person ? await workspacesOf(stores, person) : [],
  };
}

const tag = 'session';
const idParam = z.strictObject({ id: contract.uuid });

export const sessionRoutes = [
  route({
    method: 'POST', url: '/api/v1/session', summary: 'Sign in', tag, permission: 'public', limit: { max: 60, perSeconds: 60 },
    body: contract.signIn, status: 201, reply: z.object({ userId: contract.uuid }),
  }, async ({ stores, body, request, reply }) => {
    const { token, userId } = await signIn(stores, body.email, body.password, placeOf(request));
    setSessionCookie(request, reply, token);
    return { userId };
  }),
  route({
    method: 'GET', url: '/api/v1/session', summary: 'Who is signed in and what they may do', tag, permission: 'signed-in', reply: contract.session,
  }, ({ stores, caller }) => describe(stores, caller)),
  route({
    method: 'DELETE', url: '/api/v1/session', summary: 'Sign out', tag, permission: 'signed-in', status: 204, reply: z.null(),
  }, async ({ stores, caller, request, reply }) => {
    await endSession(stores, personOf(caller), caller.sessionId ?? '');
    clearSessionCookie(request, reply);
    return null;
  }),
  route({
    method: 'PATCH', url: '/api/v1/session/profile', summary: 'Change own name or language', tag, permission: 'signed-in', body: contract.profileChange, reply: contract.session,
  }, async ({ stores, caller, body }) => {
    await setProfile(stores, personOf(caller), body);
    return describe(stores, caller);
  }),
  route({
    method: 'POST', url: '/api/v1/session/password', summary: 'Change own password; every other session ends', tag, permission: 'signed-in',
    body: contract.passwordChange, status: 204, reply: z.null(),
  }, async ({ stores, caller, body, request, reply }) => {
    const userId = personOf(caller);
    await changePassword(stores, caller, userId, body, placeOf(request));
    setSessionCookie(request, reply, await openSession(stores, userId, placeOf(request)));
    return null;
  }),
  route({
    method: 'PUT', url: '/api/v1/session/workspace', summary: 'Switch to another of my workspaces', tag, permission: 'signed-in', body: contract.workspaceChoice, reply: contract.session,
  }, async ({ stores, caller, body, request }) => {
    const userId = personOf(caller);
    if (!(await workspacesOf(stores, userId)).some(({ id }) => id === body.workspaceId)) throw notFound('workspace');
    await setLastWorkspace(stores, userId, body.workspaceId);
    request.headers['x-workspace'] = body.workspaceId;
    return describe(stores, (await callerBySession(stores, request)) ?? caller);
  }),
  route({
    method: 'GET', url: '/api/v1/session/all', summary: 'My open sessions', tag, permission: 'signed-in', reply: z.object({ rows: z.array(contract.openSession) }),
  }, async ({ stores, caller }) => ({
    rows: (await sessionsOf(stores, personOf(caller))).map((row) => ({ ...row, createdAt: row.createdAt.toISOString(), seenAt: row.seenAt.toISOString(), current: row.id === caller.sessionId })),
  })),
  route({
    method: 'DELETE', url: '/api/v1/session/all', summary: 'Sign out everywhere', tag, permission: 'signed-in', status: 204, reply: z.null(),
  }, async ({ stores, caller, request, reply }) => {
    await endSessions(stores.pg.global, personOf(caller));
    clearSessionCookie(request, reply);
    return null;
  }),
  route({
    method: 'DELETE', url: '/api/v1/session/all/:id', summary: 'End one of my sessions', tag, permission: 'signed-in', params: idParam, status: 204, reply: z.null(),
  }, async ({ stores, caller, params }) => {
    if ((await endSession(stores, personOf(caller), params.id)) === 0) throw notFound('session');
    return null;
  }),
];
