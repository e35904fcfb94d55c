import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, maybe, run, sql, type Tx } from '../../kernel/sql.ts';
import type { Source } from '../core/message.ts';

export type HealthRow = { kind: Source['kind']; id: string; sends: number; bounces: number; complaints: number };
export type HealthNow = HealthRow & { unwellAt: Date | null; reason: string | null; liftedAt: Date | null };
const HEALTH = sql`kind, source_id as id, sends, bounces, complaints, unwell_at as "unwellAt", reason, lifted_at as "liftedAt"`;

/** Adds to what is counted of sources; how they stand after it. */
export const addHealth = async (tx: Tx, workspaceId: WorkspaceId, rows: readonly HealthRow[]): Promise<HealthNow[]> => (rows.length === 0 ? [] : many(tx, sql<HealthNow>`
  insert into source_health as h (workspace_id, kind, source_id, sends, bounces, complaints)
  select ${workspaceId}, r.kind, r.id, r.sends, r.bounces, r.complaints
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (kind text, id text, sends int, bounces int, complaints int)
  on conflict (workspace_id, kind, source_id) do update set sends = h.sends + excluded.sends, bounces = h.bounces + excluded.bounces, complaints = h.complaints + excluded.complaints
  returning ${HEALTH}`));

export const markUnwell = (tx: Tx, workspaceId: WorkspaceId, { kind, id, reason, at }: { kind: string; id: string; reason: string; at: Date }): Promise<number> => run(tx, sql`
  update source_health set unwell_at = ${at}, reason = ${reason}, lifted_at = null where workspace_id = ${workspaceId} and kind = ${kind} and source_id = ${id}`);

/** Lets a source go on; it is counted anew from here. */
export const liftUnwell = (tx: Tx, workspaceId: WorkspaceId, { kind, id, at }: { kind: string; id: string; at: Date }): Promise<HealthNow | undefined> => maybe(tx, sql<HealthNow>`
  update source_health set unwell_at = null, lifted_at = ${at}, sends = 0, bounces = 0, complaints = 0
   where workspace_id = ${workspaceId} and kind = ${kind} and source_id = ${id} and unwell_at is not null returning ${HEALTH}`);

export const healthRows = (tx: Tx, workspaceId: WorkspaceId): Promise<HealthNow[]> => many(tx, sql<HealthNow>`
  select ${HEALTH} from source_health where workspace_id = ${workspaceId} order by unwell_at desc nulls last, sends desc, source_id limit 500`);
