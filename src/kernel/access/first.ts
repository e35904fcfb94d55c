import { Refusal } from '../errors.ts';
import type { UserId, WorkspaceId } from '../ids.ts';
import { run, sql } from '../sql.ts';
import type { Stores } from '../stores.ts';
import { audit } from '../audit.ts';
import { generatePassword } from './passwords.ts';
import { anyUser, createUser } from './users.ts';
import { addMember, insertWorkspace, type WorkspaceSettings } from './workspaces.ts';

export type FirstOwner = { email: string; password?: string; name?: string; workspace: WorkspaceSettings };
/** `password` is set only when it was generated: print it once, it is kept nowhere. */
export type Founded = { workspaceId: WorkspaceId; userId: UserId; password: string | undefined };

/** Whether somebody can already sign in to this installation. */
export const hasOwner = anyUser;

/** Makes the first workspace and its owner. Refuses `access.owner_exists` on an installation that has an account. */
export async function createFirstOwner(stores: Stores, { email, password, name = '', workspace }: FirstOwner): Promise<Founded> {
  if (await anyUser(stores)) throw new Refusal('access.owner_exists', {}, 409);
  const generated = password === undefined ? generatePassword() : undefined;
  const workspaceId = await insertWorkspace(stores, workspace);
  const now = stores.clock.now();
  const userId = await stores.pg.tx(workspaceId, async (tx) => {
    const user = await createUser(tx, now, { email, name, language: workspace.language, password: password ?? generated ?? '' });
    await addMember(tx, now, { workspaceId, userId: user, role: 'owner', shops: [] });
    await run(tx, sql`update staff_user set last_workspace = ${workspaceId} where id = ${user}`);
    await audit(tx, stores.clock, { workspaceId, actor: { kind: 'system', id: 'perennial' } }, { action: 'workspace.create', target: workspaceId });
    return user;
  });
  return { workspaceId, userId, password: generated };
}
