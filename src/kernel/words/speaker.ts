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

/** A message with its parameters filled in, as its language counts and formats. */
export const phrase = (language: Language, message: string, params: Params): string =>
  (message.includes('{') || message.includes("'") ? String(formatOf(language, message).format(params as Record<string, string | number | Date>)) : message);

/**
 * A speaker over some tables: `say('zh-CN', 'stage.active')`. An unknown key comes back as the key itself,
 * so that a page shows what is missing and the catalogue test can find it.
 */
export const speaker = (words: Words) => (language: Language, key: string, params: Params = {}): string => {
  const message = own(words, key)?.[language];
  return message === undefined ? key : phrase(language, message, params);
};
