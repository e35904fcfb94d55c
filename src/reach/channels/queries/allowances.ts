import type { WorkspaceId } from '../../../kernel/ids.ts';
import { many, run, sql, type Tx } from '../../../kernel/sql.ts';

export type Window = { scope: string; since: Date };

/** What is used of windows, held until the transaction ends; windows that were not there begin with nothing (`begun`: how many). In the order of their scopes, so that two senders never wait for each other. */
export async function holdAllowances(tx: Tx, workspaceId: WorkspaceId, windows: readonly Window[]): Promise<{ held: { scope: string; used: number }[]; begun: number }> {
  const begun = await run(tx, sql`
    insert into channel_allowance (workspace_id, scope, since, used)
    select ${workspaceId}, w.scope, w.since, 0
      from jsonb_to_recordset(${JSON.stringify(windows)}::jsonb) as w (scope text, since timestamptz)
     order by w.scope
    on conflict do nothing`);
  const held = await many(tx, sql<{ scope: string; used: number }>`
    select a.scope, a.used
      from channel_allowance a
      join jsonb_to_recordset(${JSON.stringify(windows)}::jsonb) as w (scope text, since timestamptz) on a.scope = w.scope and a.since = w.since
     where a.workspace_id = ${workspaceId}
     order by a.scope
       for update of a`);
  return { held, begun };
}

/** What of some windows is used up. */
export const usedOf = (tx: Tx, workspaceId: WorkspaceId, windows: readonly Window[]): Promise<{ scope: string; used: number }[]> => (windows.length === 0 ? Promise.resolve([]) : many(tx, sql<{ scope: string; used: number }>`
  select a.scope, a.used
    from channel_allowance a
    join jsonb_to_recordset(${JSON.stringify(windows)}::jsonb) as w (scope text, since timestamptz) on a.scope = w.scope and a.since = w.since
   where a.workspace_id = ${workspaceId}`));

export const useAllowances = (tx: Tx, workspaceId: WorkspaceId, used: readonly (Window & { count: number })[]): Promise<number> => run(tx, sql`
  update channel_allowance a set used = a.used + u.count
    from jsonb_to_recordset(${JSON.stringify(used)}::jsonb) as u (scope text, since timestamptz, count int)
   where a.workspace_id = ${workspaceId} and a.scope = u.scope and a.since = u.since`);

/** Windows that are over and done with. */
export const dropAllowances = (tx: Tx, workspaceId: WorkspaceId, before: Date): Promise<number> => run(tx, sql`delete from channel_allowance where workspace_id = ${workspaceId} and since < ${before}`);
