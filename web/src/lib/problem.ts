import { ApiError } from './api.ts';
import { isKnown, type Speak } from './language.tsx';

/** Nothing stands at this address: removed, or never there. */
export const isNowhere = (error: unknown): boolean => error instanceof ApiError && (error.problem.code === 'body.invalid' && error.problem.facts?.['where'] === 'params');

/** Any failure as a sentence: the refusal's own words where we have them, else what is known of it. */
export function sentenceOf(t: Speak, error: unknown): string {
  if (!(error instanceof ApiError)) return t('problem.page');
  const { code, facts, status } = error.problem;
  // An address whose own id is no id leads nowhere, like one of something removed.
  if (isNowhere(error)) return t('problem.notFound', { code });
  const key = `refusal.${code}`;
  if (isKnown(key)) return t(key, facts);
  return t(status >= 500 ? 'problem.server' : status === 404 ? 'problem.notFound' : status === 403 ? 'problem.forbidden' : 'problem.request', { code });
}
