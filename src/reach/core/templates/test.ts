import type { TemplateDocument } from './document.ts';
import { armsOf } from './select.ts';

/** A test of texts against each other: `baseline`, in the place of the control, with its share (0–1) of people; the others by weight. */
export type TextTest = { baseline: string; share: number; others: readonly { key: string; weight: number }[] };

/** What an experiment holds: the baseline and four more, by short names. */
const ARMS_MOST = 5;
const KEY_CHARS = 20;
const BASELINE = 'control';

/** The test that a document's arms make: the arm called `control` is the baseline, else the first by name. Undefined where there are fewer than two, more than five or long names: those are for journeys, which name the arm. */
export function testOf(document: TemplateDocument): TextTest | undefined {
  const arms = armsOf(document);
  if (arms.length < 2 || arms.length > ARMS_MOST || arms.some((arm) => arm.length > KEY_CHARS)) return undefined;
  const baseline = arms.includes(BASELINE) ? BASELINE : arms[0] as string, weightOf = (arm: string): number => document.weights?.[arm] ?? 1;
  const others = arms.filter((arm) => arm !== baseline).map((key) => ({ key, weight: weightOf(key) })), total = arms.reduce((sum, arm) => sum + weightOf(arm), 0);
  return { baseline, share: total > 0 ? weightOf(baseline) / total : 0, others };
}

/** Shares that an experiment can be read from: the baseline gets somebody and at most nine of ten, and so does another arm. */
export const isFair = ({ share, others }: TextTest): boolean => share > 0 && share <= 0.9 && others.some(({ weight }) => weight > 0);

export const sameTest = (a: TextTest | undefined, b: TextTest | undefined): boolean => JSON.stringify(a) === JSON.stringify(b);
