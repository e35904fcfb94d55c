import type { Caller } from '../kernel/access/caller.ts';
import type { CustomerId } from '../kernel/ids.ts';
import type { WorkspaceKeys } from '../kernel/seal.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { identifiersOf, type ShownIdentifier } from './masking.ts';
import { partIn, type PartInput } from './merge.ts';
import { peopleById } from './queries/people.ts';

/** A customer as a parting would leave them. `keepsAddress`: the id of before stays theirs. */
export type PartedSide = { id: CustomerId; name: string; keepsAddress: boolean; identifiers: ShownIdentifier[] };

/** Carries the answer out of a transaction that must not happen. */
class Rehearsed extends Error {
  readonly sides: readonly PartedSide[];
  constructor(sides: readonly PartedSide[]) {
    super('rehearsed');
    this.sides = sides;
  }
}

async function sidesOf(tx: Tx, keys: WorkspaceKeys, caller: Caller, customer: CustomerId, parted: readonly CustomerId[]): Promise<PartedSide[]> {
  const [people, identifiers] = [await peopleById(tx, caller.workspaceId, parted), await identifiersOf(tx, keys, caller.workspaceId, parted, { clear: false })];
  return parted.map((id) => ({ id, name: people.find((one) => one.id === id)?.name ?? '', keepsAddress: id === customer, identifiers: identifiers.get(id) ?? [] }));
}

/**
 * Who the two customers of a parting would be, the one that stays first: it is done for real and given up again, so nothing it
 * tells can differ from what happens. Identifiers are masked. Refuses what `part` refuses.
 */
export async function rehearsePart(stores: Stores, caller: Caller, { customer, apart }: Pick<PartInput, 'customer' | 'apart'>): Promise<readonly PartedSide[]> {
  const keys = await stores.keys.of(caller.workspaceId);
  try {
    return await stores.pg.tx(caller.workspaceId, async (tx): Promise<never> => {
      const parted = await partIn(tx, stores, caller, { customer, apart, reason: '' });
      throw new Rehearsed(await sidesOf(tx, keys, caller, customer, parted));
    });
  } catch (error) {
    if (error instanceof Rehearsed) return error.sides;
    throw error;
  }
}
