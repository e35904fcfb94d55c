export const LANGUAGES = ['zh-CN', 'zh-TW', 'en'] as const;
export type Language = (typeof LANGUAGES)[number];

/** One table of words: key → the same ICU message in every language, side by side so that none is forgotten. */
export type Words = Readonly<Record<string, Readonly<Record<Language, string>>>>;
export type Params = Readonly<Record<string, unknown>>;
