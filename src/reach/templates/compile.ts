import { createHash } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import type { MjmlFault } from 'mjml';
import { Refusal } from '../../kernel/errors.ts';
import { say, type Language } from '../../kernel/words/index.ts';
import { blocksToMjml, type FooterWords } from '../core/templates/blocks.ts';
import type { ChannelContent, Entry, TemplateDocument } from '../core/templates/document.ts';
import { type Place, scanHtml } from '../core/templates/htmlPlaces.ts';
import { isBroken, liquidParts, type Part } from '../core/templates/liquidParts.ts';
import { type Book, type Filling, fillMarkup, filling, fillText, type SharedBlock } from '../core/templates/shared.ts';
import { textOfHtml } from '../core/templates/textTwin.ts';
import { type Mode, readLiquid } from './liquid.ts';

/** The texts of one content, ready to be read as Liquid: what a version keeps. Each is written in its mode; `blocks`: the shared blocks that stand in them, by key their versions. */
export type Source = { mode: Mode; source: string };
export type CompiledEntry = { variant: string; language: Language; content: ChannelContent; texts: Readonly<Record<string, Source>>; blocks?: Readonly<Record<string, number>> };

type EmailContent = Extract<ChannelContent, { channel: 'email' }>;

/** Liquid is put away while MJML reads the document, so that neither sees the other: `zq…x<n>z`. */
type Away = { source: string; parts: readonly Part[]; mark: RegExp; restore(html: string, change?: (part: Part, at: number) => string): string };

function putAway(source: string): Away {
  const parts = liquidParts(source);
  if (isBroken(parts)) throw new Refusal('template.syntax', { detail: '{{ or {% without its end' });
  const liquid = parts.filter(({ kind }) => kind !== 'text');
  const nonce = `zq${createHash('sha256').update(source).digest('hex').slice(0, 10).replace(/\d/g, (digit) => 'ghijklmnop'[Number(digit)] as string)}`;
  const mark = /zq[a-p]{10}x(\d+)z/g;
  if (source.search(mark) !== -1) throw new Refusal('template.syntax', { detail: nonce });
  let number = 0;
  return {
    source: parts.map((part) => (part.kind === 'text' ? part.text : `${nonce}x${number++}z`)).join(''), parts: liquid, mark,
    restore: (html, change = ({ text }) => text) => html.replace(mark, (_, at: string, offset: number) => change(liquid[Number(at)] as Part, offset)),
  };
}

const withLink = (text: string): string => text.replace(/\s*(-?\}\})$/, ' | safe_link $1');

/** Liquid back in its places: an address that begins with a value is looked at when it is rendered. Refuses `template.output_place`, `template.html_unsafe`. */
function placed(away: Away, html: string): string {
  const { places, unsafe } = scanHtml(html, away.mark);
  if (unsafe.length > 0) throw new Refusal('template.html_unsafe', { found: unsafe.slice(0, 5).join(', ') });
  const placeAt = new Map<number, Place>(places.map(({ at, place }) => [at, place]));
  return away.restore(html, (part, at) => {
    if (part.kind === 'tag') return part.text;
    const place = placeAt.get(at);
    if (place === 'forbidden' || place === undefined) throw new Refusal('template.output_place', { output: part.text.slice(0, 80) });
    return place === 'link' ? withLink(part.text) : part.text;
  });
}

const demandAll = (away: Away, html: string): void => {
  const kept = new Set([...html.matchAll(away.mark)].map(([, at]) => Number(at)));
  const lost = away.parts.find((_, at) => !kept.has(at));
  if (lost) throw new Refusal('template.liquid_lost', { liquid: lost.text.slice(0, 80) });
};

const INCLUDE = /<\s*mj-include\b/i;
const MJML_MAX = 200_000;

/** The preview line is part of the document's head; one that the author wrote stays. */
function withPreheader(mjml: string, preheader: string): string {
  if (preheader.trim() === '' || /<mj-preview\b/i.test(mjml)) return mjml;
  const preview = `<mj-preview>${preheader}</mj-preview>`;
  return /<mj-head\b[^>/]*>/i.test(mjml) ? mjml.replace(/<mj-head\b[^>]*>/i, (head) => head + preview) : mjml.replace(/<mjml\b[^>]*>/i, (root) => `${root}<mj-head>${preview}</mj-head>`);
}

const withLanguage = (mjml: string, language: Language): string => mjml.replace(/<mjml\b([^>]*)>/i, (whole, rest: string) => (/\blang=/i.test(rest) ? whole : `<mjml lang="${language}"${rest}>`));

const faultsOf = (errors: readonly MjmlFault[]): string => errors.slice(0, 3).map(({ line, message }) => `${line}: ${message}`).join('; ').slice(0, 300);

async function toHtml(source: string): Promise<string> {
  const { default: mjml2html } = await import('mjml');
  try {
    // No file is ever looked for: includes are refused above, ignored here, and no configuration is read.
    const { html, errors } = await mjml2html(source, { validationLevel: 'soft', keepComments: false, fonts: {}, ignoreIncludes: true, filePath: null, useMjmlConfigOptions: false });
    if (errors.length > 0) throw new Refusal('template.mjml', { detail: faultsOf(errors) });
    // Indentation is a third of it, and every message would carry it.
    return /<pre\b/i.test(html) ? html : html.replace(/\n\s*/g, '\n');
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal('template.mjml', { detail: (error instanceof Error ? error.message : String(error)).slice(0, 300) });
  }
}

const escapeText = (text: string): string => text.replace(/[&<>]/g, (mark) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[mark] as string);

/** What the links of a footer say in a language. */
export const footerWords = (language: Language): FooterWords => ({ unsubscribe: say(language, 'template.footer.unsubscribe'), preferences: say(language, 'template.footer.preferences') });

/** Blocks as texts may call them. */
export const bookOf = (blocks: readonly SharedBlock[]): Book => ({ blocks: new Map(blocks.map((one) => [one.key, one])), footer: footerWords });

function mjmlOf({ body, preheader }: EmailContent, fill: Filling): string {
  const { language } = fill, mjml = fillMarkup(fill, body.kind === 'mjml' ? body.mjml : blocksToMjml(body, footerWords(language)));
  if (mjml.length > MJML_MAX) throw new Refusal('template.too_long', { most: MJML_MAX });
  if (INCLUDE.test(mjml)) throw new Refusal('template.include_refused');
  const safe = liquidParts(fillText(fill, preheader)).map(({ kind, text }) => (kind === 'text' ? escapeText(text) : text)).join('');
  return withLanguage(withPreheader(mjml, safe), language);
}

/**
 * An e-mail as HTML and plain text with its Liquid left in place: what a sending costs is a rendering. Refuses `template.mjml`,
 * `template.include_refused`, `template.html_unsafe`, `template.output_place`, `template.liquid_lost`, `template.too_long`, `template.syntax`.
 */
async function compileEmail(content: EmailContent, fill: Filling): Promise<Record<string, Source>> {
  const away = putAway(mjmlOf(content, fill));
  const html = await toHtml(away.source);
  demandAll(away, html);
  const text = content.text.trim() === '' ? away.restore(textOfHtml(html)) : content.text;
  return {
    subject: { mode: 'line', source: content.subject }, preheader: { mode: 'line', source: content.preheader },
    html: { mode: 'html', source: placed(away, html) }, text: { mode: 'plain', source: text },
  };
}

const record = (pairs: Record<string, readonly [Mode, string]>): Record<string, Source> => Object.fromEntries(Object.entries(pairs).map(([name, [mode, source]]) => [name, { mode, source }]));

/** Texts at any depth, each under its path as JSON, so that any name may stand in it. */
function leaves(value: unknown, path: readonly (string | number)[]): [string, Source][] {
  if (typeof value === 'string') return [[JSON.stringify(path), { mode: 'plain', source: value }]];
  if (Array.isArray(value)) return value.flatMap((one, at) => leaves(one, [...path, at]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

async function textsOf(content: ChannelContent, fill: Filling): Promise<Record<string, Source>> {
  switch (content.channel) {
    case 'email': return compileEmail(content, fill);
    case 'sms': return record({ text: ['sms', content.text] });
    case 'push': case 'in_app': return record({ title: ['line', content.title], body: ['plain', content.body], url: ['line', content.url] });
    case 'wecom': return record({ text: ['plain', content.text], url: ['line', content.url] });
    case 'mp': return { ...record({ text: ['plain', content.text], url: ['line', content.url] }), ...Object.fromEntries(leaves(content.data, ['data'])) };
    case 'webhook': return Object.fromEntries(leaves(content.body, ['body']));
    case 'call': return record({ title: ['line', content.title], body: ['plain', content.body] });
  }
}

/** One content compiled with the blocks it calls, and every text of it read once, so that what cannot be read is refused now. */
export async function compileEntry(variant: string, { language, content }: Entry, book: Book): Promise<CompiledEntry> {
  const fill = filling(book, language);
  const texts = Object.fromEntries(Object.entries(await textsOf(content, fill)).map(([name, { mode, source }]) => [name, { mode, source: fillText(fill, source) }]));
  for (const { mode, source } of Object.values(texts)) readLiquid(source, mode);
  return { variant, language, content, texts, ...(fill.used.size > 0 ? { blocks: Object.fromEntries(fill.used) } : {}) };
}

/** All contents of a document compiled, in order; others of this process get their turn between two. Refuses what `compileEntry` refuses. */
export async function compileDocument({ variants }: TemplateDocument, book: Book): Promise<CompiledEntry[]> {
  const compiled: CompiledEntry[] = [];
  for (const { key, contents } of variants) {
    for (const entry of contents) {
      compiled.push(await compileEntry(key, entry, book));
      await breathe();
    }
  }
  return compiled;
}
