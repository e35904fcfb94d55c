import type { Day } from '../../../kernel/day.ts';
import type { WorkspaceId } from '../../../kernel/ids.ts';
import { many, run, sql, type Tx } from '../../../kernel/sql.ts';
import type { SettledResult } from '../contract.ts';

/** Every workspace there is. */
export const workspaceIds = async (global: Tx): Promise<WorkspaceId[]> =>
  (await many(global, sql<{ id: WorkspaceId }>`select id from workspace order by id`)).map(({ id }) => id);

export type Settlement = { experimentId: string; settledAt: Date; asOf: Day; outcomeId: string; result: SettledResult };

/** 0 where somebody else settled it meanwhile: the first word stands. */
export const insertSettlement = (tx: Tx, workspaceId: WorkspaceId, { experimentId, settledAt, asOf, outcomeId, result }: Settlement): Promise<number> =>
  run(tx, sql`
    insert into experiment_settlement (workspace_id, experiment_id, settled_at, as_of, outcome_id, result)
    values (${workspaceId}, ${experimentId}, ${settledAt}, ${asOf}, ${outcomeId}, ${JSON.stringify(result)}::jsonb)
    on conflict do nothing`);

export const settlementsOf = (tx: Tx, workspaceId: WorkspaceId, ids: readonly string[]): Promise<Settlement[]> =>
  many(tx, sql<Settlement>`
    select experiment_id as "experimentId", settled_at as "settledAt", as_of as "asOf", outcome_id as "outcomeId", result
      from experiment_settlement
     where workspace_id = ${workspaceId} and experiment_id = any(${[...ids]}::uuid[])`);
