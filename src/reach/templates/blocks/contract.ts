import { z } from 'zod';
import { LANGUAGES } from '../../../kernel/words/types.ts';
import { CHANNELS, PURPOSES } from '../../core/message.ts';
import { EmailBody, findingShape, previewReply } from '../contract.ts';

const instant = z.iso.datetime();
const count = z.number().int();
const language = z.enum(LANGUAGES);
const key = z.string().regex(/^[a-z][a-z0-9_]{0,39}$/).describe('What templates call it by: {% render \'key\' %}; it stays as it is');
const name = z.string().trim().min(1).max(80);
const reason = z.string().trim().max(500).default('').describe('Why it is saved though a forbidden claim stands in what customers get');

const content = z.strictObject({
  language, email: EmailBody.nullable().default(null).describe('Whole sections, as parts or as MJML without its frame; null: e-mails say the text'), text: z.string().max(2_000).default('').describe('What every other channel says, and e-mails in the middle of a text'),
});
export const BlockDocument = z.strictObject({ language: language.default('zh-CN').describe('The one taken where the text around it is in a language the block is not written in'), contents: z.array(content).min(1).max(LANGUAGES.length) })
  .refine(({ contents }) => new Set(contents.map((one) => one.language)).size === contents.length, 'one content a language');

export const blockParams = z.strictObject({ id: z.uuid() });
export const blockVersionParams = z.strictObject({ id: z.uuid(), version: z.coerce.number().int().min(1) });

const use = z.object({ kind: z.enum(['template', 'journey', 'block']), id: z.uuid(), name: z.string() });
export type BlockUse = z.output<typeof use>;
const head = z.object({ id: z.uuid(), key: z.string(), name: z.string(), languages: z.array(language), email: z.boolean(), text: z.boolean(), version: count, updatedAt: instant, updatedBy: z.string(), usedBy: z.array(use) });
export type BlockHead = z.output<typeof head>;
export const blocksShape = z.object({ rows: z.array(head) });
const version = z.object({ version: count, savedAt: instant, savedBy: z.string(), reason: z.string() });
export type BlockVersionView = z.output<typeof version>;
export const blockShape = head.extend({ document: BlockDocument, findings: z.array(findingShape), versions: z.array(version) });
export type BlockView = z.output<typeof blockShape>;
export const blockVersionDetail = version.extend({ document: BlockDocument });
export type BlockVersionDetail = z.output<typeof blockVersionDetail>;

export const newBlock = z.strictObject({ key, name, document: BlockDocument });
export type NewBlock = z.output<typeof newBlock>;
export const blockChange = z.strictObject({ version: count.min(1), name: name.optional(), document: BlockDocument.optional(), reason });
export type BlockChange = z.output<typeof blockChange>;

export const checkBody = z.strictObject({ key, document: BlockDocument });
const affected = z.object({ id: z.uuid(), name: z.string(), version: count.nullable().describe('The published version that is meant; null: the draft'), purpose: z.enum(PURPOSES), findings: z.array(findingShape) });
export type Affected = z.output<typeof affected>;
export const checkReply = z.object({ findings: z.array(findingShape).describe('What speaks against the block itself'), templates: z.array(affected).describe('Templates that call it, each with what lint would say of it that it does not say now') });
export type CheckReply = z.output<typeof checkReply>;

export const blockPreviewBody = z.strictObject({ key, document: BlockDocument, channel: z.enum(CHANNELS).extract(['email', 'sms']), language, customer: z.guid().optional() });
export type BlockPreviewAsked = z.output<typeof blockPreviewBody>;
export const blockPreviewReply = previewReply;
