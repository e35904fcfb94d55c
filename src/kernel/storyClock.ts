import type { WorkspaceId } from './ids.ts';
import { maybe, run, sql, type Tx } from './sql.ts';

/** How far the told past of a simulated shop is, and up to when it is told. */
export type StoryClock = { at: Date; until: Date };

/** Undefined where nothing was ever told. */
export const storyClock = (tx: Tx, workspaceId: WorkspaceId): Promise<StoryClock | undefined> =>
  maybe(tx, sql<StoryClock>`select at, until_at as until from story_clock where workspace_id = ${workspaceId}`);

/** Whether the past of a workspace is being told: what goes by the real clock leaves its journeys and messages alone. */
export const isTold = async (tx: Tx, workspaceId: WorkspaceId): Promise<boolean> => {
  const clock = await storyClock(tx, workspaceId);
  return clock !== undefined && clock.at < clock.until;
};

/** Begins a story, or puts its clock on. */
export const setStoryClock = (tx: Tx, workspaceId: WorkspaceId, { at, until }: StoryClock): Promise<number> =>
  run(tx, sql`
    insert into story_clock (workspace_id, at, until_at) values (${workspaceId}, ${at}, ${until})
    on conflict (workspace_id) do update set at = excluded.at, until_at = excluded.until_at`);
