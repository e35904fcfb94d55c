import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, run, sql, type Tx } from '../../kernel/sql.ts';

export type NewOpening = { id: string; customer: string; kind: string; providerTemplate: string; at: Date; until: Date; quota: number };

export async function insertOpenings(tx: Tx, workspaceId: WorkspaceId, rows: readonly NewOpening[]): Promise<void> {
  if (rows.length === 0) return;
  await run(tx, sql`
    insert into channel_opening (workspace_id, id, customer_id, kind, provider_template, at, until, quota)
    select ${workspaceId}, o.id, o.customer, o.kind, o."providerTemplate", o.at, o.until, o.quota
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as o (id uuid, customer uuid, kind text, "providerTemplate" text, at timestamptz, until timestamptz, quota int)`);
}

/** The last message each person was sent on a channel before an instant, not longer ago than `since`. */
export const lastSentTo = (tx: Tx, workspaceId: WorkspaceId, asked: readonly { customer: string; channel: string; at: Date; since: Date }[]): Promise<{ id: string; at: Date }[]> =>
  (asked.length === 0 ? Promise.resolve([]) : many(tx, sql<{ id: string; at: Date }>`
    select l.id, a.at
      from jsonb_to_recordset(${JSON.stringify(asked)}::jsonb) as a (customer uuid, channel text, at timestamptz, since timestamptz)
      cross join lateral (
        select m.id from subject s join message m on m.workspace_id = s.workspace_id and m.customer_id = s.id
         where s.workspace_id = ${workspaceId} and s.customer_id = a.customer and m.channel = a.channel and m.sent_at between a.since and a.at
         order by m.sent_at desc limit 1) l`));

export const forgetOpenings = (tx: Tx, workspaceId: WorkspaceId, subjects: readonly string[]): Promise<number> =>
  run(tx, sql`delete from channel_opening where workspace_id = ${workspaceId} and customer_id = any (${[...subjects]}::uuid[])`);
