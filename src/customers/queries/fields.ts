import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, run, sql, type Tx } from '../../kernel/sql.ts';
import type { Field } from '../core/fields.ts';

export type OwnField = Omit<Field, 'source' | 'optionWords'>;

export const ownFields = (tx: Tx, workspaceId: WorkspaceId): Promise<OwnField[]> =>
  many(tx, sql<OwnField>`
    select key, label, type, section, block, options, unit, ttl_days as "ttlDays", sealed
      from field
     where workspace_id = ${workspaceId} and archived_at is null
     order by created_at, key`);

/** Adds fields; one that exists already (archived too) is left as it is. How many were new. */
export async function insertFields(tx: Tx, workspaceId: WorkspaceId, fields: readonly OwnField[], at: Date): Promise<number> {
  if (fields.length === 0) return 0;
  return run(tx, sql`
    insert into field (workspace_id, key, label, type, section, block, options, unit, ttl_days, sealed, created_at)
    select ${workspaceId}, f.key, f.label, f.type, f.section, f.block, f.options, f.unit, f."ttlDays", f.sealed, ${at}
      from jsonb_to_recordset(${JSON.stringify(fields)}::jsonb)
        as f (key text, label text, type text, section text, block text, options jsonb, unit text, "ttlDays" int, sealed boolean)
    on conflict (workspace_id, key) do nothing`);
}

export const updateField = (tx: Tx, workspaceId: WorkspaceId, { key, label, section, block, options, unit, ttlDays }: OwnField): Promise<number> =>
  run(tx, sql`
    update field set label = ${label}, section = ${section}, block = ${block}, options = ${JSON.stringify(options)}::jsonb, unit = ${unit}, ttl_days = ${ttlDays}
     where workspace_id = ${workspaceId} and key = ${key} and archived_at is null`);

export const archiveField = (tx: Tx, workspaceId: WorkspaceId, key: string, at: Date): Promise<number> =>
  run(tx, sql`update field set archived_at = ${at} where workspace_id = ${workspaceId} and key = ${key} and archived_at is null`);
