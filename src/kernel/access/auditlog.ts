import type { AuditRow } from '../audit.ts';
import { brokenLink } from '../audit.ts';
import type { Facts } from '../errors.ts';
import type { WorkspaceId } from '../ids.ts';
import { many, one, sql } from '../sql.ts';
import type { Stores } from '../stores.ts';
import { userNames } from './users.ts';

export type AuditFilter = { action?: string; actor?: string; from?: Date; to?: Date };
/** A line as people read it: `actor` is a name where the actor is a person we know. */
export type AuditLine = Pick<AuditRow, 'seq' | 'at' | 'actorKind' | 'actorId' | 'action' | 'target'> & { actor: string; detail: Facts };
export type AuditPage = { lines: AuditLine[]; next: number | undefined; count: number };

type Row = Omit<AuditLine, 'actor'>;

const COUNT_MAX = 10_001;

const matching = (workspaceId: WorkspaceId, { action, actor, from, to }: AuditFilter) => sql`
   where workspace_id = ${workspaceId}
     and (${action ?? null}::text is null or action = ${action ?? null} or action like ${`${action ?? ''}.%`})
     and (${actor ?? null}::text is null or actor_id = ${actor ?? null})
     and (${from ?? null}::timestamptz is null or at >= ${from ?? null})
     and (${to ?? null}::timestamptz is null or at < ${to ?? null})`;

/** Newest first; `before` is the number of the last line already seen. `count` stops at 10,001. */
export async function auditPage(stores: Stores, workspaceId: WorkspaceId, filter: AuditFilter, { before, limit }: { before: number | undefined; limit: number }): Promise<AuditPage> {
  const { rows, count } = await stores.pg.tx(workspaceId, async (tx) => ({
    rows: await many(tx, sql<Row>`
      select seq, at, actor_kind as "actorKind", actor_id as "actorId", action, target, detail
        from audit
      ${matching(workspaceId, filter)}
         and (${before ?? null}::bigint is null or seq < ${before ?? null})
       order by seq desc
       limit ${limit + 1}`),
    count: (await one(tx, sql<{ count: number }>`
      select count(*) as count from (select 1 from audit ${matching(workspaceId, filter)} limit ${COUNT_MAX}) as matching`)).count,
  }));
  const shown = rows.slice(0, limit);
  const names = await userNames(stores, shown.filter((row) => row.actorKind === 'user').map((row) => row.actorId));
  return { lines: shown.map((row) => ({ ...row, actor: names.get(row.actorId) ?? row.actorId })), next: rows.length > limit ? shown.at(-1)?.seq : undefined, count };
}

/** Recomputes the chain: how many lines there are, and the first broken one. */
export async function verifyAudit({ pg }: Stores, workspaceId: WorkspaceId): Promise<{ lines: number; brokenAt: number | undefined }> {
  return pg.tx(workspaceId, async (tx) => ({
    brokenAt: await brokenLink(tx, workspaceId),
    lines: (await one(tx, sql<{ count: number }>`select count(*) as count from audit where workspace_id = ${workspaceId}`)).count,
  }));
}
