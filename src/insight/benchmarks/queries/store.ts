import type { WorkspaceId } from '../../../kernel/ids.ts';
import { many, run, sql, type Tx } from '../../../kernel/sql.ts';

/** A reference line of churn for one industry, as this workspace wrote it down. */
export type Line = { industry: string; share: number; citation: string; shown: boolean; changedAt: Date };

export const allLines = (tx: Tx, workspaceId: WorkspaceId): Promise<Line[]> =>
  many(tx, sql<Line>`
    select industry, share, citation, shown, changed_at as "changedAt"
      from benchmark_line where workspace_id = ${workspaceId} order by lower(industry), industry`);

export const saveLine = (tx: Tx, workspaceId: WorkspaceId, { industry, share, citation, shown, changedAt }: Line, by: string): Promise<number> =>
  run(tx, sql`
    insert into benchmark_line (workspace_id, industry, share, citation, shown, changed_by, changed_at)
    values (${workspaceId}, ${industry}, ${share}, ${citation}, ${shown}, ${by}, ${changedAt})
    on conflict (workspace_id, industry) do update
       set share = excluded.share, citation = excluded.citation, shown = excluded.shown, changed_by = excluded.changed_by, changed_at = excluded.changed_at`);

/** One line is drawn at a time. */
export const hideOthers = (tx: Tx, workspaceId: WorkspaceId, industry: string): Promise<number> =>
  run(tx, sql`update benchmark_line set shown = false where workspace_id = ${workspaceId} and industry <> ${industry}`);

export const dropLine = (tx: Tx, workspaceId: WorkspaceId, industry: string): Promise<number> =>
  run(tx, sql`delete from benchmark_line where workspace_id = ${workspaceId} and industry = ${industry}`);

/** One line at a time: two that are shown would each hide the other, and wait for each other. */
export const lockLines = (tx: Tx, workspaceId: WorkspaceId): Promise<number> => run(tx, sql`select pg_advisory_xact_lock(hashtextextended(${`benchmark_line:${workspaceId}`}, 0))`);
