import type { Block } from './document.ts';
import { mapText } from './liquidParts.ts';

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const safe = (text: string): string => text.replace(/[&<>"']/g, (mark) => ENTITIES[mark] ?? mark);

/** Texts of blocks hold no HTML; a line break is one, an empty line begins a paragraph. Liquid stands as it is. */
export const prose = (text: string): string => mapText(text, (part) => safe(part).replace(/\n/g, '<br/>'));
export const attribute = (text: string): string => mapText(text, safe);

const column = (inner: string): string => `<mj-section padding="0 24px"><mj-column padding="0">${inner}</mj-column></mj-section>`;

/** A list of goods as data name it: `name`, and where given `image`, `price_minor`, `url`. */
function products(list: string, most: number): string {
  const path = /^[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*$/i.test(list) ? list : 'event.items';
  return `<mj-section padding="8px 24px"><mj-column padding="0"><mj-raw>{% for item in ${path} limit: ${Math.max(1, Math.min(12, Math.trunc(most)))} %}</mj-raw>`
    + '<mj-table padding="6px 0" font-size="15px" line-height="22px"><tr>'
    + '{% if item.image %}<td style="width:72px;padding-right:12px"><img src="{{ item.image }}" alt="" width="72" style="display:block;border-radius:4px"/></td>{% endif %}'
    + '<td>{% if item.url %}<a href="{{ item.url }}" style="color:inherit;font-weight:600">{{ item.name }}</a>{% else %}<strong>{{ item.name }}</strong>{% endif %}{% if item.price_minor %}<br/>{{ item.price_minor | money }}{% endif %}</td>'
    + '</tr></mj-table><mj-raw>{% endfor %}</mj-raw></mj-column></mj-section>';
}

/** What the links of a footer say. */
export type FooterWords = { unsubscribe: string; preferences: string };

function footer(text: string, words: FooterWords): string {
  const link = (name: string, word: string): string => `{% if links.${name} %} <a href="{{ links.${name} }}" style="color:inherit">${safe(word)}</a>{% endif %}`;
  return column(`<mj-divider border-width="1px" border-color="#E7E3DA" padding="16px 0 12px"/><mj-text font-size="12px" line-height="18px" color="#646A65" padding="0 0 24px">${prose(text)}${text === '' ? '' : '<br/>'}${link('unsubscribe', words.unsubscribe)}${link('preferences', words.preferences)}</mj-text>`);
}

function blockMjml(block: Block, accent: string, words: FooterWords): string {
  switch (block.kind) {
    case 'heading': return column(`<mj-text font-size="22px" line-height="30px" font-weight="600" padding="16px 0 4px">${prose(block.text)}</mj-text>`);
    case 'text': return column(`<mj-text padding="8px 0">${prose(block.text)}</mj-text>`);
    case 'button': return column(`<mj-button href="${attribute(block.href)}" background-color="${accent}" color="#ffffff" align="left" padding="12px 0" inner-padding="11px 22px" font-size="15px" border-radius="4px">${prose(block.label)}</mj-button>`);
    case 'image': return column(`<mj-image src="${attribute(block.src)}" alt="${attribute(block.alt)}"${block.href === '' ? '' : ` href="${attribute(block.href)}"`} padding="8px 0"/>`);
    case 'products': return products(block.list, block.most);
    case 'divider': return column('<mj-divider border-width="1px" border-color="#E7E3DA" padding="12px 0"/>');
    case 'footer': return footer(block.text, words);
    case 'shared': return `{% render '${block.key}' %}`;
  }
}

const FONTS = '-apple-system, BlinkMacSystemFont, &quot;PingFang SC&quot;, &quot;Source Han Sans SC&quot;, &quot;Microsoft YaHei&quot;, &quot;Helvetica Neue&quot;, Arial, sans-serif';
const COLOUR = /^#[0-9a-f]{6}$/i;

/** Parts as the sections they are. */
export const partsMjml = ({ accent, blocks }: { accent: string; blocks: readonly Block[] }, words: FooterWords): string =>
  blocks.map((block) => blockMjml(block, COLOUR.test(accent) ? accent : '#1E6B52', words)).join('');

/** Parts as a whole mail in MJML: what their author wrote is text, never markup. `words`: what the footer's links say in the e-mail's language. */
export const blocksToMjml = (body: { accent: string; blocks: readonly Block[] }, words: FooterWords): string =>
  `<mjml><mj-head><mj-attributes><mj-all font-family="${FONTS}"/><mj-text font-size="15px" line-height="24px" color="#1F2421"/></mj-attributes></mj-head>`
  + `<mj-body background-color="#FBFAF7" width="600px"><mj-wrapper background-color="#ffffff" padding="16px 0">${partsMjml(body, words)}</mj-wrapper></mj-body></mjml>`;
