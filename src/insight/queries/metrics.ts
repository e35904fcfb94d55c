import type { Day } from '../../kernel/day.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, one, run, sql, type Tx } from '../../kernel/sql.ts';
import type { MetricId, MetricParams } from '../core/metrics.ts';

/** A version of a definition that a workspace made. */
export type VersionRow = { metricId: MetricId; version: number; params: MetricParams; timezone: string; owner: string; reason: string; author: string; madeOn: Day; madeAt: Date };

export const loadVersions = (tx: Tx, workspaceId: WorkspaceId, ids: readonly MetricId[]): Promise<VersionRow[]> =>
  many(tx, sql<VersionRow>`
    select metric_id as "metricId", version, params, timezone, owner, reason, author, made_on as "madeOn", made_at as "madeAt"
      from metric_version
     where workspace_id = ${workspaceId} and metric_id = any (${ids}::text[])
     order by metric_id, version`);

export const insertVersion = (tx: Tx, workspaceId: WorkspaceId, row: VersionRow): Promise<number> =>
  run(tx, sql`
    insert into metric_version (workspace_id, metric_id, version, params, timezone, owner, reason, author, made_on, made_at)
    values (${workspaceId}, ${row.metricId}, ${row.version}, ${JSON.stringify(row.params)}::jsonb, ${row.timezone}, ${row.owner}, ${row.reason}, ${row.author}, ${row.madeOn}, ${row.madeAt})
    on conflict do nothing`);

export const zoneOf = async (tx: Tx, workspaceId: WorkspaceId): Promise<string> =>
  (await one(tx, sql<{ timezone: string }>`select timezone from workspace where id = ${workspaceId}`, 'workspace')).timezone;
