import { audit } from '../audit.ts';
import { Refusal } from '../errors.ts';
import type { UserId } from '../ids.ts';
import type { Stores } from '../stores.ts';
import type { Caller } from './caller.ts';
import * as lockout from './lockout.ts';
import { checkPassword, verifyPassword } from './passwords.ts';
import { endSessions, type Place } from './sessions.ts';
import { accountOf, savePassword, userById } from './users.ts';

/** Sets a new password and ends every session of the account. The present password is asked under the lock-out of signing in; refuses `password.wrong`. */
export async function changePassword(stores: Stores, caller: Caller, userId: UserId, { current, next }: { current: string; next: string }, place: Place): Promise<void> {
  checkPassword(next);
  const { email } = await userById(stores, userId);
  await lockout.enter(stores, email, place.address);
  const account = await accountOf(stores, email);
  if (!(await verifyPassword(current, account?.passwordHash))) throw new Refusal('password.wrong', {}, 403);
  await lockout.succeed(stores, email, place.address);
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    await savePassword(tx, stores.clock.now(), userId, next);
    await endSessions(tx, userId);
    await audit(tx, stores.clock, caller, { action: 'password.change', target: userId });
  });
}
