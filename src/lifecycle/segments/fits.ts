import type { Caller } from '../../kernel/access/caller.ts';
import { type AsOf, check, evaluate, needsOf, peopleOf, type Person, type Tree } from '../../kernel/conditions/index.ts';
import type { CustomerId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { fieldCatalogue } from './catalogue.ts';
import { momentFor, writtenOut } from './writtenOut.ts';

const SHOPS = 'shops';
const isSeen = ({ shops }: Caller, { lists }: Person): boolean => shops.length === 0 || (lists[SHOPS] ?? []).some((shop) => shops.includes(shop));

/**
 * Which of some trees each of some customers fits, by their place among the trees: for the few something has just happened to, of whom alone it reads,
 * where a compiled tree reads everybody. As of now where the data's day is today, else its end, unless a day or moment is given. Customers who do not
 * exist are left out. Refuses what `check` and `writtenOut` refuse.
 */
export async function fitsOf(stores: Stores, caller: Caller, trees: readonly Tree[], customers: readonly CustomerId[], asOf?: AsOf): Promise<Map<CustomerId, number[]>> {
  const { workspaceId } = caller;
  const [catalogue, moment, ...whole] = await Promise.all([fieldCatalogue(stores, caller), momentFor(stores, workspaceId, asOf), ...trees.map((tree) => writtenOut(stores, workspaceId, tree))]);
  for (const tree of whole) check(tree, catalogue);
  const people = await peopleOf(stores.ch, workspaceId, customers, needsOf(...whole), moment);
  return new Map([...people].map(([id, person]) => [id, isSeen(caller, person) ? whole.flatMap((tree, at) => (evaluate(tree, person, moment) ? [at] : [])) : []]));
}
