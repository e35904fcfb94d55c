import type { Speak } from '../../lib/language.tsx';

/** Why a figure is missing, in words. */
export const whyNot = (t: Speak, why: { code: string; facts: Readonly<Record<string, string | number>> } | null): string => (why ? t(`refusal.${why.code}`, why.facts) : '');
