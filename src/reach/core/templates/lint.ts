import { Refusal } from '../../../kernel/errors.ts';
import type { Language } from '../../../kernel/words/types.ts';
import type { ChannelName, Purpose } from '../message.ts';
import { type Claim, claimsIn } from './claims.ts';
import { type ChannelContent, type Entry, isGeneric, type TemplateDocument, type Variant } from './document.ts';
import { fieldsOf, saidBy, type TextField } from './fields.ts';
import type { Finding } from './finding.ts';
import { askedFor, liquidParts, outputOf } from './liquidParts.ts';
import { lintSms } from './lintSms.ts';
import type { SmsRules } from './rules.ts';
import { type Book, fillMarkup, filling, fillText, withoutCalls } from './shared.ts';

/** What a text asks for: the variables that come from outside it, by path; or why it cannot be read. */
export type Analysis = { variables: readonly string[] } | { fault: string };

/**
 * What lint goes by. `fields`: what templates may say of customers, by key; `claims` and `signature`: the workspace's; `sms`: the rules of its
 * provider; `analyse` reads Liquid; `names`: keys of `customer` that are no traits; `brought`: paths of what the template's event brings, null where none is named or none was seen; `book`: the shared blocks that texts may call.
 */
export type LintRules = { purpose: Purpose; claims: readonly Claim[]; sms: SmsRules; signature: string; fields: ReadonlySet<string>; names: ReadonlySet<string>; brought: ReadonlySet<string> | null; book: Book; analyse(text: string): Analysis };

type Found = Omit<Finding, 'at'>;

const ROOTS = new Set(['customer', 'event', 'workspace', 'links', 'today']);
const WORKSPACE = new Set(['name', 'currency', 'timezone']);
const LINKS = new Set(['unsubscribe', 'preferences', 'web']);

/** Whether a path is one that templates know; of `event` every one is. */
function isKnown(path: string, fields: ReadonlySet<string>): boolean {
  const [root = '', key] = path.split('.');
  if (!ROOTS.has(root)) return false;
  if (root === 'event' || root === 'today') return true;
  return key !== undefined && (root === 'customer' ? fields : root === 'workspace' ? WORKSPACE : LINKS).has(key);
}

/** Paths said somewhere in a text without a fallback and without having been asked for. */
function bare(text: string): Set<string> {
  const parts = liquidParts(text), asked = askedFor(parts);
  return new Set(parts.flatMap((part) => {
    const output = part.kind === 'output' ? outputOf(part.text) : undefined;
    return output && output.fallback === null && !asked.has(output.path) ? [output.path] : [];
  }));
}

const emptyFallbacks = (text: string): string[] => liquidParts(text).flatMap((part) => {
  const output = part.kind === 'output' ? outputOf(part.text) : undefined;
  return output?.fallback?.trim() === '' ? [output.path] : [];
});

const has = (sample: unknown, path: readonly string[]): boolean =>
  path.length === 0 || (typeof sample === 'object' && sample !== null && Object.hasOwn(sample, path[0] as string) && has((sample as Record<string, unknown>)[path[0] as string], path.slice(1)));

/** Whether events bring what a path names, or something inside or around it: lists and objects are known by what is in them. */
const isBrought = (path: readonly string[], brought: ReadonlySet<string>): boolean => {
  const named = path.filter((key) => !/^\d+$|^\*$/.test(key)).join('.');
  return named === '' || [...brought].some((one) => one === named || one.startsWith(`${named}.`) || named.startsWith(`${one}.`));
};

function variableFaults(one: TextField, variables: readonly string[], variant: Variant, rules: LintRules, sample: Readonly<Record<string, unknown>>): Found[] {
  const said = bare(one.text), { field } = one;
  return variables.flatMap((variable): Found[] => {
    if (!isKnown(variable, rules.fields)) return [{ level: 'error', code: 'unknown_variable', field, facts: { variable } }];
    const [root, ...path] = variable.split('.');
    if (root === 'event' && rules.brought && !isBrought(path, rules.brought)) return [{ level: 'warning', code: 'not_in_event', field, facts: { variable } }];
    if (root === 'event' && !rules.brought && Object.keys(sample).length > 0 && !has(sample, path.filter((key) => !/^\d+$/.test(key)))) return [{ level: 'warning', code: 'not_in_sample', field, facts: { variable } }];
    if (root !== 'customer' || !said.has(variable) || (path[0] !== undefined && rules.names.has(path[0]) && isGeneric(variant.when) && rules.purpose !== 'marketing')) return [];
    const isTrait = !rules.names.has(path[0] ?? '');
    return isTrait && isGeneric(variant.when) && rules.purpose === 'marketing'
      ? [{ level: 'error', code: 'general_needs_fallback', field, facts: { variable } }]
      : [{ level: 'warning', code: 'no_fallback', field, facts: { variable } }];
  });
}

/** A field with the blocks it calls in their places, and their keys; or why they cannot stand there. */
type Filled = { field: TextField; blocks: readonly string[] } | { fault: Found };

function filled(field: TextField, language: Language, { book }: LintRules): Filled {
  const fill = filling(book, language);
  try {
    const text = (field.markup ? fillMarkup : fillText)(fill, field.text);
    return { field: { ...field, text }, blocks: [...fill.used.keys()] };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { fault: { level: 'error', code: error.code.replace(/^template\./, ''), field: field.field, facts: error.facts } };
  }
}

/** The block that says what was found, the innermost first; none where the text says so itself. */
function withBlock(found: Found, own: TextField, blocks: readonly string[], language: Language, rules: LintRules): Found {
  const says = (field: TextField): boolean => {
    const analysis = rules.analyse(field.text), { variable, word } = found.facts;
    return 'fault' in analysis || (typeof variable === 'string' ? analysis.variables.includes(variable) : claimsIn(saidBy(field), rules.claims).includes(String(word)));
  };
  const alone = { ...own, text: withoutCalls(own.text) };
  const block = blocks.length === 0 || says(alone) ? undefined : blocks.findLast((key) => {
    const one = filled({ ...own, text: `{% render '${key}' %}` }, language, rules);
    return 'field' in one && says(one.field);
  });
  return block === undefined ? found : { ...found, block };
}

function textFaults(one: TextField, variant: Variant, rules: LintRules, sample: Readonly<Record<string, unknown>>): Found[] {
  const { field } = one;
  if (one.text.trim() === '') return one.required ? [{ level: 'error', code: 'text_missing', field, facts: {} }] : [];
  const analysis = rules.analyse(one.text);
  if ('fault' in analysis) return [{ level: 'error', code: 'syntax', field, facts: { detail: analysis.fault } }];
  return [
    ...variableFaults(one, analysis.variables, variant, rules, sample),
    ...emptyFallbacks(one.text).map((variable): Found => ({ level: 'error', code: 'empty_fallback', field, facts: { variable } })),
    ...claimsIn(saidBy(one), rules.claims).map((word): Found => ({ level: 'error', code: 'banned_claim', overridable: true, field, facts: { word } })),
  ];
}

/** A text with outputs as long as their fallbacks, or four characters: for counting before anybody in particular is meant. */
const estimated = (text: string): string => liquidParts(text).map((part) => (part.kind === 'text' ? part.text : part.kind === 'tag' ? '' : outputOf(part.text)?.fallback ?? '○○○○')).join('');

const WECOM_BYTES = 4_000;
const bytes = (text: string): number => new TextEncoder().encode(text).length;

/** What a channel holds against a content; `texts`: its fields as they are sent. */
function channelFaults(content: ChannelContent, texts: readonly TextField[], rules: LintRules): Found[] {
  const { purpose } = rules, text = texts.find(({ field }) => field === 'text')?.text ?? '';
  if (content.channel === 'sms') return lintSms(text, estimated(text), { purpose, rules: rules.sms, signature: rules.signature }).map((one) => ({ ...one, field: 'text' }));
  if (content.channel === 'mp' && content.kind === 'subscribe' && purpose === 'marketing') return [{ level: 'error', code: 'mp_marketing', field: 'text', facts: {} }];
  if (content.channel === 'wecom' && bytes(estimated(text)) > WECOM_BYTES) return [{ level: 'error', code: 'wecom_too_long', field: 'text', facts: { most: WECOM_BYTES } }];
  if (content.channel !== 'email' || purpose !== 'marketing') return [];
  const leaves = texts.some((one) => /links\.(?:unsubscribe|preferences)/.test(one.text)) || (content.body.kind === 'blocks' && content.body.blocks.some(({ kind }) => kind === 'footer'));
  return leaves ? [] : [{ level: 'error', code: 'email_no_unsubscribe', field: content.body.kind, facts: {} }];
}

function entryFaults(entry: Entry, variant: Variant, rules: LintRules, sample: Readonly<Record<string, unknown>>): Finding[] {
  const at = { variant: variant.key, channel: entry.content.channel, language: entry.language };
  const texts = fieldsOf(entry.content).map((own) => ({ own, ...filled(own, entry.language, rules) }));
  const found = [
    ...texts.flatMap((one) => ('fault' in one ? [one.fault] : textFaults(one.field, variant, rules, sample).map((fault) => withBlock(fault, one.own, one.blocks, entry.language, rules)))),
    ...(texts.some((one) => 'fault' in one) ? [] : channelFaults(entry.content, texts.flatMap((one) => ('field' in one ? [one.field] : [])), rules)),
  ];
  return found.map((one) => ({ ...one, at }));
}

/** Channels that somebody may find nothing on: no variant for everybody in the template's own language, and no arm of a test without one. */
function uncovered(document: TemplateDocument, channels: readonly ChannelName[]): ChannelName[] {
  const general = document.variants.filter(({ when }) => isGeneric(when));
  const arms = [...new Set(document.variants.flatMap(({ when }) => when.arms))];
  const speaks = (variant: Variant, channel: ChannelName): boolean => variant.contents.some(({ language, content }) => language === document.language && content.channel === channel);
  return channels.filter((channel) => {
    const own = general.filter((variant) => speaks(variant, channel));
    return !own.some(({ when }) => when.arms.length === 0) && !(arms.length > 0 && arms.every((arm) => own.some(({ when }) => when.arms.includes(arm))));
  });
}

/**
 * Everything that speaks against publishing a template, and what its author should know. Pure: the same document under the same rules gives the
 * same findings, in the order of variants, contents and fields. What only compiling shows (MJML, places of variables in HTML) is found there.
 */
export function lint(document: TemplateDocument, rules: LintRules): Finding[] {
  const whole = (code: string, facts: Finding['facts'] = {}): Finding => ({ level: 'error', code, facts, at: null, field: '' });
  const channels = [...new Set(document.variants.flatMap(({ contents }) => contents.map(({ content }) => content.channel)))];
  const keys = document.variants.map(({ key }) => key);
  return [
    ...(channels.length === 0 ? [whole('nothing_written')] : []),
    ...[...new Set(keys.filter((key, i) => keys.indexOf(key) !== i))].map((variant) => whole('variant_twice', { variant })),
    ...uncovered(document, channels).map((channel) => whole('no_general_variant', { channel, language: document.language })),
    ...document.variants.flatMap((variant) => variant.contents.flatMap((entry) => entryFaults(entry, variant, rules, document.sample))),
  ];
}
