import type { CustomerId, SubjectId, WorkspaceId } from '../../kernel/ids.ts';
import { many, run, sql, type Tx } from '../../kernel/sql.ts';
import type { Assertion, Cut } from '../core/graph.ts';
import type { IdentifierKind } from '../core/identifiers.ts';
import { bytes, instants, plain, texts, uuids } from './arrays.ts';

/** `vouched`: said by somebody else than a file, too. */
export type SubjectRow = { id: SubjectId; kind: IdentifierKind; scope: string; customerId: CustomerId | null; acts: boolean; over: boolean; vouched: boolean };
export type NewSubject = SubjectRow & { sealedIn: SubjectId; sealedAt: number; sealed: Buffer | null; tail: number | null };

/** One writer of identities a workspace at a time: two would each miss the other's half of a component. */
export const lockIdentity = (tx: Tx, workspaceId: WorkspaceId): Promise<number> =>
  run(tx, sql`select pg_advisory_xact_lock(hashtextextended(${`identity:${workspaceId}`}, 0))`);

export async function subjectsById(tx: Tx, workspaceId: WorkspaceId, ids: readonly SubjectId[]): Promise<Map<SubjectId, SubjectRow>> {
  if (ids.length === 0) return new Map();
  const rows = await many(tx, sql<SubjectRow>`
    select id, kind, scope, customer_id as "customerId", acts, over_limit as over, vouched
      from subject
     where workspace_id = ${workspaceId}
       and id = any (${uuids(ids)}::uuid[])`);
  return new Map(rows.map((row) => [row.id, row]));
}

/** Assertions at any of `ids`; at those of `staffOnly` just what staff said. */
export async function assertionsAt(tx: Tx, workspaceId: WorkspaceId, ids: readonly SubjectId[], staffOnly: readonly SubjectId[]): Promise<Assertion[]> {
  return many(tx, sql<Assertion>`
    select a, b, staff from assertion where workspace_id = ${workspaceId} and a = any (${uuids(ids)}::uuid[])
    union
    select a, b, staff from assertion where workspace_id = ${workspaceId} and b = any (${uuids(ids)}::uuid[])
    union
    select a, b, staff from assertion where workspace_id = ${workspaceId} and staff and a = any (${staffOnly}::uuid[])
    union
    select a, b, staff from assertion where workspace_id = ${workspaceId} and staff and b = any (${staffOnly}::uuid[])`);
}

/** The places of those of these pairs that are already asserted, `vouched`: not by files alone. Each is looked up by itself: joined, everybody's would be read to find some thousands. */
export async function knownPairs(tx: Tx, workspaceId: WorkspaceId, pairs: readonly Assertion[], vouched: boolean): Promise<number[]> {
  if (pairs.length === 0) return [];
  const rows = await many(tx, sql<{ nth: number }>`
    select p.nth::int as nth
      from unnest(${uuids(pairs.map(({ a }) => a))}::uuid[], ${uuids(pairs.map(({ b }) => b))}::uuid[]) with ordinality as p (a, b, nth)
     cross join lateral (select vouched from assertion where workspace_id = ${workspaceId} and a = p.a and b = p.b limit 1) e
     where e.vouched or not ${vouched}`);
  return rows.map(({ nth }) => nth - 1);
}

export async function cutsAt(tx: Tx, workspaceId: WorkspaceId, ids: readonly SubjectId[]): Promise<Cut[]> {
  return many(tx, sql<Cut>`
    select a, b from cut where workspace_id = ${workspaceId} and revoked_at is null and a = any (${uuids(ids)}::uuid[])
    union
    select a, b from cut where workspace_id = ${workspaceId} and revoked_at is null and b = any (${uuids(ids)}::uuid[])`);
}

export async function insertSubjects(tx: Tx, workspaceId: WorkspaceId, subjects: readonly NewSubject[]): Promise<void> {
  const column = <K extends keyof NewSubject>(key: K): NewSubject[K][] => subjects.map((subject) => subject[key]);
  await run(tx, sql`
    insert into subject (workspace_id, id, kind, scope, customer_id, acts, over_limit, vouched, sealed_in, sealed_at, sealed, tail)
    select ${workspaceId}, s.*
      from unnest(${uuids(column('id'))}::uuid[], ${texts(column('kind'))}::text[], ${texts(column('scope'))}::text[], ${uuids(column('customerId'))}::uuid[], ${plain(column('acts'))}::boolean[],
                  ${plain(column('over'))}::boolean[], ${plain(column('vouched'))}::boolean[], ${uuids(column('sealedIn'))}::uuid[], ${plain(column('sealedAt'))}::smallint[], ${bytes(column('sealed'))}::bytea[],
                  ${plain(column('tail'))}::int[]) as s`);
  const scopes = [...new Map(subjects.map(({ kind, scope }) => [`${kind} ${scope}`, { kind, scope }])).values()];
  await run(tx, sql`
    insert into identifier_scope (workspace_id, kind, scope)
    select ${workspaceId}, s.*
      from unnest(${scopes.map(({ kind }) => kind)}::text[], ${scopes.map(({ scope }) => scope)}::text[]) as s
    on conflict do nothing`);
}

/** Adds assertions; a staff one stays staff whoever repeats it, a vouched one vouched. */
export async function insertAssertions(tx: Tx, workspaceId: WorkspaceId, assertions: readonly (Assertion & { source: string; at: Date })[], vouched = true): Promise<void> {
  if (assertions.length === 0) return;
  await run(tx, sql`
    insert into assertion (workspace_id, vouched, a, b, staff, source, first_at)
    select ${workspaceId}, ${vouched}, e.*
      from unnest(${uuids(assertions.map(({ a }) => a))}::uuid[], ${uuids(assertions.map(({ b }) => b))}::uuid[], ${plain(assertions.map(({ staff }) => !!staff))}::boolean[],
                  ${texts(assertions.map(({ source }) => source))}::text[], ${instants(assertions.map(({ at }) => at))}::timestamptz[]) as e
    on conflict (workspace_id, a, b) do update set staff = assertion.staff or excluded.staff, vouched = assertion.vouched or excluded.vouched
     where (excluded.staff and not assertion.staff) or (excluded.vouched and not assertion.vouched)`);
}

export async function moveSubjects(tx: Tx, workspaceId: WorkspaceId, moves: readonly { id: SubjectId; customerId: CustomerId | null }[]): Promise<void> {
  if (moves.length === 0) return;
  await run(tx, sql`
    update subject s set customer_id = m.customer_id
      from unnest(${moves.map(({ id }) => id)}::uuid[], ${moves.map(({ customerId }) => customerId)}::uuid[]) as m (id, customer_id)
     where s.workspace_id = ${workspaceId} and s.id = m.id`);
}

export const markActing = (tx: Tx, workspaceId: WorkspaceId, ids: readonly SubjectId[]): Promise<number> =>
  run(tx, sql`update subject set acts = true where workspace_id = ${workspaceId} and id = any (${ids}::uuid[])`);

/** From now on these identifiers are known by more than what files say. */
export const markVouched = (tx: Tx, workspaceId: WorkspaceId, ids: readonly SubjectId[]): Promise<number> =>
  run(tx, sql`update subject set vouched = true where workspace_id = ${workspaceId} and id = any (${uuids(ids)}::uuid[])`);

export const markOver = (tx: Tx, workspaceId: WorkspaceId, ids: readonly SubjectId[], over: boolean): Promise<number> =>
  run(tx, sql`update subject set over_limit = ${over} where workspace_id = ${workspaceId} and id = any (${ids}::uuid[])`);

export type ReviewCode = 'over_limit' | 'receiver_shared';

/** Opens a review for each, unless one is open already. */
export async function openReviews(tx: Tx, workspaceId: WorkspaceId, code: ReviewCode, ids: readonly SubjectId[], at: Date): Promise<void> {
  if (ids.length === 0) return;
  await run(tx, sql`
    insert into identity_review (workspace_id, subject_id, code, opened_at)
    select ${workspaceId}, id, ${code}, ${at} from unnest(${ids}::uuid[]) as id
    on conflict do nothing`);
}

/** Of these receivers' telephones, those under which more than one customer has ordered. */
export async function sharedReceivers(tx: Tx, workspaceId: WorkspaceId, ids: readonly SubjectId[]): Promise<SubjectId[]> {
  if (ids.length === 0) return [];
  const rows = await many(tx, sql<{ id: SubjectId }>`
    with met as (
      select a as id, b as other from assertion where workspace_id = ${workspaceId} and a = any (${uuids(ids)}::uuid[])
      union
      select b as id, a as other from assertion where workspace_id = ${workspaceId} and b = any (${uuids(ids)}::uuid[]))
    select met.id
      from met join subject s on s.workspace_id = ${workspaceId} and s.id = met.other
     where s.customer_id is not null
     group by met.id
    having count(distinct s.customer_id) > 1`);
  return rows.map(({ id }) => id);
}

export async function ownersById(tx: Tx, workspaceId: WorkspaceId, ids: readonly string[]): Promise<Map<string, CustomerId>> {
  const rows = await many(tx, sql<{ id: SubjectId; customerId: CustomerId }>`
    select id, customer_id as "customerId" from subject
     where workspace_id = ${workspaceId} and id = any (${ids}::uuid[]) and customer_id is not null`);
  return new Map(rows.map(({ id, customerId }) => [id, customerId]));
}

export async function subjectsOf(tx: Tx, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<{ id: SubjectId; customerId: CustomerId }[]> {
  return many(tx, sql<{ id: SubjectId; customerId: CustomerId }>`
    select id, customer_id as "customerId" from subject
     where workspace_id = ${workspaceId} and customer_id = any (${uuids(customers)}::uuid[])`);
}
