import { Liquid, type Template } from 'liquidjs';
import { Refusal } from '../../kernel/errors.ts';
import { textOf } from '../core/templates/plainValue.ts';
import type { Analysis } from '../core/templates/lint.ts';
import { answerOf } from './answerOf.ts';
import { date, type Manner, money, number } from './filters.ts';
import { quicken } from './quickly.ts';

/** How values are written into a text: escaped for HTML; on one line for subjects and titles; without brackets that would forge a signature. */
export const MODES = ['html', 'line', 'plain', 'sms'] as const;
export type Mode = (typeof MODES)[number];
export type Program = { mode: Mode; parts: Template[] };
export type Scope = Readonly<Record<string, unknown>>;

/** Reached by filters alone: a template has no way to name a symbol. */
const MANNER = Symbol('manner');

const TAGS = new Set(['if', 'unless', 'case', 'for', 'break', 'continue', 'assign', 'capture', 'comment', '#']);
const FILTERS = new Set(['default', 'upcase', 'downcase', 'capitalize', 'strip', 'lstrip', 'rstrip', 'truncate', 'append', 'prepend', 'replace', 'replace_first', 'remove', 'split', 'join', 'first', 'last', 'size', 'slice',
  'sort', 'map', 'where', 'uniq', 'reverse', 'compact', 'plus', 'minus', 'times', 'divided_by', 'modulo', 'round', 'floor', 'ceil', 'abs', 'at_least', 'at_most', 'url_encode']);

const PARSE_LIMIT = 300_000;
const MEMORY_LIMIT = 300_000;
const RENDER_MS = 250;
/** Once more, in case it was this machine that was busy and not the template. */
const PATIENT_MS = 1_000;
const OUTPUT_LIMIT = 2_000_000;

class Blank extends Error {}
class BadLink extends Error {}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const CONTROLS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g;

const WRITE: Readonly<Record<Mode, (text: string) => string>> = {
  html: (text) => text.replace(/[&<>"']/g, (mark) => ENTITIES[mark] as string),
  line: (text) => text.replace(/[\r\n\t\u2028\u2029]+/g, ' '),
  plain: (text) => text,
  sms: (text) => text.replace(/[【】]/g, ''),
};

/** What every output passes: nothing blank is ever said, no object is, and what is said is harmless where it stands. */
const writer = (mode: Mode) => (value: unknown): string => {
  const text = textOf(value);
  if (text === undefined || text.trim() === '') throw new Blank();
  return WRITE[mode](text.replace(CONTROLS, ''));
};

const ADDRESS = /^(?:https?:\/\/[^\s/]|mailto:[^\s]|tel:[^\s])/i;
/** An address that begins with a value: of the web, a letter or a telephone. */
function safeLink(value: unknown): unknown {
  const text = textOf(value)?.trim();
  if (text === undefined || text === '') return value;
  if (!ADDRESS.test(text) || /[\0-\x20<>"\\]/.test(text)) throw new BadLink();
  return text;
}

type Filtering = { context: { globals: Record<symbol, Manner> } };
const mannerOf = (self: unknown): Manner => (self as Filtering).context.globals[MANNER] as Manner;

function engine(mode: Mode): Liquid {
  const liquid = new Liquid({
    templates: Object.create(null) as Record<string, string>, dynamicPartials: false, relativeReference: false, cache: false,
    ownPropertyOnly: true, strictFilters: true, strictVariables: true, lenientIf: true, outputEscape: writer(mode),
    parseLimit: PARSE_LIMIT, memoryLimit: MEMORY_LIMIT, renderLimit: RENDER_MS,
  });
  for (const name of Object.keys(liquid.tags)) if (!TAGS.has(name)) delete liquid.tags[name];
  for (const name of Object.keys(liquid.filters)) if (!FILTERS.has(name)) delete liquid.filters[name];
  Object.setPrototypeOf(liquid.filters, null);
  Object.setPrototypeOf(liquid.tags, null);
  liquid.registerFilter('money', function (this: unknown, value: unknown, currency: unknown) { return money(value, currency, mannerOf(this)); });
  liquid.registerFilter('number', function (this: unknown, value: unknown, digits: unknown) { return number(value, digits, mannerOf(this)); });
  liquid.registerFilter('date', function (this: unknown, value: unknown, style: unknown) { return date(value, style, mannerOf(this)); });
  liquid.registerFilter('safe_link', safeLink);
  return liquid;
}

const ENGINES: Readonly<Record<Mode, Liquid>> = { html: engine('html'), line: engine('line'), plain: engine('plain'), sms: engine('sms') };

const detailOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).split('\n')[0]?.slice(0, 200) ?? '';

/** Reads a template. Refuses `template.syntax` with what stands in the way: an unknown tag or filter, something not closed, more than 300,000 characters. */
export function readLiquid(source: string, mode: Mode): Program {
  try {
    return { mode, parts: quicken(ENGINES[mode].parse(source)) };
  } catch (error) {
    throw new Refusal('template.syntax', { detail: detailOf(error) });
  }
}

type Fault = Error & { originalError?: unknown; token?: { getText?: () => string } };

const nameOf = (text: string): string => /^\{\{-?\s*([^|}\s]+)/.exec(text)?.[1] ?? text.slice(0, 80);

/** What an error of a rendering says in our words. */
function refusalOf(error: unknown): Refusal {
  const fault = error as Fault, cause = (fault.originalError ?? fault) as Fault & { variableName?: string };
  const said = fault.token?.getText?.() ?? '';
  const named = cause.variableName ?? /undefined variable: ([^,\s]+)/.exec(fault.message)?.[1];
  if (named !== undefined) return new Refusal('template.variable_missing', { variable: named });
  if (cause instanceof Blank) return new Refusal('template.variable_missing', { variable: nameOf(said) });
  if (cause instanceof BadLink) return new Refusal('template.link_refused', { variable: nameOf(said) });
  if (/limit exceeded/.test(fault.message) || cause instanceof RangeError) return new Refusal('template.too_heavy', {});
  return new Refusal('template.render_failed', { detail: detailOf(error) });
}

function attempt({ mode, parts }: Program, scope: Scope, manner: Manner, renderLimit: number): string {
  const text = String(answerOf(ENGINES[mode]._render(parts, scope as object, { globals: { [MANNER]: manner }, renderLimit, sync: true })));
  if (text.length > OUTPUT_LIMIT) throw new Refusal('template.too_heavy', {});
  return text;
}

/**
 * The template as text for somebody. Refuses `template.variable_missing` (a variable is missing or blank and has no fallback: the message is not
 * sent), `template.link_refused`, `template.too_heavy`, `template.render_failed`; throws nothing else.
 */
export function renderLiquid(program: Program, scope: Scope, manner: Manner): string {
  try {
    return attempt(program, scope, manner, RENDER_MS);
  } catch (error) {
    const refusal = error instanceof Refusal ? error : refusalOf(error);
    if (refusal.code !== 'template.too_heavy' || !/template render limit/.test(detailOf(error))) throw refusal;
  }
  try {
    return attempt(program, scope, manner, PATIENT_MS);
  } catch (error) {
    throw error instanceof Refusal ? error : refusalOf(error);
  }
}

/** What a text asks for from outside, for lint. */
export function analyse(source: string): Analysis {
  try {
    const liquid = ENGINES.plain;
    const paths = liquid.globalVariableSegmentsSync(liquid.parse(source)).map((segments) => segments.map((one) => (Array.isArray(one) ? '*' : String(one))).join('.'));
    return { variables: [...new Set(paths)] };
  } catch (error) {
    return { fault: detailOf(error) };
  }
}
