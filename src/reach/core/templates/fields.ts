import type { Block, ChannelContent, EmailBody } from './document.ts';
import { wordsOf } from './liquidParts.ts';

/** A text of a content: where it stands, and whether it must say something. `url`: an address; `markup`: MJML. */
export type TextField = { field: string; text: string; required: boolean; url: boolean; markup?: true };

const text = (field: string, value: string, required = true): TextField => ({ field, text: value, required, url: false });
const url = (field: string, value: string, required = false): TextField => ({ field, text: value, required, url: true });
const markup = (field: string, value: string): TextField => ({ field, text: value, required: true, url: false, markup: true });

function blockFields(block: Block, at: number): TextField[] {
  const place = `blocks.${at}`;
  switch (block.kind) {
    case 'heading': case 'text': return [text(`${place}.text`, block.text)];
    case 'footer': return [text(`${place}.text`, block.text, false)];
    case 'button': return [text(`${place}.label`, block.label), url(`${place}.href`, block.href, true)];
    case 'image': return [url(`${place}.src`, block.src, true), text(`${place}.alt`, block.alt, false), url(`${place}.href`, block.href)];
    case 'shared': return [markup(`${place}.key`, `{% render '${block.key}' %}`)];
    default: return [];
  }
}

/** Every text of what an e-mail shows. */
export const bodyFields = (body: EmailBody): TextField[] => (body.kind === 'mjml' ? [markup('mjml', body.mjml)] : body.blocks.flatMap(blockFields));

/** Strings at any depth of plain data, each under its path. */
function leaves(value: unknown, path: string): TextField[] {
  if (typeof value === 'string') return [text(path, value, false)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`));
}

/** Every text of a content. */
export function fieldsOf(content: ChannelContent): TextField[] {
  switch (content.channel) {
    case 'email': return [
      text('subject', content.subject), text('preheader', content.preheader, false), text('text', content.text, false),
      ...bodyFields(content.body),
    ];
    case 'sms': return [text('text', content.text)];
    case 'push': case 'in_app': return [text('title', content.title), text('body', content.body), url('url', content.url)];
    case 'wecom': return [text('text', content.text), url('url', content.url)];
    case 'mp': return [text('text', content.text, content.kind === 'service'), ...leaves(content.data, 'data'), url('url', content.url)];
    case 'webhook': return leaves(content.body, 'body');
    case 'call': return [text('title', content.title), text('body', content.body, false)];
  }
}

const ENTITY = /&(?:nbsp|#160|#xa0|ensp|emsp|thinsp|zwnj|zwj|shy);/gi;

/** What a field says to people: without Liquid, and of MJML without tags, comments and styles. */
export function saidBy({ markup: isMarkup, text: source, url: isAddress }: TextField): string {
  if (isAddress) return '';
  const words = wordsOf(source);
  if (!isMarkup) return words;
  return words.replace(/<!--[\s\S]*?-->|<mj-style[\s\S]*?<\/mj-style>|<style[\s\S]*?<\/style>/gi, '').replace(/<\/?mj-[^>]*>|<(?:br|p|div|td|tr|li|h\d)\b[^>]*>/gi, '\n').replace(/<[^>]*>/g, '').replace(ENTITY, ' ').replace(/&#37;|&percnt;/g, '%');
}
