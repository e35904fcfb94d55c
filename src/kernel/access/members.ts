import { audit } from '../audit.ts';
import { notFound, Refusal } from '../errors.ts';
import type { UserId, WorkspaceId } from '../ids.ts';
import { many, maybe, one, run, sql, type Tx } from '../sql.ts';
import type { Stores } from '../stores.ts';
import type { Caller } from './caller.ts';
import type { StaffRole } from './permissions.ts';
import { endSessions } from './sessions.ts';

/** A person's place in one workspace. `shops` empty means every shop. */
export type Member = { userId: UserId; email: string; name: string; role: StaffRole; shops: string[]; joinedAt: Date };
export type MemberChange = { role?: StaffRole; shops?: readonly string[] };

const MEMBER = sql`m.user_id as "userId", u.email, u.name, m.role, m.shops, m.joined_at as "joinedAt"`;

export const membersOf = ({ pg }: Stores, workspaceId: WorkspaceId): Promise<Member[]> => pg.tx(workspaceId, (tx) => many(tx, sql<Member>`
  select ${MEMBER}
    from member m
    join staff_user u on u.id = m.user_id
   where m.workspace_id = ${workspaceId}
   order by m.joined_at, m.user_id`));

async function lockMember(tx: Tx, workspaceId: WorkspaceId, userId: UserId): Promise<Member> {
  // Owners are locked in one order, so that two of them cannot each remove the other.
  await run(tx, sql`select 1 from member where workspace_id = ${workspaceId} and role = 'owner' order by user_id for update`);
  const member = await maybe(tx, sql<Member>`
    select ${MEMBER}
      from member m
      join staff_user u on u.id = m.user_id
     where m.workspace_id = ${workspaceId} and m.user_id = ${userId}
       for update of m`);
  if (!member) throw notFound('member');
  return member;
}

async function keepAnOwner(tx: Tx, workspaceId: WorkspaceId, leaving: Member): Promise<void> {
  if (leaving.role !== 'owner') return;
  const { others } = await one(tx, sql<{ others: number }>`
    select count(*) as others from member where workspace_id = ${workspaceId} and role = 'owner' and user_id <> ${leaving.userId}`);
  if (others === 0) throw new Refusal('member.last_owner', {}, 409);
}

/** Changes role or shops and ends that person's sessions at once. Refuses `member.not_found` and `member.last_owner`. */
export async function changeMember(stores: Stores, caller: Caller, userId: UserId, change: MemberChange): Promise<Member> {
  const { workspaceId } = caller;
  return stores.pg.tx(workspaceId, async (tx) => {
    const before = await lockMember(tx, workspaceId, userId);
    const after = { ...before, role: change.role ?? before.role, shops: [...(change.shops ?? before.shops)] };
    if (after.role !== 'owner') await keepAnOwner(tx, workspaceId, before);
    await run(tx, sql`
      update member set role = ${after.role}, shops = ${after.shops} where workspace_id = ${workspaceId} and user_id = ${userId}`);
    await endSessions(tx, userId);
    await audit(tx, stores.clock, caller, { action: 'member.change', target: userId, detail: { from: { role: before.role, shops: before.shops }, to: { role: after.role, shops: after.shops } } });
    return after;
  });
}

/** Takes a person out of the workspace and ends their sessions at once. Refuses `member.not_found` and `member.last_owner`. */
export async function removeMember(stores: Stores, caller: Caller, userId: UserId): Promise<void> {
  const { workspaceId } = caller;
  await stores.pg.tx(workspaceId, async (tx) => {
    const member = await lockMember(tx, workspaceId, userId);
    await keepAnOwner(tx, workspaceId, member);
    await run(tx, sql`delete from member where workspace_id = ${workspaceId} and user_id = ${userId}`);
    await endSessions(tx, userId);
    await audit(tx, stores.clock, caller, { action: 'member.remove', target: userId, detail: { role: member.role } });
  });
}
