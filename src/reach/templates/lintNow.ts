import { setImmediate as breathe } from 'node:timers/promises';
import { propertiesBrought } from '../../collect/index.ts';
import { type Caller, systemCaller } from '../../kernel/access/caller.ts';
import { Refusal } from '../../kernel/errors.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { Purpose } from '../core/message.ts';
import { CLAIMS } from '../core/templates/claims.ts';
import type { Entry, TemplateDocument } from '../core/templates/document.ts';
import type { Finding } from '../core/templates/finding.ts';
import { lint, type LintRules } from '../core/templates/lint.ts';
import type { Book } from '../core/templates/shared.ts';
import { SMS_RULES, type SmsRules } from '../core/templates/rules.ts';
import { bookIn } from './blocks/book.ts';
import { type CompiledEntry, compileEntry } from './compile.ts';
import { NAMES, spokenFields, spokenKeys } from './fields.ts';
import { analyse } from './liquid.ts';
import { type RulesRow, rulesRow } from './store.ts';

/** What a workspace begins with. */
const FIRST: RulesRow = { claims: CLAIMS.map(({ phrase, except }) => ({ phrase, except: [...except] })), smsProvider: 'aliyun', signature: '' };

export const rulesIn = async (tx: Tx, workspaceId: WorkspaceId): Promise<RulesRow & { own: boolean }> => {
  const row = await rulesRow(tx, workspaceId);
  return row ? { ...row, own: true } : { ...FIRST, own: false };
};

export const smsRulesOf = (provider: string): SmsRules => SMS_RULES.find((one) => one.provider === provider) ?? (SMS_RULES[0] as SmsRules);

/** What texts of the workspace are held to, whatever they are for. */
export type House = Omit<LintRules, 'purpose' | 'brought'>;

export async function loadHouse(stores: Stores, workspaceId: WorkspaceId): Promise<House> {
  const [fields, { rules, book }] = await Promise.all([spokenFields(stores, workspaceId), stores.pg.tx(workspaceId, async (tx) => ({ rules: await rulesIn(tx, workspaceId), book: await bookIn(tx, workspaceId) }))]);
  return { claims: rules.claims, sms: smsRulesOf(rules.smsProvider), signature: rules.signature, fields: spokenKeys(fields), names: NAMES, book, analyse };
}

/** The paths that events of a name bring; null where none is named or none was seen. */
export async function broughtBy(stores: Stores, workspaceId: WorkspaceId, event: string | undefined): Promise<LintRules['brought']> {
  const seen = event === undefined ? [] : await propertiesBrought(stores, systemCaller(workspaceId), event);
  return seen.length === 0 ? null : new Set(seen.map(({ property }) => property));
}

type Attempt = { compiled: CompiledEntry } | { finding: Finding };

/** Codes of what does not compile, as findings say them. */
const codeOf = (code: string): string => code.replace(/^template\./, '');

async function attempt(variant: string, entry: Entry, book: Book): Promise<Attempt> {
  try {
    return { compiled: await compileEntry(variant, entry, book) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const field = entry.content.channel === 'email' ? entry.content.body.kind : 'text';
    return { finding: { level: 'error', code: codeOf(error.code), facts: error.facts, at: { variant, channel: entry.content.channel, language: entry.language }, field } };
  }
}

/** What lint says where it stands and compiling would say once more of the whole text. */
const TOLD_ONCE = /^(?:syntax|block_.*|too_long)$/;

/** A document's findings, and what it compiles to as far as it does; `compiles` false: texts are read and not compiled. A fault of Liquid or of a block is told once, where it stands. */
export async function lintDocument(document: TemplateDocument, { compiles = true, ...rules }: LintRules & { compiles?: boolean }): Promise<{ findings: Finding[]; compiled: CompiledEntry[] }> {
  const found = lint(document, rules), compiled: CompiledEntry[] = [], more: Finding[] = [];
  const isTold = (one: Finding): boolean => TOLD_ONCE.test(one.code) && found.some(({ code, at }) => TOLD_ONCE.test(code) && JSON.stringify(at) === JSON.stringify(one.at));
  for (const { key, contents } of compiles ? document.variants : []) {
    for (const entry of contents) {
      const tried = await attempt(key, entry, rules.book);
      if ('compiled' in tried) compiled.push(tried.compiled);
      else if (!isTold(tried.finding)) more.push(tried.finding);
      await breathe();
    }
  }
  return { findings: [...found, ...more], compiled };
}

export async function lintFor(stores: Stores, caller: Caller, purpose: Purpose, document: TemplateDocument): Promise<{ findings: Finding[]; compiled: CompiledEntry[] }> {
  const [house, brought] = await Promise.all([loadHouse(stores, caller.workspaceId), broughtBy(stores, caller.workspaceId, document.event)]);
  return lintDocument(document, { ...house, purpose, brought });
}
