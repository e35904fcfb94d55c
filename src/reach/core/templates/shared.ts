import { Refusal } from '../../../kernel/errors.ts';
import type { Language } from '../../../kernel/words/types.ts';
import { attribute, type FooterWords, partsMjml, prose } from './blocks.ts';
import type { EmailBody, TemplateDocument } from './document.ts';
import { bodyFields, fieldsOf } from './fields.ts';
import { isBroken, liquidParts, type Part } from './liquidParts.ts';
import { isContainer, type Spot, spotsIn } from './mjmlSpots.ts';
import { languagesFor } from './select.ts';

/** What a shared block says in one language: `email`, whole sections where an e-mail has room for them; `text` everywhere else, and in e-mails where there is no `email`. */
export type SharedContent = { language: Language; email: EmailBody | null; text: string };
/** Everything of a shared block that has versions. `language`: the one taken where the text around it is in another. */
export type SharedDocument = { language: Language; contents: readonly SharedContent[] };
export type SharedBlock = { key: string; version: number; document: SharedDocument };

/** The shared blocks there are, by key, and what links of footers say. Texts know of no others: no file, no address. */
export type Book = { blocks: ReadonlyMap<string, SharedBlock>; footer(language: Language): FooterWords };

const DEPTH_MAX = 5;
const CHARACTERS_MAX = 200_000;
const CALLS_MAX = 1_000;
const CALL = /^\{%-?\s*render\s+(?:"([a-z][a-z0-9_]{0,39})"|'([a-z][a-z0-9_]{0,39})')\s*-?%\}$/;
const CALLS = /^\{%-?\s*(?:render|include|layout)\b/;

const keyOf = (call: string): string | undefined => { const found = CALL.exec(call); return found?.[1] ?? found?.[2]; };
const isCall = ({ kind, text }: Part): boolean => kind === 'tag' && CALLS.test(text);

/** The keys a text calls, each once. */
export const callsIn = (text: string): string[] => [...new Set(liquidParts(text).flatMap((part) => (isCall(part) ? keyOf(part.text) ?? [] : [])))];

/** A text without its calls. */
export const withoutCalls = (text: string): string => liquidParts(text).map((part) => (isCall(part) ? '' : part.text)).join('');

const ofTexts = (texts: readonly { text: string }[]): string[] => [...new Set(texts.flatMap(({ text }) => callsIn(text)))];
/** The keys a template calls by itself. */
export const callsOf = ({ variants }: TemplateDocument): string[] => ofTexts(variants.flatMap(({ contents }) => contents.flatMap(({ content }) => fieldsOf(content))));
/** The keys a block calls by itself. */
export const callsOfBlock = ({ contents }: SharedDocument): string[] => ofTexts(contents.flatMap(({ email, text }) => [{ text }, ...(email ? bodyFields(email) : [])]));

/** A text being filled: in which language, with which blocks; `used` gathers what went in, key and version, the outer before the inner; `calls` counts down, since blocks that say nothing could call each other for ever. */
export type Filling = { book: Book; language: Language; used: Map<string, number>; calls: { left: number } };
export const filling = (book: Book, language: Language): Filling => ({ book, language, used: new Map(), calls: { left: CALLS_MAX } });

function contentOf({ book, language, used, calls }: Filling, call: string, path: readonly string[]): { key: string; content: SharedContent } {
  if (calls.left-- <= 0) throw new Refusal('template.too_heavy');
  const key = keyOf(call);
  if (key === undefined) throw new Refusal('template.block_call', { call: call.slice(0, 80) });
  if (path.includes(key)) throw new Refusal('template.block_cycle', { block: key, path: [...path, key].join(' → ') });
  if (path.length >= DEPTH_MAX) throw new Refusal('template.block_too_deep', { block: key, most: DEPTH_MAX });
  const block = book.blocks.get(key), content = block && languagesFor(language, block.document.language).flatMap((one) => block.document.contents.find((each) => each.language === one) ?? [])[0];
  if (!block || !content) throw new Refusal('template.block_unknown', { block: key });
  used.set(key, block.version);
  return { key, content };
}

/** The source with each call replaced; white space beside `{%-` and `-%}` goes, as Liquid has it. */
function replaced(source: string, write: (call: string, nth: number) => string): string {
  const parts = liquidParts(source);
  let text = '', nth = 0, trims = false;
  for (const part of parts) {
    const calls = isCall(part);
    if (calls && part.text.startsWith('{%-')) text = text.trimEnd();
    const next = calls ? write(part.text, nth++) : part.text;
    text += trims && !calls ? next.trimStart() : next;
    trims = calls && part.text.endsWith('-%}');
    if (text.length > CHARACTERS_MAX) throw new Refusal('template.too_long', { most: CHARACTERS_MAX });
  }
  return text;
}

const hasCalls = (source: string): boolean => liquidParts(source).some(isCall);

function wordsOf(fill: Filling, call: string, path: readonly string[]): string {
  const { key, content } = contentOf(fill, call, path);
  if (content.text.trim() === '') throw new Refusal('template.block_no_text', { block: key });
  return textFrom(fill, content.text, [...path, key]);
}

const textFrom = (fill: Filling, source: string, path: readonly string[]): string => replaced(source, (call) => wordsOf(fill, call, path));

/**
 * A text with the blocks it calls (`{% render 'key' %}`) written in their places, so that it is read, checked and measured as if its author had written
 * them there. Refuses `template.block_unknown`, `template.block_cycle`, `template.block_too_deep`, `template.block_call`, `template.block_no_text`, `template.too_long`, `template.too_heavy`.
 */
export const fillText = (fill: Filling, source: string): string => (hasCalls(source) ? textFrom(fill, source, []) : source);

/** Words as an element that may stand in `of`. */
function element(words: string, of: string): string {
  const text = `<mj-text>${words}</mj-text>`, column = `<mj-column padding="0">${text}</mj-column>`;
  return of === 'mj-column' || of === 'mj-hero' ? text : of === 'mj-section' || of === 'mj-group' ? column : `<mj-section padding="0 24px">${column}</mj-section>`;
}

function markupFrom(fill: Filling, source: string, path: readonly string[]): string {
  const parts = liquidParts(source), spots = spotsIn(parts, isCall);
  return replaced(source, (call, nth) => {
    const spot = spots[nth] as Spot;
    if (!isContainer(spot)) return (spot === 'attribute' ? attribute : prose)(wordsOf(fill, call, path));
    const { key, content } = contentOf(fill, call, path);
    if (content.email === null) return element(prose(wordsOf(fill, call, path)), spot);
    const inner = content.email.kind === 'mjml' ? content.email.mjml : partsMjml(content.email, fill.book.footer(content.language));
    if (isBroken(liquidParts(inner))) throw new Refusal('template.syntax', { detail: '{{ or {% without its end' });
    return markupFrom(fill, inner, [...path, key]);
  });
}

/** MJML with its blocks in their places: sections where sections may stand, words in texts, harmless values in attributes. Refuses what `fillText` refuses. */
export const fillMarkup = (fill: Filling, source: string): string => (hasCalls(source) ? markupFrom(fill, source, []) : source);
