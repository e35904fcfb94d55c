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
import { SMS_RULES, type SmsRules } from '../core/templates/rules.ts';
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

/** The rules that texts of the workspace are held to. */
export async function lintRules(stores: Stores, workspaceId: WorkspaceId, purpose: Purpose, event?: string): Promise<LintRules> {
  const [fields, rules, seen] = await Promise.all([spokenFields(stores, workspaceId), stores.pg.tx(workspaceId, (tx) => rulesIn(tx, workspaceId)), event === undefined ? [] : propertiesBrought(stores, systemCaller(workspaceId), event)]);
  return { purpose, claims: rules.claims, sms: smsRulesOf(rules.smsProvider), signature: rules.signature, fields: spokenKeys(fields), names: NAMES, brought: seen.length === 0 ? null : new Set(seen.map(({ property }) => property)), analyse };
}

type Attempt = { compiled: CompiledEntry } | { finding: Finding };

/** Codes of what does not compile, as findings say them. */
const codeOf = (code: string): string => code.replace(/^template\./, '');

async function attempt(variant: string, entry: Entry): Promise<Attempt> {
  try {
    return { compiled: await compileEntry(variant, entry) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const field = entry.content.channel === 'email' ? entry.content.body.kind : 'text';
    return { finding: { level: 'error', code: codeOf(error.code), facts: error.facts, at: { variant, channel: entry.content.channel, language: entry.language }, field } };
  }
}

/** A document's findings, and what it compiles to as far as it does. A fault of Liquid is told once, where it stands. */
export async function lintDocument(document: TemplateDocument, rules: LintRules): Promise<{ findings: Finding[]; compiled: CompiledEntry[] }> {
  const found = lint(document, rules), compiled: CompiledEntry[] = [], more: Finding[] = [];
  const isTold = (one: Finding): boolean => one.code === 'syntax' && found.some(({ code, at }) => code === 'syntax' && JSON.stringify(at) === JSON.stringify(one.at));
  for (const { key, contents } of document.variants) {
    for (const entry of contents) {
      const tried = await attempt(key, entry);
      if ('compiled' in tried) compiled.push(tried.compiled);
      else if (!isTold(tried.finding)) more.push(tried.finding);
    }
  }
  return { findings: [...found, ...more], compiled };
}

export const lintFor = async (stores: Stores, caller: Caller, purpose: Purpose, document: TemplateDocument): Promise<{ findings: Finding[]; compiled: CompiledEntry[] }> =>
  lintDocument(document, await lintRules(stores, caller.workspaceId, purpose, document.event));
