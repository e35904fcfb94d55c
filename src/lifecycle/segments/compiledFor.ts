import type { Caller } from '../../kernel/access/caller.ts';
import { type AsOf, type Compiled, compile, type Tree } from '../../kernel/conditions/index.ts';
import type { Stores } from '../../kernel/stores.ts';
import { fieldCatalogue } from './catalogue.ts';
import { within } from './queries/members.ts';
import { momentFor, writtenOut } from './writtenOut.ts';

/** A tree compiled for the caller as of the data's own day (or a day or moment given); `prefix` as in conditions. Refuses what `check` and `writtenOut` refuse. */
export async function compiledFor(stores: Stores, caller: Caller, tree: Tree, asOf?: AsOf, prefix?: string): Promise<Compiled> {
  const [catalogue, moment, whole] = await Promise.all([fieldCatalogue(stores, caller), momentFor(stores, caller.workspaceId, asOf), writtenOut(stores, caller.workspaceId, tree)]);
  return within(caller.shops, compile(whole, catalogue, moment, prefix));
}
