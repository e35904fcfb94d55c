import type { Caller } from '../../../kernel/access/caller.ts';
import type { Stores } from '../../../kernel/stores.ts';
import type { PreviewReply } from '../contract.ts';
import { previewTemplate } from '../preview.ts';
import type { BlockPreviewAsked } from './contract.ts';

const ACCENT = '#1E6B52';

/** A block as somebody would get it in an otherwise empty message: as it is being written, saved or not. */
export function previewBlock(stores: Stores, caller: Caller, { key, document, channel, language, customer }: BlockPreviewAsked): Promise<PreviewReply> {
  const call = `{% render '${key}' %}`;
  const content = channel === 'email'
    ? { channel, subject: key, preheader: '', text: '', body: { kind: 'blocks' as const, accent: ACCENT, blocks: [{ kind: 'shared' as const, key }] } }
    : { channel, text: call };
  const variant = { key: 'all', name: '', when: { stages: [], segments: [], angles: [], arms: [] }, contents: [{ language, content }] };
  return previewTemplate(stores, caller, { document: { language, variants: [variant], sample: {} }, channel, language, variant: 'all', personalised: true, ...(customer ? { customer } : {}) }, { key, version: 0, document });
}
