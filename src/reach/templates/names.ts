import { userNames } from '../../kernel/access/index.ts';
import { isUuid } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';

export type Names = (actor: string) => string;

/** Names of people; a program is called by its kind. */
export async function namesOf(stores: Stores, actors: readonly string[]): Promise<Names> {
  const names = await userNames(stores, actors.filter(isUuid));
  return (actor) => names.get(actor) ?? (isUuid(actor) ? '' : actor);
}
