import { IntlMessageFormat } from 'intl-messageformat';
import { own } from '../own.ts';
import type { Language, Params, Words } from './types.ts';

const compiled = new Map<string, IntlMessageFormat>();

const formatOf = (language: Language, message: string): IntlMessageFormat => {
  const at = `${language} ${message}`;
  const known = compiled.get(at);
  if (known) return known;
  const made = new IntlMessageFormat(message, language, undefined, { ignoreTag: true });
  compiled.set(at, made);
  return made;
};

/**
 * A speaker over some tables: `say('zh-CN', 'stage.active')`. An unknown key comes back as the key itself,
 * so that a page shows what is missing and the catalogue test can find it.
 */
export const speaker = (words: Words) => (language: Language, key: string, params: Params = {}): string => {
  const message = own(words, key)?.[language];
  if (message === undefined) return key;
  if (!message.includes('{') && !message.includes("'")) return message;
  return String(formatOf(language, message).format(params as Record<string, string | number | Date>));
};
