import { userNames } from '../kernel/access/index.ts';
import { isUuid } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';

/** Names of people by id. Others are free text and stand for themselves; the id of a program, or of nobody any more, has no name. */
export async function namesOf(stores: Stores, ids: readonly string[]): Promise<(id: string) => string> {
  const people = ids.filter(isUuid);
  const names = people.length > 0 ? await userNames(stores, people) : new Map<string, string>();
  return (id) => names.get(id) ?? (isUuid(id) ? '' : id);
}
