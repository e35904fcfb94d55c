/// <reference path="../words/tables.d.ts" />
import type { Language } from '../../../src/kernel/words/types.ts';

/** What the app says in one language: key → ICU message. */
export type Table = Readonly<Record<string, string>>;

const LOAD: Readonly<Record<Language, () => Promise<{ default: Table }>>> = {
  'zh-CN': () => import('virtual:words/zh-CN'), 'zh-TW': () => import('virtual:words/zh-TW'), en: () => import('virtual:words/en'),
};

/** The words of a language, fetched when it is first spoken. */
export const wordsOf = async (language: Language): Promise<Table> => (await LOAD[language]()).default;
