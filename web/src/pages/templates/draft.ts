import type { Language } from '../../../../src/kernel/words/types.ts';
import type { ChannelName } from '../../../../src/reach/core/message.ts';
import type { Block, ChannelContent, Entry, TemplateDocument, Variant } from '../../../../src/reach/core/templates/document.ts';

/** Which text is open. */
export type Place = { variant: string; channel: ChannelName; language: Language };

const EVERYBODY = { stages: [], segments: [], angles: [], arms: [] };

const BLOCKS: Readonly<Record<Block['kind'], Block>> = {
  heading: { kind: 'heading', text: '' }, text: { kind: 'text', text: '' }, button: { kind: 'button', label: '', href: 'https://' }, image: { kind: 'image', src: 'https://', alt: '', href: '' },
  products: { kind: 'products', list: 'event.items', most: 4 }, divider: { kind: 'divider' }, footer: { kind: 'footer', text: '{{ workspace.name }}' }, shared: { kind: 'shared', key: '' },
};
export const newBlock = (kind: Block['kind']): Block => BLOCKS[kind];

const NEW: Readonly<Record<ChannelName, ChannelContent>> = {
  email: { channel: 'email', subject: '', preheader: '', text: '', body: { kind: 'blocks', accent: '#1E6B52', blocks: [BLOCKS.heading, BLOCKS.text, BLOCKS.footer] } },
  sms: { channel: 'sms', text: '' }, push: { channel: 'push', title: '', body: '', url: '' }, in_app: { channel: 'in_app', shape: 'message', title: '', body: '', url: '' }, wecom: { channel: 'wecom', text: '', url: '' },
  mp: { channel: 'mp', kind: 'service', providerTemplate: '', text: '', data: {}, url: '' }, webhook: { channel: 'webhook', body: {} }, call: { channel: 'call', title: '', body: '' },
};
export const newContent = (channel: ChannelName): ChannelContent => NEW[channel];

/** A document to begin with: one channel, one language, everybody. */
export const newDocument = (channel: ChannelName, language: Language): TemplateDocument =>
  ({ language, sample: {}, variants: [{ key: 'all', name: '', when: EVERYBODY, contents: [{ language, content: NEW[channel] }] }] });

const isAt = ({ channel, language }: Place) => (one: Entry): boolean => one.language === language && one.content.channel === channel;

export const variantOf = (document: TemplateDocument, key: string): Variant | undefined => document.variants.find((one) => one.key === key) ?? document.variants[0];
export const contentAt = (document: TemplateDocument, place: Place): ChannelContent | undefined => variantOf(document, place.variant)?.contents.find(isAt(place))?.content;

export const withVariant = (document: TemplateDocument, key: string, change: (variant: Variant) => Variant): TemplateDocument =>
  ({ ...document, variants: document.variants.map((one) => (one.key === key ? change(one) : one)) });

/** The document with one text put in, changed or (null) taken out. */
export const withContent = (document: TemplateDocument, place: Place, content: ChannelContent | null): TemplateDocument => withVariant(document, place.variant, (variant) => {
  const at = variant.contents.findIndex(isAt(place));
  if (content === null) return { ...variant, contents: variant.contents.filter((_, i) => i !== at) };
  const entry = { language: place.language, content };
  return { ...variant, contents: at === -1 ? [...variant.contents, entry] : variant.contents.map((one, i) => (i === at ? entry : one)) };
});

/** A new variant stands first: it is tried before those that are for more people. */
export function addVariant(document: TemplateDocument): { document: TemplateDocument; key: string } {
  const taken = new Set(document.variants.map(({ key }) => key));
  const key = Array.from({ length: 31 }, (_, n) => `v${n + 1}`).find((one) => !taken.has(one)) ?? 'v31';
  return { key, document: { ...document, variants: [{ key, name: '', when: EVERYBODY, contents: document.variants.at(-1)?.contents ?? [] }, ...document.variants] } };
}

export function moved<T>(all: readonly T[], from: number, by: number): T[] {
  const next = [...all], to = from + by, one = next[from];
  if (one === undefined || to < 0 || to >= next.length) return next;
  next.splice(from, 1);
  next.splice(to, 0, one);
  return next;
}
