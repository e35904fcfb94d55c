import type { Day } from '../../kernel/day.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import { maybe, run, sql, type Tx } from '../../kernel/sql.ts';
import type { Cuts, LayerRules } from '../core/layers/definitions.ts';

/** By which rules a workspace's customers stand in layers; `asOf`: the data's day they were last worked out on, null before the first time. */
export type LayerSetting = { version: number; rules: LayerRules; learned: Cuts | null; asOf: Day | null; measuredAt: Date | null; changedBy: string; changedAt: Date };

/** Undefined where nobody has asked for layers yet. */
export const layerSetting = (tx: Tx, workspaceId: WorkspaceId): Promise<LayerSetting | undefined> =>
  maybe(tx, sql<LayerSetting>`
    select version, rules, learned, as_of as "asOf", measured_at as "measuredAt", changed_by as "changedBy", changed_at as "changedAt"
      from layer_setting
     where workspace_id = ${workspaceId}`);

/** Puts rules in force; the version they have now. */
export async function saveLayerRules(tx: Tx, workspaceId: WorkspaceId, { rules, by, at }: { rules: LayerRules; by: string; at: Date }): Promise<number> {
  const row = await maybe(tx, sql<{ version: number }>`
    insert into layer_setting (workspace_id, version, rules, changed_by, changed_at)
    values (${workspaceId}, 1, ${JSON.stringify(rules)}::jsonb, ${by}, ${at})
    on conflict (workspace_id) do update
       set version = layer_setting.version + 1, rules = excluded.rules, as_of = null, changed_by = excluded.changed_by, changed_at = excluded.changed_at
    returning version`);
  return row?.version ?? 1;
}

export const saveLearned = (tx: Tx, workspaceId: WorkspaceId, learned: Cuts): Promise<number> =>
  run(tx, sql`update layer_setting set learned = ${JSON.stringify(learned)}::jsonb where workspace_id = ${workspaceId}`);

/** Everybody stands in layers by rules of a version, as of a day; rules changed meanwhile are worked out by themselves. */
export const saveMeasured = (tx: Tx, workspaceId: WorkspaceId, { version, asOf, at }: { version: number; asOf: Day; at: Date }): Promise<number> =>
  run(tx, sql`update layer_setting set as_of = ${asOf}, measured_at = ${at} where workspace_id = ${workspaceId} and version = ${version}`);
