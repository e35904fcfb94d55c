import type { CustomerId, SubjectId, WorkspaceId } from '../../kernel/ids.ts';
import { many, run, sql, type Tx } from '../../kernel/sql.ts';
import type { Assertion } from '../core/graph.ts';
import { bytes, uuids } from './arrays.ts';

/**
 * Of these subjects, those that anything but files points at: notes, tasks people wrote or did, contacts, relations, consents and tags given by hand,
 * fields somebody wrote, and what staff or programs said of who is who.
 */
export async function heldSubjects(tx: Tx, workspaceId: WorkspaceId, ids: readonly SubjectId[]): Promise<SubjectId[]> {
  const given = sql`${uuids(ids)}::uuid[]`;
  const rows = await many(tx, sql<{ id: SubjectId }>`
    select a as id from assertion where workspace_id = ${workspaceId} and vouched and a = any (${given})
    union select b from assertion where workspace_id = ${workspaceId} and vouched and b = any (${given})
    union select customer_id from note where workspace_id = ${workspaceId} and customer_id = any (${given})
    union select customer_id from task where workspace_id = ${workspaceId} and customer_id = any (${given}) and (done_at is not null or created_by like 'user:%' or created_by like 'key:%')
    union select customer_id from task_step where workspace_id = ${workspaceId} and customer_id = any (${given})
    union select customer_id from contact where workspace_id = ${workspaceId} and customer_id = any (${given})
    union select from_id from relation where workspace_id = ${workspaceId} and from_id = any (${given})
    union select to_id from relation where workspace_id = ${workspaceId} and to_id = any (${given})
    union select customer_id from consent where workspace_id = ${workspaceId} and vouched and customer_id = any (${given})
    union select m.customer_id
            from tag_member m join tag t on t.workspace_id = m.workspace_id and t.id = m.tag_id
           where m.workspace_id = ${workspaceId} and m.vouched and m.customer_id = any (${given}) and m.source not like 'tag:%'
    union select id from customer where workspace_id = ${workspaceId} and id = any (${given}) and (own <> '{}' or sealed is not null or preferred_at is not null)`);
  return rows.map(({ id }) => id);
}

/** Makes what only files said something that stays. Names stay with those who are kept: people know them by it. */
export async function vouchFor(tx: Tx, workspaceId: WorkspaceId, { subjects, pairs }: { subjects: readonly SubjectId[]; pairs: readonly Assertion[] }): Promise<void> {
  await run(tx, sql`update subject set vouched = true where workspace_id = ${workspaceId} and id = any (${uuids(subjects)}::uuid[])`);
  await run(tx, sql`
    update customer set own = own || jsonb_build_object('name', taught -> 'name')
     where workspace_id = ${workspaceId} and id = any (${uuids(subjects)}::uuid[]) and taught ? 'name' and not own ? 'name'`);
  await run(tx, sql`
    update assertion e set vouched = true
      from unnest(${uuids(pairs.map(({ a }) => a))}::uuid[], ${uuids(pairs.map(({ b }) => b))}::uuid[]) as p (a, b)
     where e.workspace_id = ${workspaceId} and e.a = p.a and e.b = p.b`);
}

/** Takes pairs back that only files said. */
export const dropAssertions = (tx: Tx, workspaceId: WorkspaceId, pairs: readonly Assertion[]): Promise<number> =>
  run(tx, sql`
    delete from assertion e
     using unnest(${uuids(pairs.map(({ a }) => a))}::uuid[], ${uuids(pairs.map(({ b }) => b))}::uuid[]) as p (a, b)
     where e.workspace_id = ${workspaceId} and e.a = p.a and e.b = p.b and not e.vouched and not e.staff`);

/** Forgets identifiers that only files named; which they were. */
export const dropSubjects = async (tx: Tx, workspaceId: WorkspaceId, ids: readonly SubjectId[]): Promise<SubjectId[]> =>
  (await many(tx, sql<{ id: SubjectId }>`delete from subject where workspace_id = ${workspaceId} and id = any (${uuids(ids)}::uuid[]) and not vouched returning id`)).map(({ id }) => id);

/** Forgets everything that hung on subjects that are no more. */
export async function dropCustomers(tx: Tx, workspaceId: WorkspaceId, ids: readonly SubjectId[]): Promise<void> {
  const given = sql`${uuids(ids)}::uuid[]`;
  for (const table of [sql`name_token`, sql`consent`, sql`tag_member`, sql`trait_history`, sql`task`]) {
    await run(tx, sql`delete from ${table} where workspace_id = ${workspaceId} and customer_id = any (${given})`);
  }
  await run(tx, sql`delete from identity_review where workspace_id = ${workspaceId} and subject_id = any (${given})`);
  await run(tx, sql`delete from customer where workspace_id = ${workspaceId} and id = any (${given})`);
}

/** Takes back everything files said of these subjects. */
export async function clearTaught(tx: Tx, workspaceId: WorkspaceId, ids: readonly SubjectId[]): Promise<void> {
  const given = sql`${uuids(ids)}::uuid[]`;
  await run(tx, sql`update customer set taught = '{}', taught_sealed = null where workspace_id = ${workspaceId} and id = any (${given}) and (taught <> '{}' or taught_sealed is not null)`);
  await run(tx, sql`delete from consent where workspace_id = ${workspaceId} and customer_id = any (${given}) and not vouched`);
  await run(tx, sql`delete from tag_member where workspace_id = ${workspaceId} and customer_id = any (${given}) and not vouched and ended_at is null`);
}

export const saveNames = (tx: Tx, workspaceId: WorkspaceId, names: readonly { id: CustomerId; name: string }[]): Promise<number> =>
  run(tx, sql`
    update customer c set name = n.name
      from unnest(${uuids(names.map(({ id }) => id))}::uuid[], ${names.map(({ name }) => name)}::text[]) as n (id, name)
     where c.workspace_id = ${workspaceId} and c.id = n.id`);

/** Tags that came with files and that nobody bears any more, nor anybody made their own. */
export const dropEmptyTags = (tx: Tx, workspaceId: WorkspaceId, keys: readonly string[]): Promise<number> =>
  run(tx, sql`
    delete from tag t
     where t.workspace_id = ${workspaceId} and t.key = any (${[...keys]}::text[]) and t.kind = 'import' and t.owner = 'import' and t.parent_id is null
       and not exists (select 1 from tag_member m where m.workspace_id = t.workspace_id and m.tag_id = t.id)
       and not exists (select 1 from tag c where c.workspace_id = t.workspace_id and c.parent_id = t.id)`);

export type Housed = { id: SubjectId; sealedIn: SubjectId; sealedAt: number; sealed: Buffer };

/** Identifiers whose text is sealed on another subject, with the blob it is in. */
export const lodgers = (tx: Tx, workspaceId: WorkspaceId, ids: readonly SubjectId[]): Promise<Housed[]> =>
  many(tx, sql<Housed>`
    select s.id, s.sealed_in as "sealedIn", s.sealed_at as "sealedAt", h.sealed
      from subject s join subject h on h.workspace_id = s.workspace_id and h.id = s.sealed_in
     where s.workspace_id = ${workspaceId} and s.id = any (${uuids(ids)}::uuid[]) and s.sealed_in <> s.id`);

/** Seals identifiers on themselves. */
export const rehouse = (tx: Tx, workspaceId: WorkspaceId, rows: readonly { id: SubjectId; sealed: Buffer }[]): Promise<number> =>
  run(tx, sql`
    update subject s set sealed_in = s.id, sealed_at = 0, sealed = r.sealed
      from unnest(${uuids(rows.map(({ id }) => id))}::uuid[], ${bytes(rows.map(({ sealed }) => sealed))}::bytea[]) as r (id, sealed)
     where s.workspace_id = ${workspaceId} and s.id = r.id`);

/** Closes what no longer needs a look: identifiers under their limit again, receivers that one customer alone has. */
export const dropSettledReviews = (tx: Tx, workspaceId: WorkspaceId, ids: readonly SubjectId[], shared: readonly SubjectId[]): Promise<number> =>
  run(tx, sql`
    delete from identity_review r
     using subject s
     where r.workspace_id = ${workspaceId} and r.subject_id = any (${uuids(ids)}::uuid[]) and r.closed_at is null
       and s.workspace_id = r.workspace_id and s.id = r.subject_id
       and case r.code when 'over_limit' then not s.over_limit else not (r.subject_id = any (${uuids(shared)}::uuid[])) end`);

/** Who these subjects belong to. */
export const ownersIn = async (tx: Tx, workspaceId: WorkspaceId, ids: readonly SubjectId[]): Promise<CustomerId[]> =>
  (await many(tx, sql<{ id: CustomerId }>`
    select distinct customer_id as id from subject where workspace_id = ${workspaceId} and id = any (${uuids(ids)}::uuid[]) and customer_id is not null`)).map(({ id }) => id);

/** Which of these are known, still or again. */
export const existing = async (tx: Tx, workspaceId: WorkspaceId, ids: readonly SubjectId[]): Promise<string[]> =>
  (await many(tx, sql<{ id: string }>`select id from subject where workspace_id = ${workspaceId} and id = any (${uuids(ids)}::uuid[])`)).map(({ id }) => id);
