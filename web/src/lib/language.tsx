import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from 'react';
import { speaker } from '../../../src/kernel/words/speaker.ts';
import { LANGUAGES, type Language, type Params } from '../../../src/kernel/words/types.ts';
import { fontFamily, fontFamilyLatin, fontFamilyTaiwan } from '../ui/tokens.ts';
import { words } from '../words/index.ts';

export { LANGUAGES, type Language } from '../../../src/kernel/words/types.ts';

/** Says a key of the catalogue in the reader's language. */
export type Speak = (key: string, params?: Params) => string;

const KEPT = 'perennial.language';
const say = speaker(words);
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

type Spoken = { language: Language; choose: (language: Language) => void; t: Speak; fonts: string };
const Context = createContext<Spoken | null>(null);

export function LanguageProvider({ children }: { children: ReactNode }) {
  const [language, setLanguage] = useState(() => {
    const first = languageAtStart(location.search, localStorage.getItem(KEPT), navigator.languages);
    // At once, not after drawing: the very first requests say which language they want.
    document.documentElement.lang = first;
    return first;
  });
  const fonts = { 'zh-CN': fontFamily, 'zh-TW': fontFamilyTaiwan, en: fontFamilyLatin }[language];
  useEffect(() => {
    document.documentElement.lang = language;
    document.documentElement.style.setProperty('--fonts', fonts);
  }, [language, fonts]);
  const choose = useCallback((next: Language) => {
    localStorage.setItem(KEPT, next);
    setLanguage(next);
  }, []);
  const spoken = useMemo<Spoken>(() => ({ language, choose, fonts, t: (key, params) => say(language, key, params) }), [language, choose, fonts]);
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
export const isKnown = (key: string): boolean => key in words;
