import type { Caller } from '../kernel/access/caller.ts';
import { notFound } from '../kernel/errors.ts';
import type { CustomerId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import type { FieldValue } from './core/fold.ts';
import { ownersById } from './queries/identity.ts';
import { shopsOf } from './queries/scope.ts';

/**
 * Staff of some shops see the customers those shops have dealt with, and nobody else: who belongs where is the published
 * field `shops`. A customer of two shops is one person: their figures are whole, their orders are shown by shop.
 */
export const isScoped = ({ shops }: Pick<Caller, 'shops'>): boolean => shops.length > 0;

/** Which of the customers (any id that stands for them) the caller may see, in the order given. Those of no shop belong to the whole workspace. */
export async function seenIn(tx: Tx, caller: Caller, ids: readonly string[], { homeless = false } = {}): Promise<CustomerId[]> {
  if (!isScoped(caller) || ids.length === 0) return [...ids];
  const owners = await ownersById(tx, caller.workspaceId, [...ids]);
  const seen = new Set((await shopsOf(tx, caller.workspaceId, [...new Set(owners.values())], caller.shops)).filter((one) => one.mine || (homeless && one.homeless)).map(({ id }) => id));
  return ids.filter((id) => seen.has(owners.get(id) ?? ''));
}

/** The same in a transaction of its own. */
export const seenBy = (stores: Stores, caller: Caller, ids: readonly string[]): Promise<CustomerId[]> =>
  isScoped(caller) ? stores.pg.tx(caller.workspaceId, (tx) => seenIn(tx, caller, ids)) : Promise.resolve([...ids]);

/** Refuses `customer.not_found` for somebody of another shop, as for somebody who is not there. */
export async function demandSeen(tx: Tx, caller: Caller, ids: readonly string[]): Promise<void> {
  const seen = isScoped(caller) ? new Set(await seenIn(tx, caller, ids)) : await ownersById(tx, caller.workspaceId, [...ids]);
  const hidden = ids.find((id) => !seen.has(id));
  if (hidden !== undefined) throw notFound('customer', { id: hidden });
}

/** Published values as the caller may see them: of the shops only their own. */
export const ownShops = <T extends { published: Record<string, FieldValue> }>(caller: Caller, row: T): T =>
  (isScoped(caller) && Array.isArray(row.published.shops) ? { ...row, published: { ...row.published, shops: row.published.shops.filter((shop) => caller.shops.includes(shop)) } } : row);
