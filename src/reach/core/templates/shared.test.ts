import { expect, test } from 'vitest';
import { Refusal } from '../../../kernel/errors.ts';
import type { Block } from './document.ts';
import { type Book, callsIn, callsOfBlock, fillMarkup, filling, fillText, type SharedContent, type SharedDocument } from './shared.ts';

const says = (text: string, email: SharedContent['email'] = null, language: SharedContent['language'] = 'zh-CN'): SharedContent => ({ language, email, text });
const mjml = (source: string) => ({ kind: 'mjml' as const, mjml: source });
const parts = (...blocks: Block[]) => ({ kind: 'blocks' as const, accent: '#123456', blocks });
const bookOf = (blocks: Record<string, SharedContent[]>): Book => ({
  blocks: new Map(Object.entries(blocks).map(([key, contents], at) => [key, { key, version: at + 1, document: { language: 'zh-CN', contents } satisfies SharedDocument }])), footer: () => ({ unsubscribe: '退订', preferences: '设置' }),
});
const BOOK = bookOf({
  legal: [says('© 茶店 & 友\n{{ workspace.name }}'), says('© Tea & friends', null, 'en')], sign: [says('店长 {% render "legal" %}')], banner: [says('', mjml('<mj-section><mj-column><mj-text>{% render \'legal\' %}</mj-text></mj-column></mj-section>'))],
  foot: [says('回 TD 退订', parts({ kind: 'text', text: '<谢>' }, { kind: 'footer', text: '' }))], ring: [says('{% render "gnir" %}')], gnir: [says('{% render "ring" %}')],
  ...Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`deep${at}`, [says(`${at}{% render "deep${at + 1}" %}`)]])), many: [says('{% render "more" %}'.repeat(200))], more: [says('x'.repeat(2_000))],
  ...Object.fromEntries(Array.from({ length: 5 }, (_, at) => [`empty${at}`, [says('', mjml(at === 4 ? '' : `{% render "empty${at + 1}" %}`.repeat(3_000)))]])),
});

const told = (source: string, { language = 'zh-CN' as const, markup = false, book = BOOK }: { language?: SharedContent['language']; markup?: boolean; book?: Book } = {}): string => {
  try {
    return (markup ? fillMarkup : fillText)(filling(book, language), source);
  } catch (error) {
    if (error instanceof Refusal) return `${error.code} ${String(error.facts.path ?? error.facts.block ?? '')}`.trim();
    throw error;
  }
};

test.each<[string, string, SharedContent['language']?]>([
  ['谢谢 {% render "legal" %}。', '谢谢 © 茶店 & 友\n{{ workspace.name }}。'], ["{% render 'legal' %}", '© Tea & friends', 'en'], ['{% render "sign" %}', '店长 © 茶店 & 友\n{{ workspace.name }}'], ['a {%- render "foot" -%} b', 'a回 TD 退订b'],
  ['{% render "foot" %}', '回 TD 退订', 'zh-TW'], ['{% if customer.city %}{% render "foot" %}{% endif %}', '{% if customer.city %}回 TD 退订{% endif %}'],
  ['{% render "nobody" %}', 'template.block_unknown nobody'], ['{% render "banner" %}', 'template.block_no_text banner'], ['{% render "ring" %}', 'template.block_cycle ring → gnir → ring'], ['{% render "deep0" %}', 'template.block_too_deep deep5'],
  ['{% render "many" %}', 'template.too_long'], ['{% render "constructor" %}', 'template.block_unknown constructor'], ['{% render "__proto__" %}', 'template.block_call'],
  ['{% render "../../etc/passwd" %}', 'template.block_call'], ['{% render customer.name %}', 'template.block_call'], ['{% render "legal", x: 1 %}', 'template.block_call'], ['{% include "legal" %}', 'template.block_call'], ['{% layout "legal" %}', 'template.block_call'],
])('R72: a text that calls blocks, %s, says %s', (source, expected, language) => expect(told(source, language ? { language } : {})).toBe(expected));

const within = (inner: string): string => `<mjml><mj-body>${inner}</mj-body></mjml>`;
test.each<[string, string]>([
  ['{% render "banner" %}', '<mj-section><mj-column><mj-text>© 茶店 &amp; 友<br/>{{ workspace.name }}</mj-text></mj-column></mj-section>'],
  ['{% render "legal" %}', '<mj-section padding="0 24px"><mj-column padding="0"><mj-text>© 茶店 &amp; 友<br/>{{ workspace.name }}</mj-text></mj-column></mj-section>'],
  ['<mj-section><mj-column>{% render "legal" %}</mj-column></mj-section>', '<mj-section><mj-column><mj-text>© 茶店 &amp; 友<br/>{{ workspace.name }}</mj-text></mj-column></mj-section>'],
  ['<mj-section><mj-column><mj-text>x {% render "foot" %}</mj-text></mj-column></mj-section>', '<mj-section><mj-column><mj-text>x 回 TD 退订</mj-text></mj-column></mj-section>'],
  ['<mj-section><mj-column><mj-image alt="{% render "legal" %}" src="a"/></mj-column></mj-section>', '<mj-section><mj-column><mj-image alt="© 茶店 &amp; 友\n{{ workspace.name }}" src="a"/></mj-column></mj-section>'],
  ['<mj-section><mj-column><mj-text>{{ "<mj-body>" }} {% render "foot" %}</mj-text></mj-column></mj-section>', '<mj-section><mj-column><mj-text>{{ "<mj-body>" }} 回 TD 退订</mj-text></mj-column></mj-section>'],
  ['{% render "ring" %}', 'template.block_cycle ring → gnir → ring'], ['{% render "empty0" %}', 'template.too_heavy'],
])('R72: in MJML a block is sections where sections may stand, words elsewhere, harmless in an attribute: %s', (inner, expected) => expect(told(within(inner), { markup: true })).toBe(/^template/.test(expected) ? expected : within(expected)));

test('R72: parts of a block come as sections, with what the footer says in the language of the block', () => {
  const filled = told(within('{% render "foot" %}'), { markup: true });
  expect(filled).toContain('&lt;谢&gt;');
  expect(filled).toMatch(/\{\{ links\.unsubscribe \}\}"[^>]*>退订</);
});

test('R72: what went in is told with its versions, what a block calls with it', () => {
  const fill = filling(BOOK, 'zh-CN');
  fillText(fill, '{% render "sign" %}');
  expect([...fill.used]).toEqual([['sign', 2], ['legal', 1]]);
  expect(callsIn('{% render "a" %}{% render \'b\' %}{% render "a" %}{% render c %}')).toEqual(['a', 'b']);
  expect(callsOfBlock({ language: 'en', contents: [says('{% render "a" %}', parts({ kind: 'shared', key: 'b' }, { kind: 'text', text: '{% render "c" %}' }), 'en')] })).toEqual(['a', 'b', 'c']);
});
