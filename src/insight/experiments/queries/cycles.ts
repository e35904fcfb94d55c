import type { WorkspaceId } from '../../../kernel/ids.ts';
import { many, maybe, one, run, sql, type Tx } from '../../../kernel/sql.ts';
import type { Review } from '../../core/experiment/index.ts';

export type ReviewRow = Review;
export type CycleRow = {
  id: string; goalId: string; number: number; data: string | null; strategy: string | null; execution: string | null; review: ReviewRow | null; startedFrom: string | null;
  owner: string; createdAt: Date; closedAt: Date | null;
};

const COLUMNS = sql`id, goal_id as "goalId", number, data, strategy, execution, review, started_from as "startedFrom", owner, created_at as "createdAt", closed_at as "closedAt"`;

/** Newest first. */
export const cyclesOf = (tx: Tx, workspaceId: WorkspaceId, goalId: string, limit: number): Promise<CycleRow[]> =>
  many(tx, sql<CycleRow>`select ${COLUMNS} from improvement_cycle where workspace_id = ${workspaceId} and goal_id = ${goalId} order by number desc limit ${limit}`);

export const cycleById = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<CycleRow | undefined> =>
  maybe(tx, sql<CycleRow>`select ${COLUMNS} from improvement_cycle where workspace_id = ${workspaceId} and id = ${id}`);

export const lastNumber = async (tx: Tx, workspaceId: WorkspaceId, goalId: string): Promise<number> =>
  (await one(tx, sql<{ number: number }>`select coalesce(max(number), 0) as number from improvement_cycle where workspace_id = ${workspaceId} and goal_id = ${goalId}`)).number;

export const insertCycle = (tx: Tx, workspaceId: WorkspaceId, row: CycleRow): Promise<number> =>
  run(tx, sql`
    insert into improvement_cycle (workspace_id, id, goal_id, number, data, strategy, execution, review, started_from, owner, created_at, closed_at)
    values (${workspaceId}, ${row.id}, ${row.goalId}, ${row.number}, ${row.data}, ${row.strategy}, ${row.execution}, ${row.review && JSON.stringify(row.review)}::jsonb, ${row.startedFrom}, ${row.owner}, ${row.createdAt}, ${row.closedAt})`);

/** Writes an open cycle; a closed one is never touched again. */
export const updateCycle = (tx: Tx, workspaceId: WorkspaceId, row: CycleRow): Promise<number> =>
  run(tx, sql`
    update improvement_cycle
       set data = ${row.data}, strategy = ${row.strategy}, execution = ${row.execution}, review = ${row.review && JSON.stringify(row.review)}::jsonb, closed_at = ${row.closedAt}
     where workspace_id = ${workspaceId} and id = ${row.id} and closed_at is null`);
