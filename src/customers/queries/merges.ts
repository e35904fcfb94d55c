import type { CustomerId, SubjectId, WorkspaceId } from '../../kernel/ids.ts';
import { many, maybe, run, sql, type Tx } from '../../kernel/sql.ts';
import type { Cut } from '../core/graph.ts';
import type { Part } from '../core/ownership.ts';

export type MergeRow = { id: string; kind: 'merge' | 'unmerge'; customerId: CustomerId; parts: Part[]; byKind: string; byId: string; reason: string; at: Date; undoneAt?: Date | null };

export async function insertMerges(tx: Tx, workspaceId: WorkspaceId, merges: readonly MergeRow[]): Promise<void> {
  if (merges.length === 0) return;
  await run(tx, sql`
    insert into merge_log (workspace_id, id, kind, customer_id, parts, by_kind, by_id, reason, at)
    select ${workspaceId}, m.id, m.kind, m."customerId", m.parts, m."byKind", m."byId", m.reason, m.at
      from jsonb_to_recordset(${JSON.stringify(merges)}::jsonb)
        as m (id uuid, kind text, "customerId" uuid, parts jsonb, "byKind" text, "byId" text, reason text, at timestamptz)`);
}

export const mergeById = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<MergeRow | undefined> =>
  maybe(tx, sql<MergeRow>`
    select id, kind, customer_id as "customerId", parts, by_kind as "byKind", by_id as "byId", reason, at, undone_at as "undoneAt"
      from merge_log
     where workspace_id = ${workspaceId} and id = ${id}`);

export const markUndone = (tx: Tx, workspaceId: WorkspaceId, id: string, at: Date): Promise<number> =>
  run(tx, sql`update merge_log set undone_at = ${at} where workspace_id = ${workspaceId} and id = ${id} and undone_at is null`);

/** Merges and un-merges a customer took part in, newest first. */
export const mergesOf = (tx: Tx, workspaceId: WorkspaceId, subjects: readonly SubjectId[]): Promise<MergeRow[]> =>
  many(tx, sql<MergeRow>`
    select m.id, m.kind, m.customer_id as "customerId", m.parts, m.by_kind as "byKind", m.by_id as "byId", m.reason, m.at, m.undone_at as "undoneAt"
      from merge_log m
     where m.workspace_id = ${workspaceId} and m.customer_id = any (${subjects}::uuid[])
     order by m.at desc, m.id desc
     limit 200`);

export type NewCut = Cut & { id: string; madeBy: string; madeAt: Date };

export async function insertCuts(tx: Tx, workspaceId: WorkspaceId, cuts: readonly NewCut[]): Promise<void> {
  if (cuts.length === 0) return;
  await run(tx, sql`
    insert into cut (workspace_id, id, a, b, made_by, made_at)
    select ${workspaceId}, c.*
      from unnest(${cuts.map(({ id }) => id)}::uuid[], ${cuts.map(({ a }) => a)}::uuid[], ${cuts.map(({ b }) => b)}::uuid[],
                  ${cuts.map(({ madeBy }) => madeBy)}::text[], ${cuts.map(({ madeAt }) => madeAt)}::timestamptz[]) as c
    on conflict do nothing`);
}

/** Takes back the cuts between two sets of subjects; how many there were. */
export const revokeCuts = (tx: Tx, workspaceId: WorkspaceId, left: readonly SubjectId[], right: readonly SubjectId[], at: Date): Promise<number> =>
  run(tx, sql`
    update cut set revoked_at = ${at}
     where workspace_id = ${workspaceId}
       and revoked_at is null
       and ((a = any (${left}::uuid[]) and b = any (${right}::uuid[])) or (b = any (${left}::uuid[]) and a = any (${right}::uuid[])))`);

/** Prefers what is said of a customer, whichever of its subjects it is said of; null takes that back. */
export const preferAnchor = (tx: Tx, workspaceId: WorkspaceId, customer: CustomerId, at: Date | null): Promise<number> =>
  run(tx, sql`
    update customer c set preferred_at = ${at}
      from subject s
     where c.workspace_id = ${workspaceId} and s.workspace_id = c.workspace_id and s.id = c.id and s.customer_id = ${customer}`);
