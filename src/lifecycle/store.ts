import { type Day, dayNumber } from '../kernel/day.ts';
import { Refusal } from '../kernel/errors.ts';
import type { WorkspaceId } from '../kernel/ids.ts';
import { many, maybe, run, sql, type Tx } from '../kernel/sql.ts';
import type { CalibrationReport } from './core/judge.ts';
import type { StageStrategy } from './core/matrix.ts';
import { DEFAULT_RFM, type RfmRules, type RfmScales } from './core/rfm.ts';
import { firstRules, type Stage, type StageRules } from './core/rules.ts';

/** A version of the stage rules with the report that judged it. */
export type RulesVersion = { version: number; basis: 'calibrated' | 'configured'; rules: StageRules; report: CalibrationReport | null; asOf: Day; madeBy: string; madeAt: Date };

/** The rules in force; version 0 stands for a workspace that never learned any. */
export async function rulesInForce(tx: Tx, workspaceId: WorkspaceId): Promise<RulesVersion> {
  const row = await maybe(tx, sql<RulesVersion>`
    select version, basis, rules, report, as_of as "asOf", made_by as "madeBy", made_at as "madeAt"
      from stage_rules
     where workspace_id = ${workspaceId}
     order by version desc
     limit 1`);
  return row ?? { version: 0, basis: 'calibrated', rules: firstRules(), report: null, asOf: '1970-01-01', madeBy: 'perennial', madeAt: new Date(0) };
}

/** One version; refuses `stage_rules.not_found`. */
export async function rulesOfVersion(tx: Tx, workspaceId: WorkspaceId, version: number): Promise<RulesVersion> {
  const row = await maybe(tx, sql<RulesVersion>`
    select version, basis, rules, report, as_of as "asOf", made_by as "madeBy", made_at as "madeAt"
      from stage_rules
     where workspace_id = ${workspaceId} and version = ${version}`);
  if (!row) throw new Refusal('stage_rules.not_found', { version }, 404);
  return row;
}

export type RulesLine = Omit<RulesVersion, 'rules'>;
export const listRules = (tx: Tx, workspaceId: WorkspaceId): Promise<RulesLine[]> =>
  many(tx, sql<RulesLine>`
    select version, basis, report, as_of as "asOf", made_by as "madeBy", made_at as "madeAt"
      from stage_rules
     where workspace_id = ${workspaceId}
     order by version desc
     limit 50`);

/** Adds the next version; its number. */
export async function insertRules(tx: Tx, workspaceId: WorkspaceId, made: Omit<RulesVersion, 'version'>): Promise<number> {
  const row = await maybe(tx, sql<{ version: number }>`
    insert into stage_rules (workspace_id, version, basis, rules, report, as_of, made_by, made_at)
    select ${workspaceId}, coalesce(max(version), 0) + 1, ${made.basis}, ${JSON.stringify(made.rules)}::jsonb, ${JSON.stringify(made.report)}::jsonb, ${made.asOf}, ${made.madeBy}, ${made.madeAt}
      from stage_rules
     where workspace_id = ${workspaceId}
    returning version`);
  return row?.version ?? 1;
}

export async function rfmRulesInForce(tx: Tx, workspaceId: WorkspaceId): Promise<RfmRules & { version: number }> {
  const row = await maybe(tx, sql<{ version: number; rules: RfmRules }>`
    select version, rules from rfm_rules where workspace_id = ${workspaceId} order by version desc limit 1`);
  return row ? { ...row.rules, version: row.version } : { ...DEFAULT_RFM, version: 0 };
}

export async function insertRfmRules(tx: Tx, workspaceId: WorkspaceId, rules: RfmRules, by: string, at: Date): Promise<void> {
  await run(tx, sql`
    insert into rfm_rules (workspace_id, version, rules, made_by, made_at)
    select ${workspaceId}, coalesce(max(version), 0) + 1, ${JSON.stringify(rules)}::jsonb, ${by}, ${at} from rfm_rules where workspace_id = ${workspaceId}`);
}

export type Setting = { model: string; cycleDays: Record<string, number>; scales: RfmScales | null; rfmAsOf: number | null; assessedAsOf: number | null };

export async function settingOf(tx: Tx, workspaceId: WorkspaceId): Promise<Setting> {
  const row = await maybe(tx, sql<{ model: string; cycleDays: Record<string, number>; scales: RfmScales | null; rfmAsOf: Day | null; assessedAsOf: Day | null }>`
    select model, cycle_days as "cycleDays", rfm_scales as scales, rfm_as_of as "rfmAsOf", assessed_as_of as "assessedAsOf"
      from lifecycle_setting where workspace_id = ${workspaceId}`);
  const number = (day: Day | null): number | null => (day === null ? null : dayNumber(day));
  return row ? { ...row, rfmAsOf: number(row.rfmAsOf), assessedAsOf: number(row.assessedAsOf) } : { model: 'canonical', cycleDays: {}, scales: null, rfmAsOf: null, assessedAsOf: null };
}

/** Changes what is given, leaves the rest. */
export async function saveSetting(tx: Tx, workspaceId: WorkspaceId, given: { model?: string; cycleDays?: Record<string, number>; scales?: RfmScales; rfmAsOf?: Day; assessedAsOf?: Day }): Promise<void> {
  const json = (value: unknown): string | null => (value === undefined ? null : JSON.stringify(value));
  await run(tx, sql`
    insert into lifecycle_setting (workspace_id, model, cycle_days, rfm_scales, rfm_as_of, assessed_as_of)
    values (${workspaceId}, ${given.model ?? 'canonical'}, coalesce(${json(given.cycleDays)}::jsonb, '{}'), ${json(given.scales)}::jsonb, ${given.rfmAsOf ?? null}, ${given.assessedAsOf ?? null})
    on conflict (workspace_id) do update
       set model          = coalesce(${given.model ?? null}, lifecycle_setting.model),
           cycle_days     = coalesce(${json(given.cycleDays)}::jsonb, lifecycle_setting.cycle_days),
           rfm_scales     = coalesce(excluded.rfm_scales, lifecycle_setting.rfm_scales),
           rfm_as_of      = coalesce(excluded.rfm_as_of, lifecycle_setting.rfm_as_of),
           assessed_as_of = coalesce(excluded.assessed_as_of, lifecycle_setting.assessed_as_of)`);
}

export const listStrategies = (tx: Tx, workspaceId: WorkspaceId): Promise<StageStrategy[]> =>
  many(tx, sql<StageStrategy>`
    select stage, needs, goal, kpi, owner_team as "ownerTeam" from stage_strategy where workspace_id = ${workspaceId}`);

export async function saveStrategy(tx: Tx, workspaceId: WorkspaceId, { stage, needs, goal, kpi, ownerTeam }: StageStrategy & { stage: Stage }, by: string, at: Date): Promise<void> {
  await run(tx, sql`
    insert into stage_strategy (workspace_id, stage, needs, goal, kpi, owner_team, changed_by, changed_at)
    values (${workspaceId}, ${stage}, ${needs}, ${goal}, ${kpi}, ${ownerTeam}, ${by}, ${at})
    on conflict (workspace_id, stage) do update
       set needs = excluded.needs, goal = excluded.goal, kpi = excluded.kpi, owner_team = excluded.owner_team, changed_by = excluded.changed_by, changed_at = excluded.changed_at`);
}

/** One assessment of a workspace at a time: two would each compare with a past the other is changing. */
export const lockStages = (tx: Tx, workspaceId: WorkspaceId): Promise<number> =>
  run(tx, sql`select pg_advisory_xact_lock(hashtextextended(${`stages:${workspaceId}`}, 0))`);

/** An assessment whose telling was cut off: the version of its rows in analytics, and whether it was news. */
export type Untold = { version: number; mode: 'live' | 'backfill' };

export const untoldOf = (tx: Tx, workspaceId: WorkspaceId): Promise<Untold[]> =>
  many(tx, sql<Untold>`select version, mode from stage_untold where workspace_id = ${workspaceId} order by version`);

export const noteUntold = (tx: Tx, workspaceId: WorkspaceId, { version, mode }: Untold): Promise<number> =>
  run(tx, sql`insert into stage_untold (workspace_id, version, mode) values (${workspaceId}, ${version}, ${mode}) on conflict do nothing`);

export const forgetUntold = (tx: Tx, workspaceId: WorkspaceId, version: number): Promise<number> =>
  run(tx, sql`delete from stage_untold where workspace_id = ${workspaceId} and version = ${version}`);

export type WorkspaceFacts = { timezone: string; currency: string };
export async function workspaceOf(tx: Tx, workspaceId: WorkspaceId): Promise<WorkspaceFacts> {
  const row = await maybe(tx, sql<WorkspaceFacts>`select timezone, currency from workspace where id = ${workspaceId}`);
  if (!row) throw new Refusal('workspace.not_found', {}, 404);
  return row;
}
