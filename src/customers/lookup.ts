import type { CustomerId, SubjectId, WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import type { Identifier } from './core/identifiers.ts';
import { phoneReader } from './phones.ts';
import { ownersById, subjectsOf } from './queries/identity.ts';
import { itemReader } from './subjects.ts';

/** The subject of each identifier, in order, whether it is stored or not; undefined where it names nobody. Writes nothing. */
export async function subjectIds(stores: Stores, workspaceId: WorkspaceId, identifiers: readonly Identifier[]): Promise<(SubjectId | undefined)[]> {
  const read = itemReader(await stores.keys.of(workspaceId), phoneReader());
  return identifiers.map((identifier) => read([identifier]).subjects[0]?.id);
}

/** Whose each stored subject is today; subjects that are nobody's or unknown are absent. */
export const ownersOf = (stores: Stores, workspaceId: WorkspaceId, subjects: readonly SubjectId[]): Promise<Map<SubjectId, CustomerId>> =>
  stores.pg.tx(workspaceId, (tx) => ownersById(tx, workspaceId, subjects));

/** All subjects of each customer: what ClickHouse is asked by. */
export async function membersOf(stores: Stores, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<Map<CustomerId, SubjectId[]>> {
  const rows = await stores.pg.tx(workspaceId, (tx) => subjectsOf(tx, workspaceId, customers));
  return new Map([...Map.groupBy(rows, ({ customerId }) => customerId)].map(([customer, own]) => [customer, own.map(({ id }) => id)]));
}
