import type { Fact } from '../kernel/facts.ts';
import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { flushMirror } from './mirror.ts';
import { publishIn } from './publish.ts';
import { ownerNamed } from './tell.ts';
import type { Caller } from '../kernel/access/caller.ts';
import { insertRelations, noteTraits, referredCounts, traitRows, type TraitRow } from './queries/traits.ts';
import { ownersById } from './queries/identity.ts';
import { concerned, customersIn } from './recorded.ts';
import { peopleById } from './queries/people.ts';
import { registeredTraits, type TraitDeclaration } from './registry.ts';

const ROWS_PER_STATEMENT = 10_000;

async function refreshTrait(stores: Stores, workspaceId: WorkspaceId, trait: TraitDeclaration, customers: readonly CustomerId[] | 'all'): Promise<number> {
  const found = [...(await trait.compute(stores, workspaceId, customers))].map(([customer, value]) => ({ customer, value }));
  let count = 0;
  for (let at = 0; at < found.length; at += ROWS_PER_STATEMENT) {
    const said = found.slice(at, at + ROWS_PER_STATEMENT);
    count += await stores.pg.tx(workspaceId, async (tx) => {
      const changed = await noteTraits(tx, workspaceId, trait.key, said, stores.clock.now());
      // Also the unchanged are published: what was looked at again is fresh again.
      await publishIn(tx, stores, workspaceId, said.map(({ customer, value }) => ({ customer, values: { [trait.key]: value } })));
      return changed.length;
    });
  }
  return count;
}

/** Computes traits anew for customers; old values stay in the history. How many values changed. */
export async function refreshTraits(stores: Stores, workspaceId: WorkspaceId, keys: readonly string[] | 'all', customers: readonly CustomerId[] | 'all'): Promise<number> {
  let count = 0;
  for (const trait of registeredTraits().values()) {
    if (keys === 'all' || keys.includes(trait.key)) count += await refreshTrait(stores, workspaceId, trait, customers);
  }
  await flushMirror(stores, workspaceId);
  return count;
}

/** Computes all traits of one customer anew. Refuses `customer.not_found`. */
export async function refreshCustomer(stores: Stores, caller: Caller, id: string): Promise<number> {
  const owner = await stores.pg.tx(caller.workspaceId, (tx) => ownerNamed(tx, caller, id));
  return refreshTraits(stores, caller.workspaceId, 'all', [owner]);
}

/** Reaction: traits that listen to these facts are looked at again, for the customers that did what they are made of. */
export async function retrait(stores: Stores, workspaceId: WorkspaceId, facts: readonly Fact[]): Promise<void> {
  for (const { key, on, by } of registeredTraits().values()) {
    const heard = facts.filter(({ kind }) => on.includes(kind)), customers = by ? concerned(heard, by) : customersIn(heard);
    if (customers.length > 0) await refreshTraits(stores, workspaceId, [key], customers);
  }
}

/** The values a customer's computed traits have had, newest first. Refuses `customer.not_found`. */
export const traitHistory = (stores: Stores, caller: Caller, id: string, key?: string): Promise<TraitRow[]> =>
  stores.pg.tx(caller.workspaceId, async (tx) => traitRows(tx, caller.workspaceId, await ownerNamed(tx, caller, id), key));

export type Relation = { kind: 'referrer' | 'household' | 'group'; from: CustomerId; to: CustomerId };

/** Records who brought whom and who belongs together, and publishes what filters ask: referred_count, referrer, household, group. */
export async function relate(stores: Stores, workspaceId: WorkspaceId, relations: readonly Relation[]): Promise<void> {
  const given = relations.filter(({ from, to }) => from !== to);
  if (given.length === 0) return;
  await stores.pg.tx(workspaceId, async (tx) => {
    await insertRelations(tx, workspaceId, given, stores.clock.now());
    const owners = await ownersById(tx, workspaceId, given.flatMap(({ from, to }) => [from, to]));
    const ownerOf = (id: string): CustomerId => owners.get(id) ?? id;
    const names = new Map((await peopleById(tx, workspaceId, [...new Set(owners.values())])).map(({ id, name }) => [id, name]));
    const counts = await referredCounts(tx, workspaceId, [...new Set(given.filter(({ kind }) => kind === 'referrer').map(({ from }) => ownerOf(from)))]);
    await publishIn(tx, stores, workspaceId, [
      ...counts.map(({ owner, count }) => ({ customer: owner, values: { referred_count: count } })),
      ...given.map(({ kind, from, to }) => ({ customer: ownerOf(to), values: { [kind]: names.get(ownerOf(from)) || ownerOf(from) } })),
    ]);
  });
  await flushMirror(stores, workspaceId);
}
