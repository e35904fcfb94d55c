import { z } from 'zod';
import { JourneyDefinition } from '../../engage/index.ts';
import { ListAudience, METRIC_IDS, Plan, Scope } from '../../insight/index.ts';
import { rfmRulesShape } from '../../lifecycle/index.ts';
import { Tree } from '../../kernel/conditions/index.ts';
import { BlockDocument, Document, rulesShape } from '../../reach/index.ts';
import { answeredApproval, endedLeave, heldAccount, heldJourney, spentMessage, toldReceipt } from './held.ts';

/** What is only shown again, never made a statement of. */
const told = z.record(z.string(), z.unknown());
const cut = z.union([z.number(), z.string(), z.null(), z.array(z.unknown())]);
const stageRules = z.looseObject({ categories: z.record(z.string(), z.looseObject({ groups: z.record(z.string(), z.record(z.string(), cut)) })) });

/**
 * A table whose rows come back as they went out. `people` are columns that name a customer; `json` every column of jsonb with what it may hold, `within`
 * those of them that name customers; `only` rows of this kind; `arrives`: what becomes of a row that acts, at this instant;
 * `replace`: what the workspace has of the table gives way, since settling the rules again has begun a history of its own.
 */
export type Taken = {
  people?: readonly string[]; json?: Readonly<Record<string, z.ZodType>>; within?: readonly string[]; also?: Readonly<Record<string, z.ZodType>>;
  only?(row: Row): boolean; arrives?(row: Row, at: string): Row; replace?: true;
};
export type Row = Record<string, unknown>;

/** Put away for good: inert rows, which no contract would make again. */
const gone = { archived_at: z.string() };
/** Segments in use are said to the API; one that was put away, and the people of one moment, come as they were. */
const keptSegment = ({ id, kind, tree, archived_at: at }: Row): boolean => typeof at === 'string' || (kind === 'frozen' && JSON.stringify(tree) === JSON.stringify({ version: 1, root: { kind: 'kept', list: id } }));
const compiled = z.array(told);
const texts = z.array(z.string());

/** In the order in which they are brought in: an experiment after its parts, so that nobody meets it half. `first`: what settings name; `before`: what is known of people stands before what happened is told. */
export const TAKEN = {
  first: { segment: { json: { tree: Tree, origin: told.nullish() }, only: keptSegment } },
  before: {
    account: {}, account_section: {}, contact: { people: ['customer_id'] }, attitude: {}, cooperation_issue: {},
    note: { people: ['customer_id'] }, note_code: {}, task: { people: ['customer_id'], json: { params: told } }, task_step: { people: ['customer_id'] }, relation: { people: ['from_id', 'to_id'] },
    risk_signal: { people: ['customer_id'] }, risk_review: {}, exit_reason: { people: ['customer_id'] }, scoring_objection: { people: ['customer_id'] },
    // Who is not to be written to is known before anything that might write.
    suppression: { people: ['customer_id'] }, subscription_group: {}, subscription: { people: ['customer_id'] },
    reach_rules: { json: { rules: rulesShape.partial() }, within: ['rules'], replace: true }, source_health: {}, channel_account: { arrives: heldAccount },
  },
  after: {
    field: { json: { options: z.array(z.unknown()) }, also: gone }, tag: { json: { spec: told }, also: gone }, core_programme: { json: { entry: Tree.nullable(), stay: Tree.nullable() }, also: gone },
    tag_version: { json: { spec: told }, replace: true }, segment_version: { json: { tree: Tree }, replace: true },
    metric_version: { json: { params: z.record(z.string(), z.union([z.number(), z.string()])) }, also: { metric_id: z.enum(METRIC_IDS) } },
    stage_rules: { json: { rules: stageRules, report: told }, replace: true }, rfm_rules: { json: { rules: rfmRulesShape }, replace: true },
    goal: { json: { scope: Scope }, also: { metric_id: z.enum(METRIC_IDS) } }, report: { json: { scope: Scope }, also: { metric_id: z.enum(METRIC_IDS) } },
    product_fit: {}, budget_plan: { json: { inputs: told, advice: told } }, cost_entry: { also: { removed_at: z.string() } }, price_use: { also: { asked_by: z.guid(), decided_by: z.guid().nullable() }, arrives: endedLeave }, measured_response: {}, improvement_cycle: { json: { review: told.nullable() } },
    experiment_settlement: { json: { result: z.looseObject({ arms: z.array(told), comparisons: z.array(told) }) } },
    experiment_batch: { json: { left_out: z.record(z.string(), z.number()) } }, experiment_sending: { people: ['customer_id'] }, experiment_person: { people: ['customer_id'] },
    experiment: { json: { audience: ListAudience, plan: Plan, excluded: z.record(z.string(), z.number()) } },
    segment_size: { replace: true }, persona: { json: { goals: texts, pains: texts, channels: texts } },
    // Before the templates that call them: what is brought in is compiled with the blocks there are.
    shared_block: {}, shared_block_version: { json: { document: BlockDocument } },
    template: { json: { draft: Document } }, template_version: { json: { document: Document, compiled, findings: z.array(told) } }, template_rules: { json: { claims: z.array(told) }, replace: true },
    journey_setting: { replace: true }, journey: { json: { draft: JourneyDefinition }, arrives: heldJourney }, journey_version: { json: { definition: JourneyDefinition } }, journey_approval: { arrives: answeredApproval },
    enrolment: { people: ['customer_id', 'person_id'], json: { occasion: told } }, enrolment_log: {},
    message: { people: ['customer_id'], json: { params: told, facts: told, history: z.array(told), blocks: z.record(z.string(), z.number()).nullish() }, arrives: spentMessage }, message_receipt: { arrives: toldReceipt },
  },
} as const satisfies Record<string, Record<string, Taken>>;

const ALL: Readonly<Record<string, Taken>> = { ...TAKEN.first, ...TAKEN.before, ...TAKEN.after };
export const TAKEN_TABLES = Object.keys(ALL) as [string, ...string[]];
export const takenTable = (table: string): Taken => ALL[table] ?? {};

/** What a row of the table has to be; columns that only Postgres judges pass. */
export const rowShape = ({ json = {}, also = {} }: Taken) => z.looseObject({ ...json, ...also });
