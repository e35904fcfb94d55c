import type { Plugin } from 'vite';
import { LANGUAGES, type Language } from '../src/kernel/words/types.ts';
import { inLanguage, words } from './src/words/index.ts';

const NAME = 'virtual:words/';
const isLanguage = (text: string): text is Language => (LANGUAGES as readonly string[]).includes(text);

/** `virtual:words/<language>`: what the app says in one language, so that a browser fetches the one it reads of the three that stand side by side here. */
export const wordTables = (): Plugin => ({
  name: 'word-tables',
  resolveId: (id) => (id.startsWith(NAME) ? `\0${id}` : undefined),
  load(id) {
    const language = id.slice(NAME.length + 1);
    return id.startsWith(`\0${NAME}`) && isLanguage(language) ? `export default JSON.parse(${JSON.stringify(JSON.stringify(inLanguage(words, language)))})` : undefined;
  },
});
