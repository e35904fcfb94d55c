import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, maybe, run, sql, type Tx } from '../../kernel/sql.ts';

/**
 * Tables that go out as they stand, a line a row: what people set, wrote and decided. `people` are columns that name a customer; they
 * come out as the customer's id of today, which the export of customers has, too; `without` columns that mean nothing elsewhere, or are secret.
 */
export const RECORDS: Readonly<Record<string, { people?: readonly string[]; without?: readonly string[] }>> = {
  workspace_setting: {}, field: {}, tag: {}, tag_version: {}, segment: {}, segment_version: {}, segment_size: {}, persona: {}, shared_block: {}, shared_block_version: {}, template: {}, template_version: {}, template_rules: {}, reach_rules: {}, subscription_group: {}, subscription: { people: ['customer_id'] }, suppression: { people: ['customer_id'] },
  channel_account: { without: ['sealed'] }, message: { people: ['customer_id'], without: ['address', 'lease', 'opening_id'] }, message_receipt: {}, source_health: {},
  promotion: {}, fx_rate: {}, reconcile_figure: {}, import_recipe: {},
  stage_rules: {}, rfm_rules: {}, lifecycle_setting: {}, layer_setting: {}, touch_policy: {}, product_fit: {}, stage_strategy: {}, scoring_policy: {}, risk_rule: {}, money_setting: {}, budget_plan: {}, benchmark_line: {}, cost_entry: {},
  metric_version: {}, report: {}, goal: {}, core_programme: {}, core_member: { people: ['customer_id'] },
  risk_signal: { people: ['customer_id'] }, risk_review: {}, exit_reason: { people: ['customer_id'] }, scoring_objection: { people: ['customer_id'] },
  experiment: {}, experiment_person: { people: ['customer_id'] }, experiment_batch: {}, experiment_sending: { people: ['customer_id'] }, experiment_settlement: {}, measured_response: {}, improvement_cycle: {},
  journey: {}, journey_version: {}, journey_approval: {}, journey_setting: {}, enrolment: { people: ['customer_id', 'person_id'] }, enrolment_log: {},
  account: {}, account_section: {}, contact: { people: ['customer_id'] }, attitude: {}, cooperation_issue: {}, note: { people: ['customer_id'] }, note_code: {}, task: { people: ['customer_id'] }, task_step: { people: ['customer_id'] }, relation: { people: ['from_id', 'to_id'] },
  price_use: {},
};

type Record_ = { place: string; row: Record<string, unknown> };

/** The workspace's own settings are one row without an id of a workspace in it. */
const workspaceRow = (tx: Tx, workspaceId: WorkspaceId): Promise<Record_[]> => many(tx, sql<Record_>`
  select '' as place, jsonb_build_object('name', name, 'timezone', timezone, 'currency', currency, 'language', language) as row from workspace where id = ${workspaceId}`);

/** Some rows of one of these tables, in the order in which they lie, after a place. */
export async function recordsAfter(tx: Tx, workspaceId: WorkspaceId, table: string, { after, limit }: { after: string | null; limit: number }): Promise<Record_[]> {
  const { people = [], without = [] } = RECORDS[table] ?? {};
  if (table === 'workspace_setting') return after === null ? workspaceRow(tx, workspaceId) : [];
  const owners = sql.join(people.map((column, at) => sql` || jsonb_build_object(${sql.lit(column)}, coalesce(${sql.ref(`s${at}.customer_id`)}, t.${sql.ref(column)}))`), sql` `);
  const joined = sql.join(people.map((column, at) => sql`left join subject ${sql.ref(`s${at}`)} on ${sql.ref(`s${at}.workspace_id`)} = t.workspace_id and ${sql.ref(`s${at}.id`)} = t.${sql.ref(column)}`), sql` `);
  return many(tx, sql<Record_>`
    select t.ctid::text as place, (to_jsonb(t) - ${['workspace_id', ...without]}::text[])${people.length > 0 ? owners : sql``} as row
      from ${sql.table(table)} t ${people.length > 0 ? joined : sql``}
     where t.workspace_id = ${workspaceId} and (${after}::text is null or t.ctid > ${after}::tid)
     order by t.ctid
     limit ${limit}`);
}

export type RunRow = {
  id: string; by: string; reason: string; clear: boolean; state: 'asked' | 'running' | 'finished' | 'failed'; part: string; partsDone: number; partsTotal: number; rowsDone: number;
  askedAt: Date; beatAt: Date; finishedAt: Date | null;
};
const RUN = sql`id, by_id as by, reason, clear, state, part, parts_done as "partsDone", parts_total as "partsTotal", rows_done as "rowsDone", asked_at as "askedAt", beat_at as "beatAt", finished_at as "finishedAt"`;
const ROWS_MAX = 20;

export const runRows = (tx: Tx, workspaceId: WorkspaceId): Promise<RunRow[]> =>
  many(tx, sql<RunRow>`select ${RUN} from whole_export where workspace_id = ${workspaceId} order by asked_at desc, id desc limit ${ROWS_MAX}`);

export const insertRun = (tx: Tx, workspaceId: WorkspaceId, { id, by, reason, clear, at }: { id: string; by: string; reason: string; clear: boolean; at: Date }): Promise<RunRow | undefined> => maybe(tx, sql<RunRow>`
  insert into whole_export (workspace_id, id, by_id, reason, clear, asked_at, beat_at) values (${workspaceId}, ${id}, ${by}, ${reason}, ${clear}, ${at}, ${at}) returning ${RUN}`);

/** Takes a run up, once, by who asked for it and soon after; undefined for any other. */
export const takeRun = (tx: Tx, workspaceId: WorkspaceId, { id, by, since, at, parts }: { id: string; by: string; since: Date; at: Date; parts: number }): Promise<RunRow | undefined> => maybe(tx, sql<RunRow>`
  update whole_export set state = 'running', parts_total = ${parts}, beat_at = ${at}
   where workspace_id = ${workspaceId} and id = ${id} and by_id = ${by} and state = 'asked' and asked_at >= ${since}
  returning ${RUN}`);

export const beatRun = (tx: Tx, workspaceId: WorkspaceId, id: string, { part, partsDone, rowsDone, at }: { part: string; partsDone: number; rowsDone: number; at: Date }): Promise<number> => run(tx, sql`
  update whole_export set part = ${part}, parts_done = ${partsDone}, rows_done = ${rowsDone}, beat_at = ${at} where workspace_id = ${workspaceId} and id = ${id}`);

export const endRun = (tx: Tx, workspaceId: WorkspaceId, id: string, { state, at }: { state: 'finished' | 'failed'; at: Date }): Promise<number> => run(tx, sql`
  update whole_export set state = ${state}, part = '', finished_at = ${at} where workspace_id = ${workspaceId} and id = ${id} and state = 'running'`);
