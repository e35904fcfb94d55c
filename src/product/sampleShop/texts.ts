import type { Caller } from '../../kernel/access/caller.ts';
import type { Stores } from '../../kernel/stores.ts';
import { say } from '../../kernel/words/index.ts';
import { type Block, changeTextRules, listBlocks, listTemplates, makeBlock, makeTemplate, publishTemplate, readTextRules } from '../../reach/index.ts';

/** Templates by the key ready journeys know them by. */
export const TEXTS = ['first_coupon', 'second_category', 'how_to_use', 'second_offer', 'birthday', 'win_back', 'win_back_offer', 'decline_survey', 'new_year'] as const;
export type TextKey = (typeof TEXTS)[number];
const SERVICE: ReadonlySet<TextKey> = new Set(['decline_survey']);

const ACCENT = '#1E6B52';

/** The head and the foot that all mails of the shop have in common, each written once. */
async function writeBlocks(stores: Stores, caller: Caller): Promise<void> {
  const { language } = caller, word = (name: string): string => say(language, `sample.shop.${name}`), known = new Set((await listBlocks(stores, caller)).map(({ key }) => key));
  const put = async (key: string, text: string, blocks: readonly Block[]): Promise<void> => {
    if (!known.has(key)) await makeBlock(stores, caller, { key, name: word(`block.${key}`), document: { language, contents: [{ language, text, email: { kind: 'blocks', accent: ACCENT, blocks: [...blocks] } }] } });
  };
  await put('brand', '{{ workspace.name }}', [{ kind: 'text', text: `{{ workspace.name }} · ${word('block.brand.line')}` }, { kind: 'divider' }]);
  await put('foot', word('mail.foot'), [{ kind: 'footer', text: word('mail.foot') }]);
}

/** A mail and a text message that say the same, in the language the shop speaks. */
function documentOf({ language }: Caller, key: TextKey) {
  const word = (name: string, params = {}): string => say(language, `sample.${name}`, params);
  const text = word(`template.${key}.text`), ending = SERVICE.has(key) ? '' : word('shop.sms.end');
  const hello = word('shop.mail.hello', { name: `{{ customer.first_name | default: "${word('shop.mail.friend')}" }}` });
  const body = { kind: 'blocks' as const, accent: ACCENT, blocks: [
    { kind: 'shared' as const, key: 'brand' }, { kind: 'heading' as const, text: word(`template.${key}.subject`) }, { kind: 'text' as const, text: `${hello}\n\n${text}` }, { kind: 'shared' as const, key: 'foot' }] };
  const contents = [
    { language, content: { channel: 'email' as const, subject: word(`template.${key}.subject`), preheader: '', body, text: '' } },
    { language, content: { channel: 'sms' as const, text: `${text}${ending}` } },
  ];
  return { language, variants: [{ key: 'all', name: '', when: { stages: [], segments: [], angles: [], arms: [] }, contents }], sample: {} };
}

/** Publishes the shop's templates with the blocks they share, each once; their ids by key. */
export async function publishTexts(stores: Stores, caller: Caller): Promise<Record<TextKey, string>> {
  const word = (key: TextKey): string => say(caller.language, `sample.template.${key}`);
  const { claims, smsProvider, own } = await readTextRules(stores, caller);
  if (!own) await changeTextRules(stores, caller, { claims, smsProvider, signature: say(caller.language, 'sample.shop.signature') });
  await writeBlocks(stores, caller);
  const known = new Map((await listTemplates(stores, caller)).map((one) => [one.name, one])), ids: Partial<Record<TextKey, string>> = {};
  for (const key of TEXTS) {
    const found = known.get(word(key)) ?? await makeTemplate(stores, caller, { name: word(key), description: '', purpose: SERVICE.has(key) ? 'service' : 'marketing', document: documentOf(caller, key) });
    if (found.published === null) await publishTemplate(stores, caller, found.id, { revision: found.revision, reason: '' });
    ids[key] = found.id;
  }
  return ids as Record<TextKey, string>;
}
