import type { FastifyRequest } from 'fastify';
import { notFound } from '../errors.ts';
import { languageOf } from '../http/problem.ts';
import { isUuid, type WorkspaceId } from '../ids.ts';
import { maybe, sql } from '../sql.ts';
import type { Stores } from '../stores.ts';
import { type Caller, systemCaller } from './caller.ts';
import { sessionTokenOf } from './cookie.ts';
import { type KeyFinder, keyFinder } from './keys.ts';
import { isLocal, isLocalToken, localToken } from './local.ts';
import { PERMISSIONS, ROLE_PERMISSIONS } from './permissions.ts';
import { holderOf } from './sessions.ts';

/** The workspace a request names by `x-workspace`; refuses `workspace.not_found` for what is no id. */
function wantedBy(request: FastifyRequest): WorkspaceId | undefined {
  const wanted = request.headers['x-workspace'];
  if (wanted === undefined) return undefined;
  if (typeof wanted !== 'string' || !isUuid(wanted)) throw notFound('workspace');
  return wanted;
}

/** The person of a session cookie, in the workspace the request names or the last used one. */
export async function callerBySession(stores: Stores, request: FastifyRequest): Promise<Caller | undefined> {
  const token = sessionTokenOf(request);
  if (!token) return undefined;
  const wanted = wantedBy(request);
  const holder = await holderOf(stores, token, wanted);
  if (!holder) return undefined;
  const { workspaceId, role, shops, language, userId, sessionId } = holder;
  if (!workspaceId || !role) {
    if (wanted) throw notFound('workspace');
    return undefined;
  }
  // Our own pages say which language they are read in; a link opened elsewhere goes by the profile.
  const spoken = request.headers['x-perennial'] === '1' && request.headers['accept-language'] ? languageOf(request) : language;
  return { workspaceId, actor: { kind: 'user', id: userId }, role, permissions: new Set(ROLE_PERMISSIONS[role]), shops: shops ?? [], language: spoken, sessionId };
}

async function byKey(finder: KeyFinder, request: FastifyRequest, secret: string): Promise<Caller | undefined> {
  const holder = await finder.find(secret);
  if (!holder) return undefined;
  const wanted = wantedBy(request);
  if (wanted && wanted !== holder.workspaceId) throw notFound('workspace');
  return { workspaceId: holder.workspaceId, actor: { kind: 'key', id: holder.id }, role: 'key', permissions: holder.scopes, shops: [], language: 'en' };
}

/** The command line on this machine acts for the installation, in the workspace it names or the first one. */
async function byLocalToken(stores: Stores, request: FastifyRequest): Promise<Caller | undefined> {
  const wanted = wantedBy(request) ?? null;
  const found = await maybe(stores.pg.global, sql<{ id: WorkspaceId }>`
    select id from workspace where ${wanted}::uuid is null or id = ${wanted} order by created_at, id limit 1`);
  if (!found) throw notFound('workspace');
  return { ...systemCaller(found.id, PERMISSIONS), actor: { kind: 'system', id: 'cli' } };
}

const bearerOf = ({ headers }: FastifyRequest): string | undefined => /^Bearer ([^\s]+)$/i.exec(headers.authorization ?? '')?.[1];

export type Identifier = { identify(request: FastifyRequest): Promise<Caller | undefined>; forgetKeys(): void };

/** Finds out who asks: the command line of this machine, a program by its key, or a person by their session. */
export function identifier(stores: Stores): Identifier {
  const finder = keyFinder(stores);
  const local = localToken(stores.files);
  return {
    forgetKeys: finder.forget,
    identify: async (request) => {
      // A header that names nobody is not helped by a cookie: a program must not act as a person by mistake.
      if (request.headers.authorization === undefined) return callerBySession(stores, request);
      const secret = bearerOf(request);
      if (secret === undefined) return undefined;
      if (isLocalToken(secret, local)) return isLocal(request.socket.remoteAddress, request.headers) ? byLocalToken(stores, request) : undefined;
      return byKey(finder, request, secret);
    },
  };
}
