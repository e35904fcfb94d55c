import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, sql, type Tx } from '../../kernel/sql.ts';

/** Every workspace there is. */
export const workspaceIds = async (global: Tx): Promise<WorkspaceId[]> =>
  (await many(global, sql<{ id: WorkspaceId }>`select id from workspace order by id`)).map(({ id }) => id);

/** When each computed trait was last looked at for anybody. */
export const traitsSeen = (tx: Tx, workspaceId: WorkspaceId): Promise<{ key: string; seenAt: Date }[]> =>
  many(tx, sql<{ key: string; seenAt: Date }>`
    select key, max(seen_at) as "seenAt" from trait_history where workspace_id = ${workspaceId} group by key`);
