import type { Language } from '../../../kernel/words/types.ts';
import type { ChannelName } from '../message.ts';
import { type Angle, type Entry, isGeneric, type TemplateDocument, type Variant, type When } from './document.ts';

/** What decides which text somebody gets. `arm`: of a test; `personalised` false: nothing of their traits may be used. */
export type Reader = { language: Language; stage: string | null; segments: ReadonlySet<string>; angles: readonly Angle[]; arm: string | null; personalised: boolean };
export type Chosen = { variant: Variant; entry: Entry };

/** Orders from which somebody buys often. */
const FREQUENT_ORDERS = 5;
const MOST_VALUABLE = /^key_/;

/**
 * The layers somebody belongs to, from what lifecycle says of them: companies; the four RFM groups of high value (key_…); five orders and
 * more buy often. Everybody is either a company or a person, and buys often or now and then.
 */
export function anglesOf({ b2b, rfm, orderCount }: { b2b: boolean; rfm: string | null; orderCount: number }): Angle[] {
  return [b2b ? 'enterprise' : 'personal', ...(MOST_VALUABLE.test(rfm ?? '') ? ['premium' as const] : []), orderCount >= FREQUENT_ORDERS ? 'frequent' : 'occasional'];
}

const among = (wanted: readonly string[], has: (one: string) => boolean): boolean => wanted.length === 0 || wanted.some(has);

/** Whether a variant is for this reader. */
export function fits(when: When, reader: Reader): boolean {
  if (!reader.personalised && !isGeneric(when)) return false;
  return among(when.stages, (stage) => stage === reader.stage) && among(when.segments, (id) => reader.segments.has(id))
    && among(when.angles, (angle) => reader.angles.includes(angle as Angle)) && among(when.arms, (arm) => arm === reader.arm);
}

/** The languages to try: the reader's, the other Chinese one where they read Chinese, the template's own. */
export function languagesFor(wanted: Language, own: Language): Language[] {
  const sibling: readonly Language[] = wanted === 'zh-CN' ? ['zh-TW'] : wanted === 'zh-TW' ? ['zh-CN'] : [];
  return [...new Set([wanted, ...sibling, own])];
}

/**
 * The text for a reader on a channel: language before variant, since a general text one can read is better than a particular one that one
 * cannot; among those of a language the first variant that fits. Undefined where nothing fits: the caller refuses `template.nothing_fits`.
 */
export function choose(document: TemplateDocument, channel: ChannelName, reader: Reader): Chosen | undefined {
  const fitting = document.variants.filter(({ when }) => fits(when, reader));
  for (const language of languagesFor(reader.language, document.language)) {
    for (const variant of fitting) {
      const entry = variant.contents.find((one) => one.language === language && one.content.channel === channel);
      if (entry) return { variant, entry };
    }
  }
  return undefined;
}

/** The arms that variants of a document name, each once, in order. */
export const armsOf = ({ variants }: TemplateDocument): string[] => [...new Set(variants.flatMap(({ when }) => when.arms))].sort();
