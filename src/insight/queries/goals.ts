import type { Id, WorkspaceId } from '../../kernel/ids.ts';
import { many, maybe, run, sql, type Tx } from '../../kernel/sql.ts';
import type { Scope } from '../contract.ts';
import type { MetricId } from '../core/metrics.ts';

export type GoalId = Id<'goal'>;
export type GoalRow = { id: GoalId; name: string; metricId: MetricId; metricVersion: number; scope: Scope; target: number; owner: string; createdAt: Date; closedAt: Date | null };
const GOAL = sql`id, name, metric_id as "metricId", metric_version as "metricVersion", scope, target, owner, created_at as "createdAt", closed_at as "closedAt"`;

export const allGoals = (tx: Tx, workspaceId: WorkspaceId, withClosed: boolean): Promise<GoalRow[]> =>
  many(tx, sql<GoalRow>`
    select ${GOAL}
      from goal
     where workspace_id = ${workspaceId} and (${withClosed} or closed_at is null)
     order by closed_at nulls first, created_at, id`);

export const goalById = (tx: Tx, workspaceId: WorkspaceId, id: GoalId): Promise<GoalRow | undefined> =>
  maybe(tx, sql<GoalRow>`select ${GOAL} from goal where workspace_id = ${workspaceId} and id = ${id}`);

export const saveGoal = (tx: Tx, workspaceId: WorkspaceId, goal: GoalRow): Promise<number> =>
  run(tx, sql`
    insert into goal (workspace_id, id, name, metric_id, metric_version, scope, target, owner, created_at, closed_at)
    values (${workspaceId}, ${goal.id}, ${goal.name}, ${goal.metricId}, ${goal.metricVersion}, ${JSON.stringify(goal.scope)}::jsonb, ${goal.target}, ${goal.owner}, ${goal.createdAt}, ${goal.closedAt})
    on conflict (workspace_id, id) do update
       set name = excluded.name, target = excluded.target, owner = excluded.owner, closed_at = excluded.closed_at`);

export const dropGoal = (tx: Tx, workspaceId: WorkspaceId, id: GoalId): Promise<number> =>
  run(tx, sql`delete from goal where workspace_id = ${workspaceId} and id = ${id}`);

export type ReportRow = { id: Id<'report'>; name: string; metricId: MetricId; metricVersion: number; scope: Scope; owner: string; createdAt: Date };
const REPORT = sql`id, name, metric_id as "metricId", metric_version as "metricVersion", scope, owner, created_at as "createdAt"`;

export const allReports = (tx: Tx, workspaceId: WorkspaceId): Promise<ReportRow[]> =>
  many(tx, sql<ReportRow>`select ${REPORT} from report where workspace_id = ${workspaceId} order by created_at desc, id`);

export const reportById = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<ReportRow | undefined> =>
  maybe(tx, sql<ReportRow>`select ${REPORT} from report where workspace_id = ${workspaceId} and id = ${id}`);

export const insertReport = (tx: Tx, workspaceId: WorkspaceId, report: ReportRow): Promise<number> =>
  run(tx, sql`
    insert into report (workspace_id, id, name, metric_id, metric_version, scope, owner, created_at)
    values (${workspaceId}, ${report.id}, ${report.name}, ${report.metricId}, ${report.metricVersion}, ${JSON.stringify(report.scope)}::jsonb, ${report.owner}, ${report.createdAt})`);

export const dropReport = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<number> =>
  run(tx, sql`delete from report where workspace_id = ${workspaceId} and id = ${id}`);
