import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, run, sql, type Tx } from '../../kernel/sql.ts';

/** What the HTTP door took in within a minute; `source` '' holds orders and new customers, which belong to no single source. */
export type MinuteCounts = { source: string; minute: string; events: number; repeated: number; refused: number; orders: number; customers: number };

export async function addMinutes(tx: Tx, workspaceId: WorkspaceId, minutes: readonly MinuteCounts[]): Promise<void> {
  if (minutes.length === 0) return;
  await run(tx, sql`
    insert into ingest_minute as m (workspace_id, source, minute, events, repeated, refused, orders, customers)
    select ${workspaceId}, n.source, n.minute, n.events, n.repeated, n.refused, n.orders, n.customers
      from jsonb_to_recordset(${JSON.stringify(minutes)}::jsonb) as n (source text, minute timestamptz, events int, repeated int, refused int, orders int, customers int)
    on conflict (workspace_id, source, minute) do update
       set events = m.events + excluded.events, repeated = m.repeated + excluded.repeated, refused = m.refused + excluded.refused,
           orders = m.orders + excluded.orders, customers = m.customers + excluded.customers`);
}

/** The minutes since an instant, of all sources or of those given. */
export const minutesSince = (tx: Tx, workspaceId: WorkspaceId, since: Date, sources: readonly string[] | null): Promise<MinuteCounts[]> =>
  many(tx, sql<MinuteCounts>`
    select source, to_char(minute at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as minute, events, repeated, refused, orders, customers
      from ingest_minute
     where workspace_id = ${workspaceId} and minute >= ${since} and (${sources}::text[] is null or source = any (${sources}::text[]))
     order by minute, source`);

export async function dropMinutes(tx: Tx, workspaceId: WorkspaceId, before: Date): Promise<void> {
  await run(tx, sql`delete from ingest_minute where workspace_id = ${workspaceId} and minute < ${before}`);
}

/** How many bodies wait to be projected, and since when. */
export const backlogOf = async (tx: Tx, workspaceId: WorkspaceId): Promise<{ bodies: number; since: Date | null }> =>
  (await many(tx, sql<{ bodies: number; since: Date | null }>`
    select count(*) as bodies, min(received_at) as since from ingest_body where workspace_id = ${workspaceId} and projected_at is null`))[0] ?? { bodies: 0, since: null };
