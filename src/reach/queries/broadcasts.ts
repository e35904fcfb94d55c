import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, sql, type Tx } from '../../kernel/sql.ts';

/** Workspaces that have connections, and which of them. */
export const workspacesWith = async (global: Tx): Promise<WorkspaceId[]> => (await many(global, sql<{ id: WorkspaceId }>`select id from workspace order by id`)).map(({ id }) => id);

export type Given = { accountId: string; task: string; sentAt: Date; open: number };
/** Tasks that a provider gave staff for our messages (its name of a message is "task:address"), with how many messages nothing was heard of yet, the newest first. */
export const tasksGiven = (tx: Tx, workspaceId: WorkspaceId, { accounts, since, most, openOnly }: { accounts: readonly string[]; since: Date; most: number; openOnly: boolean }): Promise<Given[]> => many(tx, sql<Given>`
  select account_id as "accountId", split_part(provider_id, ':', 1) as task, max(sent_at) as "sentAt", count(*) filter (where receipt is null)::int as open
    from message
   where workspace_id = ${workspaceId} and account_id = any (${[...accounts]}::uuid[]) and state = 'accepted' and provider_id is not null and sent_at >= ${since}
   group by 1, 2 having not ${openOnly} or count(*) filter (where receipt is null) > 0
   order by 3 desc limit ${most}`);
