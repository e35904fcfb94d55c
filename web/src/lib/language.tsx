import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { own } from '../../../src/kernel/own.ts';
import { phrase } from '../../../src/kernel/words/speaker.ts';
import { LANGUAGES, type Language, type Params } from '../../../src/kernel/words/types.ts';
import { fontFamily, fontFamilyLatin, fontFamilyTaiwan } from '../ui/tokens.ts';
import { type Table, wordsOf } from './words.ts';

export { LANGUAGES, type Language } from '../../../src/kernel/words/types.ts';

/** Says a key of the catalogue in the reader's language. */
export type Speak = (key: string, params?: Params) => string;

const KEPT = 'perennial.language';
const isLanguage = (text: string | null): text is Language => LANGUAGES.includes(text as Language);

/** `?lang=` first, then what this browser chose before, then what the browser asks for, then Chinese. */
export function languageAtStart(search: string, kept: string | null, wished: readonly string[]): Language {
  const asked = new URLSearchParams(search).get('lang');
  if (isLanguage(asked)) return asked;
  if (isLanguage(kept)) return kept;
  for (const tag of wished) {
    if (/^zh-(tw|hk|mo|hant)/i.test(tag)) return 'zh-TW';
    if (/^zh/i.test(tag)) return 'zh-CN';
    if (/^en/i.test(tag)) return 'en';
  }
  return 'zh-CN';
}

/** A language and what the app says in it. */
export type Tongue = { language: Language; words: Table };
type Spoken = { language: Language; choose: (language: Language) => void; t: Speak; fonts: string };
const Context = createContext<Spoken | null>(null);
/** The keys are the same in every language: any table tells which there are. */
let known: Table = {};

/** The tongue a page begins in. The document says so at once, not after drawing: the very first requests say which language they want. */
export async function firstTongue(): Promise<Tongue> {
  const language = languageAtStart(location.search, localStorage.getItem(KEPT), navigator.languages);
  document.documentElement.lang = language;
  return { language, words: await wordsOf(language) };
}

export function LanguageProvider({ first, children }: { first: Tongue; children?: ReactNode }) {
  const [{ language, words }, setTongue] = useState(first);
  known = words;
  const fonts = { 'zh-CN': fontFamily, 'zh-TW': fontFamilyTaiwan, en: fontFamilyLatin }[language];
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.style.setProperty('--fonts', fonts);
  }, [language, fonts]);
  const choose = useCallback(async (next: Language) => {
    localStorage.setItem(KEPT, next);
    setTongue({ language: next, words: await wordsOf(next) });
  }, []);
  const spoken = useMemo<Spoken>(() => {
    const t: Speak = (key, params = {}) => { const message = own(words, key); return message === undefined ? key : phrase(language, message, params); };
    return { language, choose: (next) => void choose(next), fonts, t };
  }, [language, words, choose, fonts]);
  return <Context value={spoken}>{children}</Context>;
}

export function useSpoken(): Spoken {
  const spoken = useContext(Context);
  if (!spoken) throw new Error('useT outside LanguageProvider');
  return spoken;
}

export const useT = (): Speak => useSpoken().t;
export const useLanguage = (): Language => useSpoken().language;

/** Is there a sentence for this key? Used where the server may send a code this build does not know. */
export const isKnown = (key: string): boolean => Object.hasOwn(known, key);
