import type { Env } from '../config.ts';
import type { Language } from '../words/types.ts';

/** The language of a terminal, from the POSIX locale variables; English when they say nothing. */
export function systemLanguage({ LC_ALL, LC_MESSAGES, LANG }: Env): Language {
  const locale = (LC_ALL || LC_MESSAGES || LANG || '').toLowerCase();
  if (/^zh[_-](tw|hk|mo|hant)/.test(locale)) return 'zh-TW';
  return locale.startsWith('zh') ? 'zh-CN' : 'en';
}
