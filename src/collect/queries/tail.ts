import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, sql, type Tx } from '../../kernel/sql.ts';

/** A body as the live view reads it; `sealed` is null where it is too long to be opened for a look. */
export type RecentBody = { id: number; sourceId: string; source: string; sourceName: string; shop: string; receivedAt: Date; projectedAt: Date | null; repeated: number[] | null; bytes: number; sealed: Buffer | null };

/** The newest bodies, newest first, as many as are bearable to open. */
export const recentBodies = (tx: Tx, workspaceId: WorkspaceId, { sources, bodies, bytes, bytesOfOne }: { sources: readonly string[] | null; bodies: number; bytes: number; bytesOfOne: number }): Promise<RecentBody[]> =>
  many(tx, sql<RecentBody>`
    select id, source_id as "sourceId", source, name as "sourceName", shop, received_at as "receivedAt", projected_at as "projectedAt", repeated, bytes,
           case when bytes <= ${bytesOfOne} then sealed end as sealed
      from (
        select b.id, b.source_id, s.key as source, s.name, s.shop, b.received_at, b.projected_at, b.repeated, b.sealed, length(b.sealed) as bytes,
               sum(least(length(b.sealed), ${bytesOfOne})) over (order by b.received_at desc, b.id desc) as so_far
          from ingest_body b
          join source s on s.workspace_id = b.workspace_id and s.id = b.source_id
         where b.workspace_id = ${workspaceId} and (${sources}::text[] is null or s.key = any (${sources}::text[]))
         order by b.received_at desc, b.id desc
         limit ${bodies}) as newest
     where so_far <= ${bytes} or so_far = bytes
     order by received_at desc, id desc`);
