import type { Language } from '../../../../src/kernel/words/types.ts';
import type { ChannelName } from '../../../../src/reach/core/message.ts';
import type { ChannelContent, TemplateDocument } from '../../../../src/reach/core/templates/document.ts';
import { newContent, newDocument } from '../templates/draft.ts';

type Said = { title: string; text: string };

/** A first text in the form of a channel. */
function contentFor(channel: ChannelName, { title, text }: Said): ChannelContent {
  const empty = newContent(channel);
  switch (empty.channel) {
    case 'email': return { ...empty, subject: title, body: { kind: 'blocks', accent: '#1E6B52', blocks: [{ kind: 'heading', text: title }, { kind: 'text', text }, { kind: 'footer', text: '{{ workspace.name }}' }] } };
    case 'sms': case 'wecom': return { ...empty, text };
    case 'push': case 'in_app': case 'call': return { ...empty, title, body: text };
    default: return empty;
  }
}

/** A template to begin with, for everybody, in one language and on one channel. */
export function documentFor(channel: ChannelName, language: Language, said: Said): TemplateDocument {
  const document = newDocument(channel, language);
  return { ...document, variants: document.variants.map((variant) => ({ ...variant, contents: [{ language, content: contentFor(channel, said) }] })) };
}
