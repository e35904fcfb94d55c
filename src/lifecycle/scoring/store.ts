import type { Day } from '../../kernel/day.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, maybe, one, run, sql, type Tx } from '../../kernel/sql.ts';
import type { ChurnScorer } from './compute/churn.ts';
import type { ValueScorer } from './compute/valueScorer.ts';
import type { ModelKind, ModelState, Step, Trigger } from './codes.ts';
import type { ChurnReport, Coded, ValueReport } from './contract.ts';
import type { MeasuredResponse } from './responses.ts';

export type ModelRow = {
  kind: ModelKind; number: number; state: ModelState; trigger: Trigger; progress: { step: Step; share: number } | null; beatAt: Date | null; asOf: Day | null; name: string | null; used: boolean;
  why: Coded | null; createdAt: Date; finishedAt: Date | null;
};
const LINE = sql`kind, number, state, trigger, progress, beat_at as "beatAt", as_of as "asOf", name, used, why, created_at as "createdAt", finished_at as "finishedAt"`;
const FINISHED = sql`state in ('used', 'unusable', 'refused')`;

/** Versions of one kind, newest first, with the two figures a history shows. */
export const modelHistory = (tx: Tx, workspaceId: WorkspaceId, kind: ModelKind, most: number): Promise<(ModelRow & { report: ValueReport | ChurnReport | null })[]> =>
  many(tx, sql<ModelRow & { report: ValueReport | ChurnReport | null }>`
    select ${LINE}, report from model
     where workspace_id = ${workspaceId} and kind = ${kind}
     order by number desc limit ${most}`);

/** One version with its report; the newest finished one without a number. */
export const modelNumbered = (tx: Tx, workspaceId: WorkspaceId, kind: ModelKind, number: number | undefined): Promise<(ModelRow & { report: ValueReport | ChurnReport | null }) | undefined> =>
  maybe(tx, sql<ModelRow & { report: ValueReport | ChurnReport | null }>`
    select ${LINE}, report from model
     where workspace_id = ${workspaceId} and kind = ${kind} and ${number === undefined ? FINISHED : sql`number = ${number}`}
     order by number desc limit 1`);

/** The newest line of each kind that is finished, or not. */
export const newestLines = (tx: Tx, workspaceId: WorkspaceId, finished: boolean): Promise<ModelRow[]> =>
  many(tx, sql<ModelRow>`
    select distinct on (kind) ${LINE} from model
     where workspace_id = ${workspaceId} and ${finished ? FINISHED : sql`state in ('waiting', 'running')`}
     order by kind, number desc`);

export type InForce = { number: number; asOf: Day; value: ValueScorer; churn: ChurnScorer; usualGapDays: number };

/** The models that score now: the newest finished pair. */
export async function modelsInForce(tx: Tx, workspaceId: WorkspaceId): Promise<InForce | undefined> {
  return maybe(tx, sql<InForce>`
    select v.number, v.as_of as "asOf", v.params -> 'scorer' as value, c.params -> 'scorer' as churn, (v.params ->> 'usualGapDays')::float8 as "usualGapDays"
      from model v join model c on c.workspace_id = v.workspace_id and c.number = v.number and c.kind = 'churn' and c.params is not null
     where v.workspace_id = ${workspaceId} and v.kind = 'value' and v.params is not null
     order by v.number desc limit 1`);
}

const lockModels = (tx: Tx, workspaceId: WorkspaceId): Promise<number> => run(tx, sql`select pg_advisory_xact_lock(hashtextextended(${`models:${workspaceId}`}, 0))`);

type Newest = { number: number; state: ModelState; beatAt: Date | null };
const newestRun = (tx: Tx, workspaceId: WorkspaceId): Promise<Newest | undefined> =>
  maybe(tx, sql<Newest>`select number, state, beat_at as "beatAt" from model where workspace_id = ${workspaceId} and kind = 'value' order by number desc limit 1`);

const OPEN: readonly ModelState[] = ['waiting', 'failed', 'cancelled'];

async function setState(tx: Tx, workspaceId: WorkspaceId, number: number, state: ModelState, trigger: Trigger, at: Date): Promise<void> {
  await run(tx, sql`
    insert into model (workspace_id, kind, number, state, trigger, created_at, beat_at)
    select ${workspaceId}, kind, ${number}, ${state}, ${trigger}, ${at}, ${at} from unnest(array['value', 'churn']) as kind
    on conflict (workspace_id, kind, number) do update
       set state = excluded.state, beat_at = excluded.beat_at, progress = null, error = null, finished_at = null`);
}

/** Writes down that a run is wanted; false where one waits already. */
export async function wantRun(tx: Tx, workspaceId: WorkspaceId, trigger: Trigger, at: Date): Promise<boolean> {
  await lockModels(tx, workspaceId);
  const newest = await newestRun(tx, workspaceId);
  if (newest?.state === 'waiting') return false;
  await setState(tx, workspaceId, newest && OPEN.includes(newest.state) ? newest.number : (newest?.number ?? 0) + 1, 'waiting', trigger, at);
  return true;
}

/** A run that has not shown itself for so long was killed with its process. */
const DEAD_MS = 30_000;

/** Whether a run is in one of these states; one that was killed with its process is not running. */
const runUnderWay = async (tx: Tx, workspaceId: WorkspaceId, states: readonly ModelState[], at: Date): Promise<boolean> =>
  (await maybe(tx, sql<{ number: number }>`
    select number from model where workspace_id = ${workspaceId} and kind = 'value' and state = any (${[...states]}) and (state != 'running' or beat_at > ${new Date(at.getTime() - DEAD_MS)}) limit 1`)) !== undefined;

/** Whether everybody is about to be scored by new models, or is being scored by them. */
export const isScoring = (tx: Tx, workspaceId: WorkspaceId, at: Date): Promise<boolean> => runUnderWay(tx, workspaceId, ['waiting', 'running'], at);

/** Takes the run that waits (or was cut off); null where another one is under way. */
export async function takeRun(tx: Tx, workspaceId: WorkspaceId, trigger: Trigger, at: Date): Promise<number | null> {
  await lockModels(tx, workspaceId);
  if (await runUnderWay(tx, workspaceId, ['running'], at)) return null;
  const newest = await newestRun(tx, workspaceId), isOpen = newest && (OPEN.includes(newest.state) || newest.state === 'running'), number = isOpen ? newest.number : (newest?.number ?? 0) + 1;
  await run(tx, sql`update model set state = 'cancelled', finished_at = ${at} where workspace_id = ${workspaceId} and state = 'running' and number < ${number}`);
  await setState(tx, workspaceId, number, 'running', trigger, at);
  return number;
}

export const beat = (tx: Tx, workspaceId: WorkspaceId, number: number, progress: { step: Step; share: number }, at: Date): Promise<number> =>
  run(tx, sql`update model set progress = ${JSON.stringify(progress)}::jsonb, beat_at = ${at} where workspace_id = ${workspaceId} and number = ${number} and state = 'running'`);

export type Finished = { kind: ModelKind; state: ModelState; name: string | null; why: Coded | null; params: object; report: object };

export async function finishRun(tx: Tx, workspaceId: WorkspaceId, number: number, asOf: Day, models: readonly Finished[], at: Date): Promise<void> {
  for (const { kind, state, name, why, params, report } of models) {
    await run(tx, sql`
      update model set state = ${state}, used = ${state === 'used'}, name = ${name}, why = ${JSON.stringify(why)}::jsonb, params = ${JSON.stringify(params)}::jsonb, report = ${JSON.stringify(report)}::jsonb,
             as_of = ${asOf}, progress = null, finished_at = ${at}
       where workspace_id = ${workspaceId} and kind = ${kind} and number = ${number}`);
  }
}

export const endRun = (tx: Tx, workspaceId: WorkspaceId, number: number, state: 'failed' | 'cancelled', error: string, at: Date): Promise<number> =>
  run(tx, sql`update model set state = ${state}, error = ${error}, progress = null, finished_at = ${at} where workspace_id = ${workspaceId} and number = ${number} and state = 'running'`);

/** `attemptCostMinor` null: nobody has said; `weekBudgetMinor` null: no cap. */
export type Policy = { purpose: string; useTraits: boolean; capacity: number; attemptCostMinor: number | null; weekBudgetMinor: number | null; savedShare: number; horizonDays: number | null; changedBy: string | null; changedAt: Date | null };
const POLICY: Policy = { purpose: '', useTraits: false, capacity: 100, attemptCostMinor: null, weekBudgetMinor: null, savedShare: 0.1, horizonDays: null, changedBy: null, changedAt: null };

export async function policyOf(tx: Tx, workspaceId: WorkspaceId): Promise<Policy> {
  const row = await maybe(tx, sql<Policy>`
    select purpose, use_traits as "useTraits", capacity, attempt_cost_minor as "attemptCostMinor", week_budget_minor as "weekBudgetMinor", saved_share as "savedShare", horizon_days as "horizonDays", changed_by as "changedBy", changed_at as "changedAt"
      from scoring_policy where workspace_id = ${workspaceId}`);
  return row ?? POLICY;
}

export async function savePolicy(tx: Tx, workspaceId: WorkspaceId, policy: Policy): Promise<void> {
  const { purpose, useTraits, capacity, attemptCostMinor, weekBudgetMinor, savedShare, horizonDays, changedBy, changedAt } = policy;
  await run(tx, sql`
    insert into scoring_policy (workspace_id, purpose, use_traits, capacity, attempt_cost_minor, week_budget_minor, saved_share, horizon_days, changed_by, changed_at)
    values (${workspaceId}, ${purpose}, ${useTraits}, ${capacity}, ${attemptCostMinor}, ${weekBudgetMinor}, ${savedShare}, ${horizonDays}, ${changedBy}, ${changedAt})
    on conflict (workspace_id) do update
       set purpose = excluded.purpose, use_traits = excluded.use_traits, capacity = excluded.capacity, attempt_cost_minor = excluded.attempt_cost_minor, week_budget_minor = excluded.week_budget_minor,
           saved_share = excluded.saved_share, horizon_days = excluded.horizon_days, changed_by = excluded.changed_by, changed_at = excluded.changed_at`);
}

/** Who last changed each part of the policy, and when, as the audit log has it. */
export const policyChanges = (tx: Tx, workspaceId: WorkspaceId): Promise<{ field: string; by: string; byKind: string; at: Date }[]> =>
  many(tx, sql<{ field: string; by: string; byKind: string; at: Date }>`
    select distinct on (f.field) f.field, a.actor_id as by, a.actor_kind as "byKind", a.at
      from audit a cross join lateral jsonb_array_elements_text(a.detail -> 'fields') as f (field)
     where a.workspace_id = ${workspaceId} and a.action = 'scoring_policy.changed'
     order by f.field, a.seq desc`);

/** Tags of customers that a filter decides. */
export const ruleTags = (tx: Tx, workspaceId: WorkspaceId): Promise<{ key: string; name: string; spec: unknown }[]> =>
  many(tx, sql<{ key: string; name: string; spec: unknown }>`select key, name, spec from tag where workspace_id = ${workspaceId} and kind = 'rule' and archived_at is null`);

export const saveResponse = (tx: Tx, workspaceId: WorkspaceId, { experimentId, name, treated, control, windowDays, settledOn }: MeasuredResponse, at: Date): Promise<number> =>
  run(tx, sql`
    insert into measured_response (workspace_id, experiment_id, name, treated, treated_buyers, control, control_buyers, window_days, settled_on, recorded_at)
    values (${workspaceId}, ${experimentId}, ${name}, ${treated.customers}, ${treated.buyers}, ${control.customers}, ${control.buyers}, ${windowDays}, ${settledOn}, ${at})
    on conflict do nothing`);

/** The newest one; of one day the one with more people. */
export async function newestResponse(tx: Tx, workspaceId: WorkspaceId): Promise<MeasuredResponse | undefined> {
  const row = await maybe(tx, sql<Omit<MeasuredResponse, 'treated' | 'control'> & { treated: number; treatedBuyers: number; control: number; controlBuyers: number }>`
    select experiment_id as "experimentId", name, treated, treated_buyers as "treatedBuyers", control, control_buyers as "controlBuyers", window_days as "windowDays", settled_on as "settledOn"
      from measured_response where workspace_id = ${workspaceId} order by settled_on desc, treated + control desc, experiment_id limit 1`);
  return row && { ...row, treated: { customers: row.treated, buyers: row.treatedBuyers }, control: { customers: row.control, buyers: row.controlBuyers } };
}

/** Calibration by kind of customer, of the churn model in force. */
export const groupsInForce = (tx: Tx, workspaceId: WorkspaceId): Promise<{ churn: ChurnReport['groups'] | null; totalError: number | null } | undefined> =>
  maybe(tx, sql<{ churn: ChurnReport['groups'] | null; totalError: number | null }>`
    select c.report -> 'groups' as churn,
           (select (one -> 'judged' ->> 'totalError')::float8 from jsonb_array_elements(v.report -> 'candidates') as one where one ->> 'name' = v.report ->> 'chosen' limit 1) as "totalError"
      from model v join model c on c.workspace_id = v.workspace_id and c.number = v.number and c.kind = 'churn' and c.report is not null
     where v.workspace_id = ${workspaceId} and v.kind = 'value' and v.report is not null
     order by v.number desc limit 1`);

/** Whoever owns a customer id today; objections and exit reasons outlive merges so. */
const OWNED = sql`left join subject s on s.workspace_id = o.workspace_id and s.id = o.customer_id`;

export const objectors = (tx: Tx, workspaceId: WorkspaceId): Promise<{ customer: string; at: Date }[]> =>
  many(tx, sql<{ customer: string; at: Date }>`
    select coalesce(s.customer_id, o.customer_id) as customer, min(o.at) as at from scoring_objection o ${OWNED}
     where o.workspace_id = ${workspaceId} group by 1`);

/** Of these customers those who asked not to be judged by their traits. */
export const objectorsAmong = async (tx: Tx, workspaceId: WorkspaceId, customers: readonly string[]): Promise<Set<string>> =>
  new Set((await many(tx, sql<{ customer: string }>`
    select distinct s.customer_id as customer from scoring_objection o join subject s on s.workspace_id = o.workspace_id and s.id = o.customer_id
     where o.workspace_id = ${workspaceId} and s.customer_id = any (${[...customers]}::uuid[])`)).map(({ customer }) => customer));

export const objectionOf = (tx: Tx, workspaceId: WorkspaceId, customer: string): Promise<{ at: Date } | undefined> =>
  maybe(tx, sql<{ at: Date }>`
    select o.at from scoring_objection o ${OWNED} where o.workspace_id = ${workspaceId} and coalesce(s.customer_id, o.customer_id) = ${customer} order by o.at limit 1`);

export async function saveObjection(tx: Tx, workspaceId: WorkspaceId, customer: string, on: boolean, by: string, at: Date): Promise<void> {
  if (on) await run(tx, sql`insert into scoring_objection (workspace_id, customer_id, by, at) values (${workspaceId}, ${customer}, ${by}, ${at}) on conflict do nothing`);
  else await run(tx, sql`
    delete from scoring_objection o where o.workspace_id = ${workspaceId}
       and (o.customer_id = ${customer} or o.customer_id in (select id from subject where workspace_id = ${workspaceId} and customer_id = ${customer}))`);
}

type ExitRow = { customer: string; reason: string; source: string; day: Day };
export const exitReasons = (tx: Tx, workspaceId: WorkspaceId): Promise<ExitRow[]> =>
  many(tx, sql<ExitRow>`
    select distinct on (1) coalesce(s.customer_id, o.customer_id) as customer, o.reason, o.source, o.day from exit_reason o ${OWNED}
     where o.workspace_id = ${workspaceId} order by 1, o.day desc`);

export const exitReasonOf = (tx: Tx, workspaceId: WorkspaceId, customer: string): Promise<ExitRow | undefined> =>
  maybe(tx, sql<ExitRow>`
    select o.customer_id as customer, o.reason, o.source, o.day from exit_reason o ${OWNED}
     where o.workspace_id = ${workspaceId} and coalesce(s.customer_id, o.customer_id) = ${customer} order by o.day desc limit 1`);

export async function saveExitReason(tx: Tx, workspaceId: WorkspaceId, { customer, reason, source, by, day }: { customer: string; reason: string | null; source: string; by: string; day: Day }): Promise<void> {
  await run(tx, sql`
    delete from exit_reason o where o.workspace_id = ${workspaceId}
       and (o.customer_id = ${customer} or o.customer_id in (select id from subject where workspace_id = ${workspaceId} and customer_id = ${customer}))`);
  if (reason !== null) await run(tx, sql`insert into exit_reason (workspace_id, customer_id, reason, source, by, day) values (${workspaceId}, ${customer}, ${reason}, ${source}, ${by}, ${day})`);
}

export type PriceUse = { id: string; purpose: string; state: 'asked' | 'approved' | 'refused' | 'ended'; askedBy: string; askedAt: Date; decidedBy: string | null; decidedAt: Date | null; until: Day };
const PRICE = sql`id, purpose, state, asked_by as "askedBy", asked_at as "askedAt", decided_by as "decidedBy", decided_at as "decidedAt", until`;

export const priceUses = (tx: Tx, workspaceId: WorkspaceId): Promise<PriceUse[]> =>
  many(tx, sql<PriceUse>`select ${PRICE} from price_use where workspace_id = ${workspaceId} order by asked_at desc limit 100`);

export const priceUseById = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<PriceUse> =>
  one(tx, sql<PriceUse>`select ${PRICE} from price_use where workspace_id = ${workspaceId} and id = ${id} for update`, 'price_use');

export async function savePriceUse(tx: Tx, workspaceId: WorkspaceId, { id, purpose, state, askedBy, askedAt, decidedBy, decidedAt, until }: PriceUse): Promise<void> {
  await run(tx, sql`
    insert into price_use (workspace_id, id, purpose, state, asked_by, asked_at, decided_by, decided_at, until)
    values (${workspaceId}, ${id}, ${purpose}, ${state}, ${askedBy}, ${askedAt}, ${decidedBy}, ${decidedAt}, ${until})
    on conflict (workspace_id, id) do update set state = excluded.state, decided_by = excluded.decided_by, decided_at = excluded.decided_at`);
}
