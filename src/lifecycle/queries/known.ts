import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import type { Stage } from '../core/rules.ts';

export type KnownRow = { recordedAt: string; asOf: string; rulesVersion: number; correction: number; stages: Stage[]; entered: string[]; cycles: number[] };

/** What was held true of one customer at each time of recording, newest first. */
export const knownThen = (ch: ClickHouse, workspaceId: WorkspaceId, customer: CustomerId): Promise<KnownRow[]> =>
  ch.rows(`
    select formatDateTime(recorded_at, '%Y-%m-%dT%H:%i:%SZ', 'UTC') as recordedAt, toString(as_of) as asOf, rules_version as rulesVersion, correction, stages, arrayMap(d -> toString(d), entered) as entered, cycles
      from stage_history
     where workspace = {workspace:UUID} and customer = {customer:UUID}
     order by recorded_at desc
     limit 50`, { workspace: workspaceId, customer });
