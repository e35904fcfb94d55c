import { audit } from '../audit.ts';
import { notFound, Refusal } from '../errors.ts';
import { newId, NOBODY, type UserId, type WorkspaceId } from '../ids.ts';
import { many, maybe, one, run, sql, type Tx } from '../sql.ts';
import type { Stores } from '../stores.ts';
import type { Language } from '../words/types.ts';
import type { Caller } from './caller.ts';
import * as lockout from './lockout.ts';
import { checkPassword, verifyPassword } from './passwords.ts';
import type { StaffRole } from './permissions.ts';
import { openSession, type Place } from './sessions.ts';
import { digestOf, newToken, workspaceOfToken } from './tokens.ts';
import { accountOf, createUser, normalEmail } from './users.ts';
import { addMember } from './workspaces.ts';

export const INVITATION_DAYS = 7;

export type Invitation = { id: string; email: string; role: StaffRole; shops: string[]; invitedBy: UserId; createdAt: Date; expiresAt: Date };
export type Invited = { email: string; role: StaffRole; shops: readonly string[] };
/** What the holder of a link is shown before accepting. */
export type Offer = { workspace: string; email: string; role: StaffRole; expiresAt: Date };
export type Acceptance = { token: string; password: string; name: string; language: Language };

const INVITATION = sql`id, email, role, shops, invited_by as "invitedBy", created_at as "createdAt", expires_at as "expiresAt"`;

/** Who invited where no member of staff did: the command line. */

/** Invites by a link that works once, for a week. The link's token is returned here and kept nowhere. Refuses `invitation.member_already`. */
export async function invite(stores: Stores, caller: Caller, { email, role, shops }: Invited): Promise<{ invitation: Invitation; token: string }> {
  const { workspaceId } = caller;
  const address = normalEmail(email);
  const token = newToken('inv_', workspaceId);
  const now = stores.clock.now();
  const expires = new Date(now.getTime() + INVITATION_DAYS * 86_400_000);
  const invitation = await stores.pg.tx(workspaceId, async (tx) => {
    const member = await maybe(tx, sql`
      select 1 from member m join staff_user u on u.id = m.user_id where m.workspace_id = ${workspaceId} and u.email = ${address}`);
    if (member) throw new Refusal('invitation.member_already', {}, 409);
    // A second invitation replaces the first: one person, one living link.
    await run(tx, sql`delete from invitation where workspace_id = ${workspaceId} and email = ${address} and accepted_at is null`);
    const made = await one(tx, sql<Invitation>`
      insert into invitation (workspace_id, id, token_hash, email, role, shops, invited_by, created_at, expires_at)
      values (${workspaceId}, ${newId()}, ${digestOf(stores.keys, 'invitation', token)}, ${address}, ${role}, ${[...shops]}, ${caller.actor.kind === 'user' ? caller.actor.id : NOBODY}, ${now}, ${expires})
      returning ${INVITATION}`);
    await audit(tx, stores.clock, caller, { action: 'invitation.create', target: made.id, detail: { role, shops } });
    return made;
  });
  return { invitation, token };
}

/** Invitations that can still be accepted. */
export const openInvitations = ({ pg, clock }: Stores, workspaceId: WorkspaceId): Promise<Invitation[]> => pg.tx(workspaceId, (tx) => many(tx, sql<Invitation>`
  select ${INVITATION}
    from invitation
   where workspace_id = ${workspaceId} and accepted_at is null and expires_at > ${clock.now()}
   order by created_at desc, id`));

export async function withdraw(stores: Stores, caller: Caller, invitationId: string): Promise<void> {
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    const gone = await run(tx, sql`
      delete from invitation where workspace_id = ${caller.workspaceId} and id = ${invitationId} and accepted_at is null`);
    if (gone === 0) throw notFound('invitation');
    await audit(tx, stores.clock, caller, { action: 'invitation.withdraw', target: invitationId });
  });
}

/** One reply for a token that is wrong, used, withdrawn or too old. */
const spent = (): Refusal => new Refusal('invitation.invalid', {}, 404);

async function livingInvitation(tx: Tx, stores: Stores, workspaceId: WorkspaceId, token: string): Promise<Invitation> {
  const found = await maybe(tx, sql<Invitation>`
    select ${INVITATION}
      from invitation
     where workspace_id = ${workspaceId}
       and token_hash = ${digestOf(stores.keys, 'invitation', token)}
       and accepted_at is null
       and expires_at > ${stores.clock.now()}
       for update`);
  if (!found) throw spent();
  return found;
}

function workspaceIn(token: string): WorkspaceId {
  const workspaceId = workspaceOfToken('inv_', token);
  if (!workspaceId) throw spent();
  return workspaceId;
}

/** What a link offers. Refuses `invitation.invalid` (404) for any link that cannot be accepted. */
export async function readOffer(stores: Stores, token: string): Promise<Offer> {
  const workspaceId = workspaceIn(token);
  return stores.pg.tx(workspaceId, async (tx) => {
    const { email, role, expiresAt } = await livingInvitation(tx, stores, workspaceId, token);
    const { name } = await one(tx, sql<{ name: string }>`select name from workspace where id = ${workspaceId}`, 'workspace');
    return { workspace: name, email, role, expiresAt };
  });
}

/** The account of an invited address: an existing one must give its own password, under the same lock-out as signing in. */
async function existingAccount(stores: Stores, email: string, password: string, place: Place): Promise<UserId | undefined> {
  const account = await accountOf(stores, email);
  if (!account) return undefined;
  await lockout.enter(stores, email, place.address);
  if (!(await verifyPassword(password, account.passwordHash))) throw new Refusal('session.refused', {}, 401);
  await lockout.succeed(stores, email, place.address);
  return account.id;
}

/** Accepts once: makes the account where there is none, the membership, and a session. Refuses `invitation.invalid`, `session.refused`, `password.too_short`. */
export async function accept(stores: Stores, { token, password, name, language }: Acceptance, place: Place): Promise<{ session: string; workspaceId: WorkspaceId }> {
  const workspaceId = workspaceIn(token);
  const { email } = await readOffer(stores, token);
  const known = await existingAccount(stores, email, password, place);
  if (!known) checkPassword(password);
  const now = stores.clock.now();
  const userId = await stores.pg.tx(workspaceId, async (tx) => {
    const { id, role, shops } = await livingInvitation(tx, stores, workspaceId, token);
    const user = known ?? (await createUser(tx, now, { email, name, language, password }));
    await addMember(tx, now, { workspaceId, userId: user, role, shops });
    await run(tx, sql`update invitation set accepted_at = ${now} where workspace_id = ${workspaceId} and id = ${id}`);
    await run(tx, sql`update staff_user set last_workspace = ${workspaceId} where id = ${user}`);
    await audit(tx, stores.clock, { workspaceId, actor: { kind: 'user', id: user } }, { action: 'invitation.accept', target: id, detail: { role } });
    return user;
  });
  return { session: await openSession(stores, userId, place), workspaceId };
}
