import type { CustomerId, WorkspaceId } from '../../../kernel/ids.ts';
import { many, run, sql, type Tx } from '../../../kernel/sql.ts';

/** The kinds of identifiers somebody has. */
export const kindsOf = async (tx: Tx, workspaceId: WorkspaceId, owner: CustomerId): Promise<string[]> => (await many(tx, sql<{ kind: string }>`
  select distinct kind from subject where workspace_id = ${workspaceId} and customer_id = ${owner} and not over_limit`)).map(({ kind }) => kind);

/** Lifts what stood because somebody once asked to be left alone: of the person, and of their addresses of these kinds. How many. */
export const liftUnsubscribed = (tx: Tx, workspaceId: WorkspaceId, owner: CustomerId, kinds: readonly string[], at: Date): Promise<number> => run(tx, sql`
  update suppression p set lifted_at = ${at}, lifted_by = 'preferences', lift_reason = 'given anew'
    from subject s
   where p.workspace_id = ${workspaceId} and p.reason = 'unsubscribed' and p.lifted_at is null
     and s.workspace_id = p.workspace_id and s.customer_id = ${owner}
     and (p.customer_id = s.id or (p.address = s.id and s.kind = any (${[...kinds]}::text[])))`);

/** Whether somebody is left alone on every channel. */
export const isLeftAlone = async (tx: Tx, workspaceId: WorkspaceId, owner: CustomerId): Promise<boolean> => (await many(tx, sql`
  select 1 from suppression p join subject s on s.workspace_id = p.workspace_id and s.id = p.customer_id
   where p.workspace_id = ${workspaceId} and p.reason = 'unsubscribed' and p.lifted_at is null and s.customer_id = ${owner} limit 1`)).length > 0;

/** Which of somebody's addresses asked to be left alone, by kind. */
export const leftKinds = async (tx: Tx, workspaceId: WorkspaceId, owner: CustomerId): Promise<string[]> => (await many(tx, sql<{ kind: string }>`
  select distinct s.kind from suppression p join subject s on s.workspace_id = p.workspace_id and s.id = p.address
   where p.workspace_id = ${workspaceId} and p.reason = 'unsubscribed' and p.lifted_at is null and s.customer_id = ${owner}`)).map(({ kind }) => kind);
