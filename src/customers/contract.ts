import { z } from 'zod';
import { pageOf } from '../kernel/http/route.ts';
import { FIELD_TYPES } from '../kernel/conditions/catalogue.ts';
import { MOVES, OUTCOMES, VIEWS } from './core/attempts.ts';
import { ATTITUDES, STANCES } from './core/attitudes.ts';
import { DECISION_ROLES, DOSSIER_SECTIONS } from './core/dossier.ts';
import { BLOCKS, SECTIONS, UNITS } from './core/fields.ts';
import { IDENTIFIER_KINDS, type IdentifierKind } from './core/identifiers.ts';
import { CONSENT_CHANNELS, CONSENT_STATES, REACHES } from './core/reach.ts';
import { ON_EMPTY, TAG_KINDS } from './core/tags.ts';

const id = z.uuid();
const instant = z.string().describe('ISO 8601 instant');
const day = z.string().describe('YYYY-MM-DD');
const text = (max: number) => z.string().trim().max(max);
export const valueShape = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);
const reason = text(500).min(3).describe('Why; kept in the audit log');
const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const words = z.string().transform((value) => value.split(',').filter(Boolean));
const limit = z.coerce.number().int().min(1).max(200).default(50);
const cursor = z.string().max(500).optional();

export const idParams = z.object({ id });
export const nothing = z.object({});

export const identifierShape = z.object({
  subject: id, kind: z.enum(IDENTIFIER_KINDS), scope: z.string(), shown: z.string(), masked: z.boolean(), overLimit: z.boolean(),
});

const standing = {
  id, name: z.string(), stage: z.string().nullable(), stageSince: day.nullable(), branch: z.string().nullable(), cycle: z.number().nullable(), orderCount: z.number().nullable(),
  firstOn: day.nullable(), lastOn: day.nullable(), netMinor: z.number().nullable(), gapDays: z.number().nullable(), rfm: z.string().nullable(), b2b: z.boolean().nullable(),
  churnProbability: z.number().nullable(), reach: z.array(z.string()), createdAt: instant,
};

export const customerShape = z.object({ ...standing, tags: z.array(z.string()), fields: z.record(z.string(), valueShape), identifiers: z.array(identifierShape) }).meta({ id: 'Customer' });
export const customerPageShape = pageOf(customerShape);
export const customersQuery = z.object({
  q: text(200).optional().describe('Name, telephone or its last four digits, e-mail, member, buyer or order number'),
  stage: words.optional().describe('Stages, parted by commas'), tag: text(200).optional(), reach: z.enum(REACHES).optional(), b2b: flag.optional(),
  sort: z.enum(['name', 'last_on', 'net_minor', 'order_count']).default('last_on'), direction: z.enum(['asc', 'desc']).default('desc'),
  cursor, limit, clear: flag.optional().describe('Identifiers unmasked; needs customers.unmask and is audited'),
});
export const clearQuery = z.object({ clear: flag.optional() });

const portraitValue = z.object({ key: z.string(), type: z.enum(FIELD_TYPES), label: z.string().nullable(), value: valueShape, source: z.string(), at: instant, stale: z.boolean() });
export const profileShape = z.object({
  ...standing, identifiers: z.array(identifierShape), canUnmask: z.boolean(),
  consents: z.array(z.object({ channel: z.string(), purpose: z.string(), state: z.string(), source: z.string(), proof: z.string(), at: instant })),
  tags: z.array(z.object({ tagId: id, key: z.string(), name: z.string(), kind: z.enum(TAG_KINDS), value: z.string(), source: z.string(), since: instant })),
  fields: z.array(portraitValue.extend({ section: z.enum(SECTIONS), block: z.enum(BLOCKS).nullable(), unit: z.enum(UNITS).nullable(), optionWords: z.string().nullable(), hidden: z.boolean() })),
  portrait: z.array(z.object({ block: z.enum(BLOCKS), values: z.array(portraitValue) })),
  openTasks: z.number().int(), merges: z.number().int(),
}).meta({ id: 'CustomerProfile' });

const consentInput = z.object({ channel: z.enum(CONSENT_CHANNELS), state: z.enum(CONSENT_STATES), purpose: text(60).default('marketing'), proof: text(500).default('') });
export const tellBody = z.object({ name: text(200).optional(), fields: z.record(z.string().max(60), z.unknown()).optional(), consents: z.array(consentInput).max(20).optional() });
export const savedShape = z.object({ id });

export const timelineQuery = z.object({ kinds: words.optional(), cursor, limit });
export const timelineShape = z.object({
  rows: z.array(z.object({ id: z.string(), at: instant, kind: z.string(), code: z.string(), params: z.record(z.string(), z.unknown()), link: z.string().optional() })),
  next: z.string().nullable(), kinds: z.array(z.string()),
});
export const noteBody = z.object({ kind: z.enum(['note', 'visit', 'message', 'contract', 'call', 'interview']).default('note'), body: text(5_000).min(1), at: z.iso.datetime().optional() });
const linking = IDENTIFIER_KINDS.filter((kind) => kind !== 'receiver_phone') as [IdentifierKind, ...IdentifierKind[]];
export const limitsBody = z.object({ limits: z.partialRecord(z.enum(linking), z.number().int().min(1).max(1_000)) });
export const limitsShape = z.object({ rows: z.array(z.object({ kind: z.enum(IDENTIFIER_KINDS), limit: z.number().int(), declared: z.number().int() })) });
export const erasureBody = z.object({ reason: text(500).min(3) });
export const erasureShape = z.object({
  id, state: z.enum(['erasing', 'finished']), reason: z.string(), by: z.string(), at: instant, finishedAt: instant.nullable(), liftedAt: instant.nullable(),
  receipt: z.record(z.string(), z.record(z.string(), z.number().int())).describe('what was removed from where: keys, postgres, clickhouse, files; kind of row and how many'),
  namedAgain: z.number().int().describe('how often files or older events named the person again and were not believed'), namedAt: instant.nullable(),
}).meta({ id: 'Erasure' });
export const erasuresShape = z.object({ rows: z.array(erasureShape), people: z.record(z.string(), z.string()).describe('names of the staff given as user:<id>') });

export const codedNoteBody = noteBody.extend({ tags: z.array(text(100).trim().min(1)).max(20).default([]).describe('what was seen in it: tags by name, made where there are none') });

export const mergeBody = z.object({ keep: id, absorb: id, reason });
export const mergedShape = z.object({ customer: id });
export const partBody = z.object({ apart: z.array(id).min(1).max(500), reason });
export const partPreviewBody = partBody.omit({ reason: true });
export const partPreviewShape = z.object({
  sides: z.array(z.object({ id, name: z.string(), keepsAddress: z.boolean().describe('the id of before stays theirs'), identifiers: z.array(identifierShape) })),
});
export const reasonBody = z.object({ reason });
export const partedShape = z.object({ customers: z.tuple([id, id]) });
export const mergesShape = z.object({
  rows: z.array(z.object({
    id, kind: z.enum(['merge', 'unmerge']), customerId: id, parts: z.array(z.object({ customer: id, subjects: z.array(id) })), byKind: z.string(), byId: z.string(), reason: z.string(),
    at: instant, undoneAt: instant.nullable().optional(),
  })),
});
export const traitHistoryQuery = z.object({ key: text(60).optional() });
export const traitHistoryShape = z.object({ rows: z.array(z.object({ key: z.string(), value: valueShape.nullable(), since: instant, seenAt: instant })) });
export const exportBody = z.object({
  reason, clear: z.boolean().default(false), customers: z.array(id).max(100_000).optional(),
  stages: z.array(z.string().max(60)).max(20).optional(), tag: text(200).optional(), reach: z.enum(REACHES).optional(), b2b: z.boolean().optional(),
});
export const reviewsQuery = z.object({ cursor, limit: z.coerce.number().int().min(1).max(100).default(20) });
export const reviewsShape = pageOf(z.object({
  id, code: z.enum(['over_limit', 'receiver_shared']), subject: id, kind: z.enum(IDENTIFIER_KINDS), scope: z.string(), shown: z.string(), openedAt: instant,
  count: z.number().int().describe('customers beside the identifier'), customers: z.array(customerShape).describe('the first twelve of them'),
}));

export const fieldShape = z.object({
  key: z.string(), type: z.enum(FIELD_TYPES), source: z.string(), section: z.enum(SECTIONS), block: z.enum(BLOCKS).nullable(), label: z.string().nullable(),
  options: z.array(z.string()), optionWords: z.string().nullable(), unit: z.enum(UNITS).nullable(), ttlDays: z.number().int().nullable(), sealed: z.boolean(),
}).meta({ id: 'CustomerField' });
export const fieldsShape = z.object({ rows: z.array(fieldShape) });
const fieldParts = {
  section: z.enum(SECTIONS).optional(), block: z.enum(BLOCKS).nullable().optional(), options: z.array(text(100).min(1)).max(200).optional(), unit: z.enum(UNITS).nullable().optional(),
  ttlDays: z.number().int().min(1).max(3_650).nullable().optional(),
};
export const fieldBody = z.object({ key: text(60).optional(), label: text(100).min(1), type: z.enum(FIELD_TYPES), sealed: z.boolean().optional(), ...fieldParts });
export const fieldChange = z.object({ label: text(100).min(1).optional(), ...fieldParts });
export const keyParams = z.object({ key: text(60).min(1) });

const tagParts = { everyHours: z.number().int().min(1).max(8_760).nullable().optional(), onEmpty: z.enum(ON_EMPTY).optional(), spec: z.record(z.string(), z.unknown()).optional(), parentId: id.nullable().optional() };
export const tagBody = z.object({ key: text(100).min(1), name: text(100).min(1), kind: z.enum(TAG_KINDS).default('manual'), ...tagParts });
export const tagChange = z.object({ name: text(100).min(1).optional(), owner: text(100).optional(), ...tagParts });
const tagLine = z.object({
  id, parentId: id.nullable(), key: z.string(), name: z.string(), kind: z.enum(TAG_KINDS), owner: z.string(), onEmpty: z.enum(ON_EMPTY), everyHours: z.number().nullable(),
  spec: z.unknown(), version: z.number().int(), createdAt: instant, refreshedAt: instant.nullable(),
});
export const tagShape = tagLine.meta({ id: 'Tag' });
const tagValue = z.object({ value: z.string(), count: z.number().int() });
export type TagTreeLine = z.infer<typeof tagLine> & { count: number; values: z.infer<typeof tagValue>[]; children: TagTreeLine[] };
const tagTreeLine: z.ZodType<TagTreeLine> = z.lazy(() => tagLine.extend({ count: z.number().int(), values: z.array(tagValue).describe('who bears which value, the most frequent fifty'), children: z.array(tagTreeLine) })).meta({ id: 'TagNode' });
export const tagVersionsShape = z.object({ rows: z.array(z.object({ version: z.number().int(), spec: z.unknown(), onEmpty: z.enum(ON_EMPTY), author: z.string(), at: instant })) });
export const tagsShape = z.object({ rows: z.array(tagTreeLine) });
export const bearBody = z.object({ give: z.array(id).max(10_000).default([]), take: z.array(id).max(10_000).default([]) });
export const changedShape = z.object({ changed: z.number().int() });

export const taskShape = z.object({
  id, code: z.string(), params: z.record(z.string(), z.unknown()), customerId: id.nullable(), accountId: id.nullable(), contactId: id.nullable(), assignee: z.string(), dueOn: day.nullable(),
  restsUntil: day.nullable().describe('in the pool, and not to be taken up before'), createdBy: z.string(), createdAt: instant, doneAt: instant.nullable(), doneBy: z.string().nullable(),
});
export const tasksShape = z.object({ rows: z.array(taskShape) });
export const tasksQuery = z.object({ assignee: text(100).optional(), accountId: id.optional(), customerId: id.optional() });
export const taskBody = z.object({ text: text(500).min(1), customerId: id.optional(), accountId: id.optional(), contactId: id.optional(), assignee: text(100).optional(), dueOn: z.iso.date().optional() });

const stepKind = z.enum([...OUTCOMES, ...MOVES]);
export const deskQuery = z.object({ view: z.enum(VIEWS).default('mine'), cursor, limit: z.coerce.number().int().min(1).max(200).default(50) });
export const contactRuleShape = z.object({ attempts: z.number().int(), waitDays: z.number().int(), retryDays: z.number().int() });
export const contactRuleBody = z.strictObject({ attempts: z.number().int().min(1).max(20), waitDays: z.number().int().min(0).max(365), retryDays: z.number().int().min(0).max(90) }).partial();
const staffNames = z.record(z.string(), z.string()).describe('names of the staff given as user:<id>');
export const deskTask = taskShape.extend({
  customerName: z.string(), attempts: z.number().int(), unanswered: z.number().int().describe('attempts in a row that nobody answered'),
  last: z.object({ kind: stepKind, at: instant, note: z.string(), author: z.string() }).nullable().describe('the last attempt'),
});
export const deskShape = z.object({
  today: day, me: z.string().describe('the caller as an assignee'), rule: contactRuleShape, counts: z.record(z.enum(VIEWS), z.number().int()), next: z.string().nullable(), people: staffNames,
  colleagues: z.array(z.object({ id: z.string(), name: z.string() })).describe('who a task can be given to'),
  rows: z.array(deskTask),
});
export const attemptBody = z.strictObject({ outcome: z.enum(OUTCOMES), note: text(2_000).default(''), nextOn: z.iso.date().nullable().default(null).describe('when to try again; a callback must have one') });
export const attemptedShape = z.object({ id, isDone: z.boolean(), isPooled: z.boolean().describe('back in the pool by rule'), dueOn: day.nullable(), assignee: z.string() });
export const handOverBody = z.strictObject({ assignee: text(100).describe('user:<id>, or empty for the pool'), note: text(2_000).default('') });
export const stepsShape = z.object({ people: staffNames, rows: z.array(z.object({ id, taskId: id, customerId: id.nullable(), kind: stepKind, note: z.string(), nextOn: day.nullable(), assignee: z.string(), author: z.string(), at: instant })) });

const completeness = z.object({ filled: z.number().int(), of: z.number().int(), percent: z.number().int(), missing: z.array(z.enum(DOSSIER_SECTIONS)) });
const account = { id, name: z.string(), industry: z.string(), owner: z.string(), createdAt: instant };
export const accountShape = z.object(account);
const people = z.record(z.string(), z.string()).describe('names of the people behind owners and authors given as user:<id>');
export const accountsShape = pageOf(z.object({ ...account, completeness, contacts: z.number().int(), openIssues: z.number().int() })).extend({ people });
export const accountsQuery = z.object({ q: text(200).optional(), cursor, limit });
export const accountBody = z.object({ name: text(200).min(1), industry: text(100).optional(), owner: text(100).optional() });
export const accountChange = accountBody.partial();
export const sectionParams = z.object({ id, section: z.enum(DOSSIER_SECTIONS) });
export const sectionBody = z.object({ body: text(20_000) });

const observation = z.object({ id, kind: z.enum(ATTITUDES), value: z.string(), evidence: z.string(), confidence: z.number(), at: instant, author: z.string(), endedAt: instant.nullable() });
const contact = {
  id, accountId: id, customerId: id, name: z.string(), title: z.string(), role: z.enum(DECISION_ROLES), power: z.number().int(), background: z.string(), relationOwner: z.string(),
  createdAt: instant, leftAt: instant.nullable(),
};
export const contactShape = z.object(contact);
const section = z.object({ section: z.enum(DOSSIER_SECTIONS), body: z.string(), author: z.string(), at: instant });
export const issueShape = z.object({
  id, accountId: id, title: z.string(), detail: z.string(), openedBy: z.string(), openedAt: instant, closedAt: instant.nullable(), outcome: z.string(),
});
export const accountPageShape = z.object({
  ...account, completeness, people, sections: z.array(section), sectionHistory: z.array(section), issues: z.array(issueShape), openIssues: z.number().int(),
  contacts: z.array(z.object({
    ...contact, customer: id, identifiers: z.array(identifierShape), history: z.array(observation),
    attitudes: z.object({ stance: observation.nullable(), needs: z.array(observation), objections: z.array(observation), interests: z.array(observation) }),
  })),
}).meta({ id: 'AccountPage' });
export const contactBody = z.object({
  name: text(200).min(1), title: text(100).optional(), role: z.enum(DECISION_ROLES), power: z.number().int().min(0).max(5).optional(), background: text(5_000).optional(),
  relationOwner: text(100).optional(), phone: text(40).optional(), email: text(254).optional(),
});
export const contactChange = contactBody.omit({ phone: true, email: true }).partial().extend({ left: z.boolean().optional() });
export const observationBody = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('stance'), value: z.enum(STANCES), evidence: text(2_000).min(1), confidence: z.number().min(0).max(1) }),
  z.strictObject({ kind: z.enum(['need', 'objection', 'interest']), value: text(200).min(1), evidence: text(2_000).min(1), confidence: z.number().min(0).max(1) }),
]);
export const issueBody = z.object({ title: text(200).min(1), detail: text(5_000).optional() });
export const outcomeBody = z.object({ outcome: text(2_000).min(1) });
