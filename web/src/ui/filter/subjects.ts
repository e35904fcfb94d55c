import type { Catalogue, CatalogueField } from '../../../../src/kernel/conditions/catalogue.ts';
import type { Condition, Leaf } from '../../../../src/kernel/conditions/tree.ts';
import type { Language } from '../../lib/language.tsx';
import { blankTest, opsOfField } from './operands.ts';

/** What can be asked of somebody besides their fields, in the order it is offered. */
export const ASKED = ['event', 'sequence', 'unfollowed', 'stage', 'tag', 'consent', 'segment'] as const;
export type Asked = (typeof ASKED)[number];
const FIELD = 'field:';

export const fieldIn = (catalogue: Catalogue, key: string): CatalogueField | undefined => catalogue.fields.find((field) => field.key === key);
export const labelOf = (language: Language, label: CatalogueField['label'], fallback: string): string => (label === undefined ? fallback : typeof label === 'string' ? label : label[language]);

export type EditableLeaf = Exclude<Leaf, { kind: 'kept' }>;
const KNOWN: readonly string[] = [...ASKED, 'field'];
/** Conditions this form can open; others are shown, kept and can only be turned round or taken out. */
export const isEditable = (condition: Condition): condition is EditableLeaf => KNOWN.includes(condition.kind);

/** What a condition asks about, as the first list of the form names it. */
export const subjectOf = (leaf: EditableLeaf): string => (leaf.kind === 'field' ? `${FIELD}${leaf.field}` : leaf.kind);

/** Something that has been seen, to begin with. */
const firstEvent = ({ events }: Catalogue): string => events?.[0]?.event ?? '';
const secondEvent = (catalogue: Catalogue): string => catalogue.events?.[1]?.event ?? firstEvent(catalogue);

/** A condition about a subject, with as much of it said as can be guessed. */
export function startOf(subject: string, catalogue: Catalogue): EditableLeaf {
  if (subject.startsWith(FIELD)) {
    const field = subject.slice(FIELD.length), [op = 'present'] = opsOfField(fieldIn(catalogue, field), 'present').filter((one) => one !== 'present' || fieldIn(catalogue, field) === undefined);
    return { kind: 'field', field, test: blankTest(op) };
  }
  const ever = { kind: 'ever' } as const, pick = (event: string) => ({ event, where: [] });
  switch (subject as Asked) {
    case 'event': return { kind: 'event', ...pick(firstEvent(catalogue)), window: ever, of: { measure: 'count', test: { op: 'at_least', value: 1 } } };
    case 'sequence': return { kind: 'sequence', steps: [pick(firstEvent(catalogue)), pick(secondEvent(catalogue))], window: ever };
    case 'unfollowed': return { kind: 'unfollowed', ...pick(firstEvent(catalogue)), window: ever, by: pick(secondEvent(catalogue)), within: { amount: 60, unit: 'minutes' } };
    case 'stage': return { kind: 'stage', ask: 'is', stages: [] };
    case 'tag': return { kind: 'tag', test: { op: 'any_of', values: [] } };
    case 'consent': return { kind: 'consent', channel: catalogue.channels?.[0]?.value ?? '', purpose: catalogue.purposes?.[0]?.value ?? 'marketing', state: 'given' };
    case 'segment': return { kind: 'segment', segment: catalogue.segments?.[0]?.id ?? '' };
  }
}
/** The first of the fields a condition can ask about. */
export const startingField = ({ fields }: Catalogue): string => `${FIELD}${fields.find(({ masked }) => !masked)?.key ?? 'name'}`;
