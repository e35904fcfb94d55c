import { audit } from '../audit.ts';
import { Refusal } from '../errors.ts';
import { newId, type UserId, type WorkspaceId } from '../ids.ts';
import { many, maybe, run, sql, type Tx } from '../sql.ts';
import type { Stores } from '../stores.ts';
import type { Language } from '../words/types.ts';
import * as lockout from './lockout.ts';
import { verifyPassword } from './passwords.ts';
import type { StaffRole } from './permissions.ts';
import { digestOf, newSecret } from './tokens.ts';
import { accountOf, normalEmail } from './users.ts';

/** A session lives this long after it was last used. */
export const SESSION_DAYS = 14;
const SESSION_MS = SESSION_DAYS * 86_400_000;
/** How stale "last seen" may get; one write an hour instead of one a request. */
const SEEN_EVERY_MS = 3_600_000;

/** Where a request came from, shown in the list of sessions. */
export type Place = { address: string; agent: string };
/** What a valid session says of its holder; `workspaceId` is null when they do not belong to the workspace asked for. */
export type SessionHolder = { sessionId: string; userId: UserId; seenAt: Date; language: Language; workspaceId: WorkspaceId | null; role: StaffRole | null; shops: string[] | null };
export type SessionRow = { id: string; address: string; agent: string; createdAt: Date; seenAt: Date };

/** Opens a session; the token is the only copy there will ever be. */
export async function openSession({ pg, clock, keys }: Stores, userId: UserId, { address, agent }: Place): Promise<string> {
  const token = newSecret();
  const now = clock.now();
  await run(pg.global, sql`delete from session where user_id = ${userId} and expires_at <= ${now}`);
  await run(pg.global, sql`
    insert into session (id, token_hash, user_id, address, agent, created_at, seen_at, expires_at)
    values (${newId()}, ${digestOf(keys, 'session', token)}, ${userId}, ${address}, ${agent.slice(0, 200)}, ${now}, ${now}, ${new Date(now.getTime() + SESSION_MS)})`);
  return token;
}

/**
 * Signs in by e-mail and password. One reply for a wrong password, an unknown account and an account without a workspace:
 * `session.refused` (401), after equal work. Refuses `session.locked` (429) after too many failures.
 */
export async function signIn(stores: Stores, email: string, password: string, place: Place): Promise<{ token: string; userId: UserId }> {
  const address = normalEmail(email);
  await lockout.enter(stores, address, place.address);
  const account = await accountOf(stores, address);
  const right = await verifyPassword(password, account?.passwordHash);
  if (!account || !right || account.workspaces === 0) throw new Refusal('session.refused', {}, 401);
  await lockout.succeed(stores, address, place.address);
  const token = await openSession(stores, account.id, place);
  await noteSignIn(stores, token);
  return { token, userId: account.id };
}

/** A line in the audit log of the workspace the person lands in. */
async function noteSignIn(stores: Stores, token: string): Promise<void> {
  const { workspaceId, userId } = (await holderOf(stores, token)) ?? {};
  if (!workspaceId || !userId) return;
  await stores.pg.tx(workspaceId, (tx) => audit(tx, stores.clock, { workspaceId, actor: { kind: 'user', id: userId } }, { action: 'session.open', target: userId }));
}

/** Who holds this token, and what they are in the workspace asked for (else the last used). Read from Postgres each time, so that a killed session ends at once. */
export async function holderOf({ pg, clock, keys }: Stores, token: string, wanted?: WorkspaceId): Promise<SessionHolder | undefined> {
  const now = clock.now();
  const holder = await maybe(pg.global, sql<SessionHolder>`
    select session_id as "sessionId", user_id as "userId", seen_at as "seenAt", language, workspace_id as "workspaceId", role, shops
      from caller_of_session(${digestOf(keys, 'session', token)}, ${now}, ${wanted ?? null})`);
  if (holder && now.getTime() - holder.seenAt.getTime() > SEEN_EVERY_MS) {
    await run(pg.global, sql`
      update session set seen_at = ${now}, expires_at = ${new Date(now.getTime() + SESSION_MS)} where id = ${holder.sessionId}`);
  }
  return holder;
}

export const sessionsOf = async ({ pg, clock }: Stores, userId: UserId): Promise<SessionRow[]> => many(pg.global, sql<SessionRow>`
  select id, address, agent, created_at as "createdAt", seen_at as "seenAt"
    from session
   where user_id = ${userId} and expires_at > ${clock.now()}
   order by seen_at desc, id`);

/** Ends one session of this person; how many there were (0 or 1). */
export const endSession = ({ pg }: Stores, userId: UserId, sessionId: string): Promise<number> =>
  run(pg.global, sql`delete from session where user_id = ${userId} and id = ${sessionId}`);

/** Ends every session of a person: after a change of password or role, and on "sign out everywhere". */
export const endSessions = (tx: Tx, userId: UserId): Promise<number> => run(tx, sql`delete from session where user_id = ${userId}`);
