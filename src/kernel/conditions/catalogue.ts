import type { Words } from '../words/types.ts';
import type { Op } from './tests.ts';

/** Types a customer field may have. Money is a number of minor units; a file is kept by its id. */
export const FIELD_TYPES = ['text', 'enum', 'number', 'money', 'boolean', 'day', 'multi', 'file'] as const;
export type FieldType = (typeof FIELD_TYPES)[number];

/** Which map of `customer_state` holds a field of each type. Booleans are the numbers 1 and 0. */
export const SLOTS = {
  text: 'texts', enum: 'texts', file: 'texts', number: 'numbers', money: 'numbers', boolean: 'numbers', day: 'days', multi: 'lists',
} as const satisfies Record<FieldType, string>;
export type Slot = (typeof SLOTS)[FieldType];

/** One field a condition may name, as the caller at hand may see it. `label` is shown as written, or per language. */
export type CatalogueField = {
  key: string;
  type: FieldType;
  label?: string | Words[string];
  options?: readonly CatalogueOption[];
  /** Held sealed: only "has a value" can be asked of it. */
  encrypted?: boolean;
  /** Masked for this caller: nothing can be asked of it, or a filter would tell what the mask hides. */
  masked?: boolean;
};
export type CatalogueEvent = { event: string; label?: string | Words[string] };

export type CatalogueOption = { value: string; label?: string | Words[string] };
export type CatalogueSegment = { id: string; label?: string };

/** What conditions may speak of. What is left out (events, stages …) may be asked for by any name; fields must be named; purposes are words only. */
export type Catalogue = {
  fields: readonly CatalogueField[]; events?: readonly CatalogueEvent[]; stages?: readonly CatalogueOption[];
  channels?: readonly CatalogueOption[]; purposes?: readonly CatalogueOption[]; segments?: readonly CatalogueSegment[];
};

/** Columns of `customer_state` that read like fields of their type: name (text), reach (multi) and created_on (day). */
export const NAME_FIELD = 'name';
export const REACH_FIELD = 'reach';
export const CREATED_FIELD = 'created_on';

/** Lists of `customer_state` that hold the newest word on each channel and purpose. No field can be called so. */
export const CONSENT_LISTS = { given: '$given', withdrawn: '$withdrawn' } as const;
export const wordOf = ({ channel, purpose }: { channel: string; purpose: string }): string => `${channel} ${purpose}`;

export const fieldOf = (catalogue: Catalogue, key: string): CatalogueField | undefined => catalogue.fields.find((field) => field.key === key);

const NUMBERS: readonly Op[] = ['is', 'is_not', 'greater', 'at_least', 'less', 'at_most', 'between', 'empty', 'present'];
/** The operators each type of field understands, in the order an editor offers them. */
export const OPS_OF: Readonly<Record<FieldType, readonly Op[]>> = {
  text: ['equals', 'not_equals', 'contains', 'not_contains', 'starts', 'not_starts', 'matches', 'not_matches', 'in', 'not_in', 'empty', 'present'],
  enum: ['in', 'not_in', 'equals', 'not_equals', 'empty', 'present'],
  number: NUMBERS,
  money: NUMBERS,
  boolean: ['yes', 'no', 'empty', 'present'],
  day: ['within_last', 'not_within_last', 'older_than', 'within_next', 'anniversary', 'on', 'before', 'after', 'between_days', 'empty', 'present'],
  multi: ['any_of', 'all_of', 'none_of', 'empty', 'present'],
  file: ['empty', 'present'],
};
