import { z } from 'zod';
import { LANGUAGES } from '../../kernel/words/types.ts';
import { CHANNELS, PURPOSES } from '../core/message.ts';
import { ANGLES } from '../core/templates/document.ts';

const instant = z.iso.datetime();
const count = z.number().int();
const language = z.enum(LANGUAGES);
const channel = z.enum(CHANNELS);
const short = z.string().max(500);
const long = z.string().max(20_000);
const name = z.string().trim().min(1).max(80);
const DATA_MAX = 50_000;
/** Plain data of somebody else's shape; what a template may see of it is copied. */
const data = z.record(z.string().max(100), z.unknown()).refine((value) => JSON.stringify(value).length <= DATA_MAX, 'too long');
const key = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/);

const Block = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('heading'), text: short }),
  z.strictObject({ kind: z.literal('text'), text: long }),
  z.strictObject({ kind: z.literal('button'), label: short, href: z.string().max(2_000) }),
  z.strictObject({ kind: z.literal('image'), src: z.string().max(2_000), alt: short, href: z.string().max(2_000) }),
  z.strictObject({ kind: z.literal('products'), list: z.string().max(100).default('event.items'), most: count.min(1).max(12).default(4) }),
  z.strictObject({ kind: z.literal('divider') }),
  z.strictObject({ kind: z.literal('footer'), text: short }),
  z.strictObject({ kind: z.literal('shared'), key }).describe('A shared block by its key'),
]);
/** What an e-mail shows. */
export const EmailBody = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('blocks'), accent: z.string().regex(/^#[0-9a-fA-F]{6}$/).default('#1E6B52'), blocks: z.array(Block).max(60) }),
  z.strictObject({ kind: z.literal('mjml'), mjml: z.string().max(200_000) }),
]);
const url = z.string().max(2_000).default('');
const Content = z.discriminatedUnion('channel', [
  z.strictObject({ channel: z.literal('email'), subject: short, preheader: short.default(''), body: EmailBody, text: z.string().max(100_000).default('').describe('empty: made from the HTML') }),
  z.strictObject({ channel: z.literal('sms'), text: z.string().max(2_000) }),
  z.strictObject({ channel: z.literal('push'), title: short, body: z.string().max(4_000), url }),
  z.strictObject({ channel: z.literal('in_app'), shape: z.enum(['message', 'banner']).default('message'), title: short, body: z.string().max(4_000), url }),
  z.strictObject({ channel: z.literal('wecom'), text: z.string().max(8_000), url }),
  z.strictObject({ channel: z.literal('mp'), kind: z.enum(['service', 'subscribe']), providerTemplate: z.string().max(100).default(''), text: z.string().max(4_000).default(''), data: z.record(z.string().max(60), short).default({}), url }),
  z.strictObject({ channel: z.literal('webhook'), body: data }),
  z.strictObject({ channel: z.literal('call'), title: short, body: z.string().max(8_000) }),
]);
const When = z.strictObject({
  stages: z.array(z.string().max(40)).max(20).default([]), segments: z.array(z.uuid()).max(10).default([]), angles: z.array(z.enum(ANGLES)).max(5).default([]), arms: z.array(key).max(8).default([]),
});
const Variant = z.strictObject({
  key, name: z.string().max(80).default(''), when: When.prefault({}).describe('Of each list that is not empty, one must fit; all empty: everybody'),
  contents: z.array(z.strictObject({ language, content: Content })).max(24),
});

/** A template's document: variants in the order they are tried; a text for each channel and language. */
export const Document = z.strictObject({ language: language.default('zh-CN').describe('The one that is used where the reader\'s has no text'), variants: z.array(Variant).min(1).max(30), sample: data.default({}).describe('Event data for previews'), event: z.string().min(1).max(100).optional().describe('By which event it is sent: lint knows what such events bring'),
  weights: z.record(key, z.number().min(0).max(1_000)).optional().describe('How many people each arm gets beside the others; one where nothing is said') });

export const params = z.strictObject({ id: z.uuid() });
export const versionParams = z.strictObject({ id: z.uuid(), version: z.coerce.number().int().min(1) });

export const findingShape = z.object({
  level: z.enum(['error', 'warning']), code: z.string(), overridable: z.boolean().optional(), facts: z.record(z.string(), z.unknown()),
  at: z.object({ variant: z.string(), channel, language }).nullable(), field: z.string(), block: z.string().optional().describe('The shared block that says it'),
});
export type FindingView = z.input<typeof findingShape>;

const head = z.object({
  id: z.uuid(), name: z.string(), description: z.string(), purpose: z.enum(PURPOSES), channels: z.array(channel), languages: z.array(language), variants: count,
  published: count.nullable(), publishedAt: instant.nullable(), changed: z.boolean().describe('the draft differs from what is published'), revision: count, updatedAt: instant, updatedBy: z.string(),
});
export type TemplateHead = z.input<typeof head>;
export const listShape = z.object({ rows: z.array(head) });
const versionShape = z.object({ version: count, purpose: z.enum(PURPOSES), publishedAt: instant, publishedBy: z.string(), reason: z.string(), findings: z.array(findingShape) });
export type VersionView = z.input<typeof versionShape>;
export const templateShape = head.extend({ document: Document, findings: z.array(findingShape), versions: z.array(versionShape), experiment: z.uuid().nullable().describe('The experiment that judges the arms of what is published') });
export type TemplateView = z.output<typeof templateShape>;
export const versionDetail = versionShape.extend({ document: Document });
export type VersionDetail = z.output<typeof versionDetail>;

export const newTemplate = z.strictObject({ name, description: z.string().max(500).default(''), purpose: z.enum(PURPOSES), document: Document });
export type NewTemplate = z.output<typeof newTemplate>;
export const templateChange = z.strictObject({ revision: count.min(1), name: name.optional(), description: z.string().max(500).optional(), purpose: z.enum(PURPOSES).optional(), document: Document.optional() });
export type TemplateChange = z.output<typeof templateChange>;
export const publishBody = z.strictObject({ revision: count.min(1), reason: z.string().trim().max(500).default('').describe('Why it is published though a forbidden claim stands in it') });

export const lintBody = z.strictObject({ purpose: z.enum(PURPOSES), document: Document });
export const lintReply = z.object({ findings: z.array(findingShape) });

const rendered = z.record(z.string(), z.unknown());
export const previewBody = z.strictObject({
  document: Document.optional().describe('a draft that is not saved'), template: z.strictObject({ id: z.uuid(), version: count.min(1) }).optional(),
  channel, language, customer: z.guid().optional(), variant: key.optional().describe('this one, whoever the customer is'), event: data.optional(), personalised: z.boolean().default(true),
}).refine(({ document, template }) => (document === undefined) !== (template === undefined), 'give either a document or a template');
export type PreviewAsked = z.output<typeof previewBody>;
const smsShape = z.object({ encoding: z.enum(['gsm7', 'ucs2']), units: count, segments: count, perSegment: count, signed: z.string() });
export const previewReply = z.object({
  content: rendered.nullable().describe('as the provider would be given it; null where it would not be sent'), variant: z.string().nullable(), language: language.nullable(),
  refused: z.object({ code: z.string(), facts: rendered }).nullable(), sms: smsShape.nullable(),
});
export type PreviewReply = z.input<typeof previewReply>;

export const testBody = z.strictObject({ variant: key, channel, language, event: data.default({}) });
export type TestAsked = z.output<typeof testBody>;
export const testReply = z.object({ message: z.uuid() });

const claim = z.strictObject({ phrase: z.string().trim().min(1).max(60), except: z.array(z.string().trim().min(1).max(60)).max(50).default([]) });
export const rulesBody = z.strictObject({ claims: z.array(claim).max(500), smsProvider: z.string().max(40), signature: z.string().trim().max(20).regex(/^[^【】]*$/) });
export const rulesShape = z.object({ claims: z.array(z.object({ phrase: z.string(), except: z.array(z.string()) })), smsProvider: z.string(), signature: z.string(), own: z.boolean(), providers: z.array(z.string()) });
export type RulesView = z.input<typeof rulesShape>;

export const vocabularyShape = z.object({
  customer: z.array(z.object({ key: z.string(), label: z.string(), type: z.string() })), stages: z.array(z.string()), angles: z.array(z.string()),
});
export const variablesQuery = z.object({ event: z.string().min(1).max(100).optional() });
export const variablesShape = z.object({ events: z.array(z.string()).describe('names of events that happened, the most frequent first'), properties: z.array(z.object({ property: z.string(), types: z.array(z.string()) })).describe('what the newest of the event asked for brought') });
export type Variables = z.input<typeof variablesShape>;
export type Vocabulary = z.input<typeof vocabularyShape>;
