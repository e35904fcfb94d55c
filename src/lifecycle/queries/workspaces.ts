import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, sql, type Tx } from '../../kernel/sql.ts';

/** Every workspace there is. */
export const workspaceIds = async (global: Tx): Promise<WorkspaceId[]> =>
  (await many(global, sql<{ id: WorkspaceId }>`select id from workspace order by id`)).map(({ id }) => id);
