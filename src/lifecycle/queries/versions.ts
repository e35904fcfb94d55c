import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';

type Versioned = 'stage_now' | 'customer_score';

/** The newest version of a workspace's rows in a table; 0 where it has none. */
export async function newestVersion({ ch }: Pick<Stores, 'ch'>, table: Versioned, workspaceId: WorkspaceId): Promise<number> {
  const [row] = await ch.rows<{ newest: number }>(`select max(version) as newest from ${table} where workspace = {workspace:UUID}`, { workspace: workspaceId });
  return row?.newest ?? 0;
}

/** A version for rows that replace what is there: the time in milliseconds, but never at or below what is there, since a clock may be put back. */
export const versionAfter = async (stores: Stores, table: Versioned, workspaceId: WorkspaceId): Promise<number> =>
  Math.max(stores.clock.now().getTime(), 1 + (await newestVersion(stores, table, workspaceId)));
