import type { SubjectId, WorkspaceId } from '../../kernel/ids.ts';
import { newId } from '../../kernel/ids.ts';
import { many, maybe, run, sql, type Tx } from '../../kernel/sql.ts';
import type { Suppression } from '../core/person.ts';

export type NewSuppression = { address: SubjectId | null; customerId: string | null; kind: string | null; reason: Suppression; source: string; at: Date };

/** Suppresses addresses or people; one that is suppressed for the same reason stays as it is. How many are new. */
export const insertSuppressions = (tx: Tx, workspaceId: WorkspaceId, rows: readonly NewSuppression[]): Promise<number> => (rows.length === 0 ? Promise.resolve(0) : run(tx, sql`
  insert into suppression (workspace_id, id, address, customer_id, kind, reason, source, at)
  select ${workspaceId}, r.id, r.address, r."customerId", coalesce(r.kind, s.kind), r.reason, r.source, r.at
    from jsonb_to_recordset(${JSON.stringify(rows.map((row) => ({ ...row, id: newId() })))}::jsonb) as r (id uuid, address uuid, "customerId" uuid, kind text, reason text, source text, at timestamptz)
    left join subject s on s.workspace_id = ${workspaceId} and s.id = r.address
  on conflict do nothing`));

export type SuppressionRow = { id: string; address: SubjectId | null; customerId: string | null; kind: string | null; reason: Suppression; source: string; at: Date; liftedAt: Date | null; liftedBy: string | null; liftReason: string | null };
const ROW = sql`id, address, customer_id as "customerId", kind, reason, source, at, lifted_at as "liftedAt", lifted_by as "liftedBy", lift_reason as "liftReason"`;

type Asked = { reason: string | null; lifted: boolean; before: { at: string; id: string } | null; limit: number };
/** Suppressions in force (or the lifted ones), the newest first. */
export const suppressionRows = (tx: Tx, workspaceId: WorkspaceId, { reason, lifted, before, limit }: Asked): Promise<SuppressionRow[]> => many(tx, sql<SuppressionRow>`
  select ${ROW} from suppression
   where workspace_id = ${workspaceId} and (lifted_at is not null) = ${lifted} and (${reason}::text is null or reason = ${reason})
     and (${before?.at ?? null}::timestamptz is null or (at, id) < (${before?.at ?? null}::timestamptz, ${before?.id ?? null}::uuid))
   order by at desc, id desc limit ${limit}`);

export const suppressionCounts = (tx: Tx, workspaceId: WorkspaceId): Promise<{ reason: string; count: number }[]> => many(tx, sql<{ reason: string; count: number }>`
  select reason, count(*)::int as count from suppression where workspace_id = ${workspaceId} and lifted_at is null group by reason order by 2 desc, 1`);

export const liftSuppression = (tx: Tx, workspaceId: WorkspaceId, { id, at, by, reason }: { id: string; at: Date; by: string; reason: string }): Promise<SuppressionRow | undefined> => maybe(tx, sql<SuppressionRow>`
  update suppression set lifted_at = ${at}, lifted_by = ${by}, lift_reason = ${reason} where workspace_id = ${workspaceId} and id = ${id} and lifted_at is null returning ${ROW}`);

/** Suppresses, as erased, the addresses these people had; what was noted of the people themselves goes. */
export const forgetSuppressed = (tx: Tx, workspaceId: WorkspaceId, subjects: readonly string[]): Promise<number> => run(tx, sql`
  delete from suppression where workspace_id = ${workspaceId} and customer_id = any (${[...subjects]}::uuid[])`);
