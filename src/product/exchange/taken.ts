import { z } from 'zod';
import { ListAudience, METRIC_IDS, Plan, Scope } from '../../insight/index.ts';
import { rfmRulesShape } from '../../lifecycle/index.ts';
import { Tree } from '../../kernel/conditions/index.ts';

/** What is only shown again, never made a statement of. */
const told = z.record(z.string(), z.unknown());
const cut = z.union([z.number(), z.string(), z.null(), z.array(z.unknown())]);
const stageRules = z.looseObject({ categories: z.record(z.string(), z.looseObject({ groups: z.record(z.string(), z.record(z.string(), cut)) })) });

/**
 * A table whose rows come back as they went out. `people` are columns that name a customer; `json` every column of jsonb with what it may hold;
 * `replace`: what the workspace has of the table gives way, since settling the rules again has begun a history of its own.
 */
export type Taken = { people?: readonly string[]; json?: Readonly<Record<string, z.ZodType>>; also?: Readonly<Record<string, z.ZodType>>; replace?: true };

/** Put away for good: inert rows, which no contract would make again. */
const gone = { archived_at: z.string() };

/** In the order in which they are brought in: an experiment after its parts, so that nobody meets it half. `before`: what is known of people stands before what happened is told. */
export const TAKEN = {
  before: {
    account: {}, account_section: {}, contact: { people: ['customer_id'] }, attitude: {}, cooperation_issue: {},
    note: { people: ['customer_id'] }, note_code: {}, task: { people: ['customer_id'], json: { params: told } }, task_step: { people: ['customer_id'] }, relation: { people: ['from_id', 'to_id'] },
    risk_signal: { people: ['customer_id'] }, risk_review: {}, exit_reason: { people: ['customer_id'] }, scoring_objection: { people: ['customer_id'] },
  },
  after: {
    field: { json: { options: z.array(z.unknown()) }, also: gone }, tag: { json: { spec: told }, also: gone }, segment: { json: { tree: Tree, origin: told.nullish() }, also: gone }, core_programme: { json: { entry: Tree.nullable(), stay: Tree.nullable() }, also: gone },
    tag_version: { json: { spec: told }, replace: true }, segment_version: { json: { tree: Tree }, replace: true },
    metric_version: { json: { params: z.record(z.string(), z.union([z.number(), z.string()])) }, also: { metric_id: z.enum(METRIC_IDS) } },
    stage_rules: { json: { rules: stageRules, report: told }, replace: true }, rfm_rules: { json: { rules: rfmRulesShape }, replace: true },
    goal: { json: { scope: Scope }, also: { metric_id: z.enum(METRIC_IDS) } }, report: { json: { scope: Scope }, also: { metric_id: z.enum(METRIC_IDS) } },
    budget_plan: { json: { inputs: told, advice: told } }, cost_entry: { also: { removed_at: z.string() } }, price_use: { also: { asked_by: z.guid(), decided_by: z.guid().nullable() } }, measured_response: {}, improvement_cycle: { json: { review: told.nullable() } },
    experiment_settlement: { json: { result: z.looseObject({ arms: z.array(told), comparisons: z.array(told) }) } },
    experiment_batch: { json: { left_out: z.record(z.string(), z.number()) } }, experiment_sending: { people: ['customer_id'] }, experiment_person: { people: ['customer_id'] },
    experiment: { json: { audience: ListAudience, plan: Plan, excluded: z.record(z.string(), z.number()) } },
  },
} as const satisfies Record<string, Record<string, Taken>>;

const ALL: Readonly<Record<string, Taken>> = { ...TAKEN.before, ...TAKEN.after };
export const TAKEN_TABLES = Object.keys(ALL) as [string, ...string[]];
export const takenTable = (table: string): Taken => ALL[table] ?? {};

/** What a row of the table has to be; columns that only Postgres judges pass. */
export const rowShape = ({ json = {}, also = {} }: Taken) => z.looseObject({ ...json, ...also });
