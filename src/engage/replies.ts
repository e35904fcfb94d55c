import { z } from 'zod';
import { pageOf } from '../kernel/http/route.ts';
import { JourneyDefinition, PASSED_REASONS, STATES, STATUSES } from './contract.ts';
import { CALENDARS } from './core/definition.ts';

const count = z.number().int();
const instant = z.iso.datetime();
const name = z.string().trim().min(1).max(80);
const text = z.string().max(1_000);

export const idParams = z.object({ id: z.uuid() });
export const enrolmentParams = z.object({ id: z.uuid(), enrolment: z.uuid() });
export const approvalParams = z.object({ approval: z.uuid() });
export const customerParams = z.object({ id: z.uuid() });
export const listQuery = z.object({ state: z.enum(STATES).optional(), cursor: z.string().max(500).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) });
export const peopleQuery = z.object({ node: z.string().max(40).optional(), status: z.enum(STATUSES).optional(), cursor: z.string().max(500).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) });

export const newBody = z.strictObject({ name, description: text.default(''), stage: z.string().max(40).nullable().default(null), definition: JourneyDefinition });
export const changeBody = z.strictObject({ revision: count.min(1).describe('the one that was read'), name: name.optional(), description: text.optional(), stage: z.string().max(40).nullable().optional(), definition: JourneyDefinition.optional(), holdOutReason: text.optional().describe('why the share that is held out changes') });
export const playbookParams = z.object({ key: z.string().max(60) });
export const playbookBody = z.strictObject({ name: name.optional(), templates: z.record(z.string().max(60), z.string().min(1).max(100)).default({}).describe('key of a template the playbook needs → template of the workspace') });
export const playbooksShape = z.object({ rows: z.array(z.object({ key: z.string(), name: z.string(), stage: z.string().nullable(), templates: z.array(z.string()), definition: JourneyDefinition })) });
export const resumeBody = z.strictObject({ waits: z.enum(['ran', 'stood']).default('ran').describe('ran: waits went on meanwhile, whoever is overdue goes on at once; stood: every wait is put off by the pause') });
export const migrateBody = z.strictObject({ from: count.min(1), to: count.min(1), nodes: z.record(z.string().max(40), z.string().max(40)).default({}).describe('node of the old version → node of the new; a node that keeps its name need not be told') });
export const askBody = z.strictObject({ note: text.default('') });
export const decideBody = z.strictObject({ decision: z.enum(['approved', 'refused']), note: text.default('') });
export const settingBody = z.strictObject({ approvalPeople: count.min(0).max(10_000_000) });
export const settingShape = z.object({ approvalPeople: count });
export const enrolBody = z.strictObject({
  people: z.array(z.strictObject({ customer: z.guid(), properties: z.record(z.string().max(100), z.unknown()).default({}) })).min(1).max(5_000),
  occasion: z.string().max(200).default('').describe('makes saying it twice once; empty: by the moment'),
});
export const enrolledShape = z.object({ enrolled: z.array(z.uuid()), passed: count.describe('how many were not let in'),
  why: z.array(z.object({ customer: z.guid(), reason: z.enum(PASSED_REASONS) })).describe('of each who was not') });
export const tryBody = z.strictObject({
  customer: z.guid(), at: instant.nullable().default(null), conditions: z.record(z.string().max(120), z.boolean()).default({}).describe('answers to pretend, by branch:<node>:<key>, exit:<key> or goal'),
  happens: z.record(z.string().max(40), z.number().min(0).max(1_051_200)).default({}).describe('after how many minutes at a wait what it waits for happens'),
});
export const trialShape = z.object({ arm: z.string(), fits: z.boolean(), status: z.enum(STATUSES), reason: z.string(), steps: z.array(z.object({ at: instant, node: z.string(), outcome: z.string(), effects: z.array(z.string()) })) });

const totals = z.object({ entered: count, inside: count, control: count, goal: count, ended: z.record(z.string(), count) });
const journey = z.object({
  id: z.uuid(), name: z.string(), description: z.string(), playbook: z.string(), stage: z.string().nullable(), state: z.enum(STATES), revision: count, version: count, experimentId: z.uuid().nullable(), holdOutReason: z.string(),
  owner: z.string(), ownerName: z.string(), createdAt: instant, changedAt: instant, launchedAt: instant.nullable(), pausedAt: instant.nullable(), holdOut: z.number(), byHand: z.boolean().describe('people may be let in one by one'), totals,
});
export type JourneyReply = z.input<typeof journey>;
export const journeysShape = pageOf(journey);
const fault = z.object({ code: z.string(), node: z.string(), facts: z.record(z.string(), z.unknown()) });
export const faultsShape = z.object({ faults: z.array(fault), people: count.describe('how many it may reach, as far as is known'), approvalNeeded: z.boolean() });
export const journeyShape = journey.extend({
  draft: JourneyDefinition, isLaunched: z.boolean().describe('the draft is what new people walk'),
  versions: z.array(z.object({ version: count, madeBy: z.string(), madeByName: z.string(), madeAt: instant, inside: count })),
  standing: z.array(z.object({ node: z.string(), version: count, people: count, control: count })).describe('who stands where now'),
  passed: z.array(z.object({ node: z.string(), outcome: z.string(), people: count })).describe('how many left each node by which way'),
  minutesToGoal: z.number().nullable().describe('median'),
});
export const versionParams = z.object({ id: z.uuid(), version: z.coerce.number().int().min(1) });
export const versionShape = z.object({ version: count, definition: JourneyDefinition, madeBy: z.string(), madeAt: instant });
const approval = z.object({
  id: z.uuid(), journeyId: z.uuid(), journeyName: z.string(), people: count, note: z.string(), askedBy: z.string(), askedByName: z.string(), askedAt: instant,
  decision: z.enum(['approved', 'refused']).nullable(), decidedBy: z.string().nullable(), decidedByName: z.string(), decidedAt: instant.nullable(), decisionNote: z.string(), outdated: z.boolean().describe('the draft has changed since'), own: z.boolean().describe('the caller asked for it or drew it, so somebody else has to answer'),
});
export const approvalsShape = z.object({ rows: z.array(approval) });
export const approvalsQuery = z.object({ open: z.enum(['true', 'false']).default('false'), journey: z.uuid().optional() });
const enrolment = z.object({
  id: z.uuid(), customer: z.guid(), name: z.string().nullable().describe('Null where the caller may not read customers, and for somebody erased'), journeyId: z.uuid(), journeyName: z.string(), key: z.string(), arm: z.string(), version: count, status: z.enum(STATUSES), reason: z.string(), node: z.string(),
  enteredAt: instant, dueAt: instant, endedAt: instant.nullable(), goalAt: instant.nullable(),
});
export const peopleShape = z.object({ rows: z.array(enrolment), next: z.string().nullable() });
export const pathShape = enrolment.extend({ path: z.array(z.object({ visit: count, node: z.string(), outcome: z.string(), at: instant })) });
export const migratedShape = z.object({ moved: count, left: count });
export const nothing = z.strictObject({}).default({});
export const done = z.object({ id: z.uuid() });
export const stateShape = z.object({ id: z.uuid(), state: z.enum(STATES), version: count });

export const replayBody = z.strictObject({ days: count.min(1).max(366).default(28), costs: z.record(z.string().max(20), z.number().min(0).max(1e6)).default({ sms: 5 }).describe('what one message of a channel costs, in minor units; may be a part of one') });
export const replayShape = z.object({
  days: count, from: z.iso.date(), to: z.iso.date(), entrants: count, people: count, treated: count, control: count, sampled: z.number().describe('share of entrants that were walked; figures are scaled by it'),
  daily: z.array(z.object({ day: z.iso.date(), entrants: count, messages: z.record(z.string(), count) })), messages: z.record(z.string(), count), tasks: count,
  collisions: z.object({ permitted: count, deferred: z.record(z.string(), count), refused: z.record(z.string(), count) }).describe('what the rules of reach would have said, with what was really sent in those days'),
  costMinor: z.number(), exits: z.record(z.string(), count), stillInside: count,
  detectable: z.number().nullable().describe('smallest rise of the share of buyers that so many can prove in 28 days, 80 % of the time'), baseShare: z.number().nullable(),
});
export type Replay = z.input<typeof replayShape>;

const messages = z.object({ proposed: count, sent: count, waiting: count, refused: count, failed: count, withdrawn: count, delivered: count, opened: count, clicked: count, replied: count, bounced: count, unsubscribed: count, complained: count });
const reached = z.object({ proposed: count, sent: count, delivered: count, opened: count, clicked: count, unsubscribed: count, complained: count }).describe('how many different people');
const armGoal = z.object({ people: count, goal: count });
export const reportShape = z.object({
  messages: messages.describe('a later sign implies the earlier ones: what was clicked counts as opened and delivered'), people: reached, treated: armGoal, control: armGoal,
  steps: z.array(z.object({ step: z.string(), template: z.string(), messages, people: reached })),
});

export const attentionShape = z.object({
  live: count, paused: z.array(z.object({ id: z.uuid(), name: z.string(), stage: z.string().nullable(), pausedAt: instant.nullable(), inside: count })),
  broken: z.array(z.object({ id: z.uuid(), name: z.string(), faults: count, code: z.string(), facts: z.record(z.string(), z.unknown()) })).describe('live, and its version names what is not there any more'),
});

export const careQuery = z.object({ month: z.string().regex(/^(?:19|20)\d\d-(?:0[1-9]|1[0-2])$/).optional().describe('YYYY-MM; this month by the workspace\'s clock unless told') });
const careDay = z.object({
  day: z.iso.date(), lunar: z.object({ month: count, day: count, leap: z.boolean() }), birthdays: count, lunarBirthdays: count, anniversaries: count.describe('of the first purchase'),
  tasks: z.object({ due: count, done: count }),
  journeys: z.array(z.object({ id: z.uuid(), name: z.string(), state: z.enum(STATES), kind: z.enum(['date', 'holiday', 'cadence']), calendar: z.enum(CALENDARS).nullable(), time: z.string(), people: count.describe('of its audience, before re-entry and hold-out'), heldOut: z.number() })),
});
export const careShape = z.object({
  month: z.string(), today: z.iso.date(), days: z.array(careDay),
  due: z.array(z.object({ journey: z.uuid().nullable(), name: z.string(), text: z.string(), due: count, done: count, overdue: count })).describe('tasks due in the month, by the journey that raised them'),
});
export const carePeopleQuery = z.object({ day: z.iso.date(), of: z.enum(['birthday', 'lunar_birthday', 'anniversary']) });
export const carePeopleShape = z.object({ rows: z.array(z.object({ customer: z.guid(), name: z.string().nullable() })), more: z.boolean() });
