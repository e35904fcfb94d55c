import type { CustomerId, WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { completenessOf } from './core/dossier.ts';
import { flushMirror } from './mirror.ts';
import { publishIn } from './publish.ts';
import { type Belonging, belongingsOf, customersOfAccount, untoldContacts } from './queries/accounts.ts';

const distinct = (all: readonly string[]): string[] | null => {
  const values = [...new Set(all)].filter((one) => one !== '').sort();
  return values.length > 0 ? values : null;
};

/** What a filter may ask of somebody by the companies they are a contact of; the greater figure where there are several. */
const valuesOf = (mine: readonly Belonging[]) => ({
  account_industry: distinct(mine.map(({ industry }) => industry)), contact_role: distinct(mine.map(({ role }) => role)),
  account_completeness: mine.length > 0 ? Math.max(...mine.map(({ sections }) => completenessOf(sections).percent)) : null,
  contact_power: mine.length > 0 ? Math.max(...mine.map(({ power }) => power)) : null,
});

/** Publishes of everybody who is or was a contact of a company what it says of them now. Call flushMirror after the commit. */
export async function publishCompany(tx: Tx, stores: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, accountId: string): Promise<void> {
  const customers = await customersOfAccount(tx, workspaceId, accountId);
  if (customers.length > 0) await publishBelongings(tx, stores, workspaceId, customers);
}

const CONTACTS_AT_ONCE = 1_000;

/**
 * Contacts from before their companies were published on them, or who became part of somebody else's record since: what filters see of them is told now,
 * some at a time. How many.
 */
export async function publishUntold(stores: Stores, workspaceId: WorkspaceId): Promise<number> {
  const told = await stores.pg.tx(workspaceId, async (tx) => {
    const customers = await untoldContacts(tx, workspaceId, CONTACTS_AT_ONCE);
    if (customers.length > 0) await publishBelongings(tx, stores, workspaceId, customers);
    return customers.length;
  });
  if (told > 0) await flushMirror(stores, workspaceId);
  return told;
}

async function publishBelongings(tx: Tx, stores: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<void> {
  const all = Map.groupBy(await belongingsOf(tx, workspaceId, customers), ({ customer }) => customer);
  await publishIn(tx, stores, workspaceId, customers.map((customer) => ({ customer, values: valuesOf(all.get(customer) ?? []) })));
}
