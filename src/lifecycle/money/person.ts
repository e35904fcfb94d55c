import { demandSeen, ownersOf } from '../../customers/index.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import { notFound } from '../../kernel/errors.ts';
import type { CustomerId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';

/** Who an id stands for today: somebody merged is found under the survivor. Refuses `customer.not_found`, for people of other shops too. */
export async function personOf(stores: Stores, caller: Caller, id: CustomerId): Promise<CustomerId> {
  await stores.pg.tx(caller.workspaceId, (tx) => demandSeen(tx, caller, [id]));
  const subject: string = id;
  const own = (await ownersOf(stores, caller.workspaceId, [subject])).get(subject);
  if (own === undefined) throw notFound('customer', { id });
  return own;
}
