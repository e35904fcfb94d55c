import type { Caller } from '../../kernel/access/caller.ts';
import type { Stores } from '../../kernel/stores.ts';
import { say } from '../../kernel/words/index.ts';
import { changeTextRules, listTemplates, makeTemplate, publishTemplate, readTextRules } from '../../reach/index.ts';

/** Templates by the key ready journeys know them by. */
export const TEXTS = ['first_coupon', 'second_category', 'how_to_use', 'second_offer', 'birthday', 'win_back', 'win_back_offer', 'decline_survey', 'new_year'] as const;
export type TextKey = (typeof TEXTS)[number];
const SERVICE: ReadonlySet<TextKey> = new Set(['decline_survey']);

/** A mail and a text message that say the same, in the language the shop speaks. */
function documentOf({ language }: Caller, key: TextKey) {
  const word = (name: string, params = {}): string => say(language, `sample.${name}`, params);
  const text = word(`template.${key}.text`), ending = SERVICE.has(key) ? '' : word('shop.sms.end');
  const hello = word('shop.mail.hello', { name: `{{ customer.first_name | default: "${word('shop.mail.friend')}" }}` });
  const body = { kind: 'blocks' as const, accent: '#1E6B52', blocks: [
    { kind: 'heading' as const, text: word(`template.${key}.subject`) }, { kind: 'text' as const, text: `${hello}\n\n${text}` }, { kind: 'footer' as const, text: word('shop.mail.foot') }] };
  const contents = [
    { language, content: { channel: 'email' as const, subject: word(`template.${key}.subject`), preheader: '', body, text: '' } },
    { language, content: { channel: 'sms' as const, text: `${text}${ending}` } },
  ];
  return { language, variants: [{ key: 'all', name: '', when: { stages: [], segments: [], angles: [], arms: [] }, contents }], sample: {} };
}

/** Publishes the shop's templates, each once; their ids by key. */
export async function publishTexts(stores: Stores, caller: Caller): Promise<Record<TextKey, string>> {
  const word = (key: TextKey): string => say(caller.language, `sample.template.${key}`);
  const { claims, smsProvider, own } = await readTextRules(stores, caller);
  if (!own) await changeTextRules(stores, caller, { claims, smsProvider, signature: say(caller.language, 'sample.shop.signature') });
  const known = new Map((await listTemplates(stores, caller)).map((one) => [one.name, one])), ids: Partial<Record<TextKey, string>> = {};
  for (const key of TEXTS) {
    const found = known.get(word(key)) ?? await makeTemplate(stores, caller, { name: word(key), description: '', purpose: SERVICE.has(key) ? 'service' : 'marketing', document: documentOf(caller, key) });
    if (found.published === null) await publishTemplate(stores, caller, found.id, { revision: found.revision, reason: '' });
    ids[key] = found.id;
  }
  return ids as Record<TextKey, string>;
}
