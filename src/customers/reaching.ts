import { announceAll } from '../kernel/facts.ts';
import { type CustomerId, newId, type SubjectId, type WorkspaceId } from '../kernel/ids.ts';
import type { WorkspaceKeys } from '../kernel/seal.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { byStrength, type IdentifierKind } from './core/identifiers.ts';
import type { FieldValue } from './core/fold.ts';
import type { ConsentChannel } from './core/reach.ts';
import { owe } from './mirror.ts';
import { blobContext } from './newcomers.ts';
import { insertConsents } from './queries/customers.ts';
import { lockIdentity, ownersById } from './queries/identity.ts';
import { peopleById, sealedIdentifiers } from './queries/people.ts';
import { type ConsentWord, newestConsents } from './queries/reaching.ts';
import { refold } from './refold.ts';
import { readingVault } from './vault.ts';

/** An identifier of a customer in clear, to write to; `subject` is its keyed digest. */
export type Address = { owner: CustomerId; subject: SubjectId; kind: IdentifierKind; scope: string; value: string };

/**
 * Addresses of customers in clear, for whoever writes to them and nobody else: of these kinds, in a fixed order. Those so many share that they
 * name nobody are left out, unless `shared`.
 */
export async function addressesIn(tx: Tx, keys: WorkspaceKeys, workspaceId: WorkspaceId, owners: readonly CustomerId[], kinds: ReadonlySet<IdentifierKind>, { shared = false } = {}): Promise<Address[]> {
  const rows = (await sealedIdentifiers(tx, workspaceId, owners, { receivers: false })).filter(({ kind, over }) => kinds.has(kind) && (shared || !over));
  const vault = readingVault(tx, keys, workspaceId);
  await vault.know(rows.map(({ sealed }) => sealed));
  return rows.map(({ owner, id, kind, scope, sealed, sealedIn, sealedAt }): Address =>
    ({ owner, subject: id, kind, scope, value: (JSON.parse(vault.open(sealed, blobContext(workspaceId, sealedIn))) as string[])[sealedAt] ?? '' })).sort(byStrength);
}

/** Whose each of these ids is today, inside a transaction. */
export const ownersIn = (tx: Tx, workspaceId: WorkspaceId, ids: readonly string[]): Promise<Map<string, CustomerId>> => ownersById(tx, workspaceId, ids);

export const consentsIn = (tx: Tx, workspaceId: WorkspaceId, owners: readonly CustomerId[]): Promise<ConsentWord[]> => newestConsents(tx, workspaceId, owners);

/** What is known of customers by name: fields said and published, tags. */
export type KnownPerson = { id: CustomerId; name: string; stage: string | null; values: Readonly<Record<string, FieldValue>>; tags: readonly string[] };
export const knownIn = async (tx: Tx, workspaceId: WorkspaceId, owners: readonly CustomerId[]): Promise<KnownPerson[]> =>
  (await peopleById(tx, workspaceId, owners)).map(({ id, name, stage, fields, published, tags, ...row }) => ({
    id, name, stage, tags, values: { ...fields, ...published, order_count: row.orderCount ?? 0, b2b: row.b2b ?? false, ...given({ stage, stage_since: row.stageSince, rfm: row.rfm, first_on: row.firstOn, last_on: row.lastOn }) },
  }));

const given = (values: Readonly<Record<string, string | null>>): Record<string, string> => Object.fromEntries(Object.entries(values).filter((one): one is [string, string] => one[1] !== null));

/** A word on consent that came by a message or a page: whose, on which channels, for what, and where it can be seen. */
export type ConsentSaid = { customer: CustomerId; channels: readonly ConsentChannel[]; purpose: string; state: 'given' | 'withdrawn'; source: string; proof: string; at: Date };

/**
 * Writes consents that people gave or withdrew themselves, inside the caller's transaction; saying it twice is once. Call flushMirror after the
 * commit. Announces `consent.changed` of each.
 */
export async function sayConsentsIn(tx: Tx, stores: Pick<Stores, 'clock'>, workspaceId: WorkspaceId, said: readonly ConsentSaid[]): Promise<void> {
  if (said.length === 0) return;
  await lockIdentity(tx, workspaceId);
  const owners = await ownersById(tx, workspaceId, said.map(({ customer }) => customer));
  const known = said.flatMap((one) => { const owner = owners.get(one.customer); return owner ? [{ ...one, owner }] : []; });
  await insertConsents(tx, workspaceId, known.flatMap(({ owner, channels, purpose, state, source, proof, at }) => channels.map((channel) => ({ id: newId(), customerId: owner, channel, purpose, state, source, proof, at }))));
  const customers = [...new Set(known.map(({ owner }) => owner))];
  await refold(tx, workspaceId, customers);
  await owe(tx, stores, workspaceId, { customers });
  await announceAll(tx, stores.clock, workspaceId, 'consent.changed', known.map(({ owner, channels, state }) => ({ customer: owner, channels: channels.map((channel) => ({ channel, state })) })));
}
