import type { CustomerId, SubjectId, WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { type Identifier, IDENTIFIER_KINDS, isIdentifierKind, readIdentifier } from './core/identifiers.ts';
import { phoneReader } from './phones.ts';
import { countCreated, idsOfMoreOrders } from './queries/customers.ts';
import { erasedAmong } from './queries/erasure.ts';
import { ownersById, subjectsOf } from './queries/identity.ts';
import { scopesOf } from './queries/list.ts';
import { itemReader, subjectIdOf } from './subjects.ts';

/** The subject of each identifier, in order, whether it is stored or not; undefined where it names nobody, or somebody who was erased. Writes nothing. */
export async function subjectIds(stores: Stores, workspaceId: WorkspaceId, identifiers: readonly Identifier[]): Promise<(SubjectId | undefined)[]> {
  const read = itemReader(await stores.keys.of(workspaceId), phoneReader());
  const ids = identifiers.map((identifier) => read([identifier]).subjects[0]?.id);
  const erased = await stores.pg.tx(workspaceId, (tx) => erasedAmong(tx, workspaceId, ids.flatMap((id) => id ?? [])));
  return erased.size === 0 ? ids : ids.map((id) => (id && erased.has(id) ? undefined : id));
}

/** Whose each stored subject is today; subjects that are nobody's or unknown are absent. */
export const ownersOf = (stores: Stores, workspaceId: WorkspaceId, subjects: readonly SubjectId[]): Promise<Map<SubjectId, CustomerId>> =>
  stores.pg.tx(workspaceId, (tx) => ownersById(tx, workspaceId, subjects));

/** How many of some customers were made since an instant. */
export const createdSince = (stores: Stores, workspaceId: WorkspaceId, customers: readonly CustomerId[], since: Date): Promise<number> =>
  stores.pg.tx(workspaceId, (tx) => countCreated(tx, workspaceId, [...new Set(customers)], since));

/** On whose record more orders stand than so many. */
export const ofMoreOrders = async (stores: Stores, workspaceId: WorkspaceId, than: number): Promise<Set<CustomerId>> =>
  new Set(await stores.pg.tx(workspaceId, (tx) => idsOfMoreOrders(tx, workspaceId, than)));

/** All subjects of each customer: what ClickHouse is asked by. */
export async function membersOf(stores: Stores, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<Map<CustomerId, SubjectId[]>> {
  const rows = await stores.pg.tx(workspaceId, (tx) => subjectsOf(tx, workspaceId, customers));
  return new Map([...Map.groupBy(rows, ({ customerId }) => customerId)].map(([customer, own]) => [customer, own.map(({ id }) => id)]));
}

/**
 * Whom events mean by a bare text (the friend of a referral): the owner of the strongest identifier that reads so, of any
 * kind and scope there is. Texts that name nobody are absent.
 */
export async function calledBy(stores: Stores, workspaceId: WorkspaceId, texts: readonly string[]): Promise<Map<string, CustomerId>> {
  const [keys, known] = await Promise.all([stores.keys.of(workspaceId), stores.pg.tx(workspaceId, (tx) => scopesOf(tx, workspaceId))]);
  const readPhone = phoneReader();
  const scopes = IDENTIFIER_KINDS.flatMap((kind) => known.filter((one) => one.kind === kind && isIdentifierKind(one.kind)).map(({ scope }) => ({ kind, scope })));
  const named = [...new Set(texts)].flatMap((text) => scopes.flatMap((place) => {
    const read = readIdentifier({ ...place, value: text }, readPhone);
    return 'named' in read ? [{ text, subject: subjectIdOf(keys, read.named) }] : [];
  }));
  const owners = await ownersOf(stores, workspaceId, [...new Set(named.map(({ subject }) => subject))]);
  const found = new Map<string, CustomerId>();
  for (const { text, subject } of named) if (owners.has(subject) && !found.has(text)) found.set(text, owners.get(subject) as CustomerId);
  return found;
}
