import { z } from 'zod';
import type { Day } from '../day.ts';

/** What the stores can hold of a day (ClickHouse Date32). */
export const FIRST_DAY: Day = '1900-01-01';
export const LAST_DAY: Day = '2299-12-31';

const VALUES_MAX = 1000;
const DAYS_MAX = 36_500;
const PATTERN_MAX = 200;
const SPAN_MAX = 100_000;

/** Text a database can hold: no NUL, no half of a surrogate pair. */
const text = (max: number) => z.string().max(max).refine((s) => s.isWellFormed() && !s.includes('\0'), 'not storable text');
export const key = text(100).min(1);
const value = text(500);
const number = z.number().refine(Number.isFinite, 'not a finite number');
export const day = z.iso.date().refine((d) => d >= FIRST_DAY && d <= LAST_DAY, 'day out of range');
const days = z.int().min(0).max(DAYS_MAX);

export const TEXT_OPS = ['equals', 'not_equals', 'contains', 'not_contains', 'starts', 'not_starts'] as const;
export const PATTERN_OPS = ['matches', 'not_matches'] as const;
export const SET_OPS = ['in', 'not_in'] as const;
export const NUMBER_OPS = ['is', 'is_not', 'greater', 'at_least', 'less', 'at_most'] as const;
export const DAY_OPS = ['on', 'before', 'after'] as const;
export const RELATIVE_DAY_OPS = ['within_last', 'not_within_last', 'within_next', 'older_than', 'anniversary'] as const;
export const LIST_OPS = ['any_of', 'all_of', 'none_of'] as const;
export const BARE_OPS = ['empty', 'present', 'yes', 'no'] as const;

const textTest = z.strictObject({ op: z.enum(TEXT_OPS), value: value.min(1) });
/** A regular expression in the part of RE2 that both readings share: see pattern.ts. */
const patternTest = z.strictObject({ op: z.enum(PATTERN_OPS), value: text(PATTERN_MAX).min(1) });
const setTest = z.strictObject({ op: z.enum(SET_OPS), values: z.array(value).min(1).max(VALUES_MAX) });
const numberTest = z.strictObject({ op: z.enum(NUMBER_OPS), value: number });
const numberBetween = z.strictObject({ op: z.literal('between'), from: number, to: number });
const dayTest = z.strictObject({ op: z.enum(DAY_OPS), day });
const dayBetween = z.strictObject({ op: z.literal('between_days'), from: day, to: day });
const relativeDayTest = z.strictObject({ op: z.enum(RELATIVE_DAY_OPS), days });
export const listTest = z.strictObject({ op: z.enum(LIST_OPS), values: z.array(value).min(1).max(VALUES_MAX) });
const bareTest = z.strictObject({ op: z.enum(BARE_OPS) });

export const NumberTest = z.discriminatedUnion('op', [numberTest, numberBetween]);
export const DayTest = z.discriminatedUnion('op', [dayTest, dayBetween, relativeDayTest]);
/** One comparison: an operator and exactly the operands it takes. */
export const Test = z.discriminatedUnion('op', [textTest, patternTest, setTest, numberTest, numberBetween, dayTest, dayBetween, relativeDayTest, listTest, bareTest]);
export type NumberTest = z.infer<typeof NumberTest>;
export type DayTest = z.infer<typeof DayTest>;
export type Test = z.infer<typeof Test>;
export type Op = Test['op'];

/** How long after: minutes and hours are exact, a day is 24 hours. */
export const Span = z.strictObject({ amount: z.int().min(1).max(SPAN_MAX), unit: z.enum(['minutes', 'hours', 'days']) });
export type Span = z.infer<typeof Span>;

const dayWindows = [
  z.strictObject({ kind: z.literal('ever') }),
  z.strictObject({ kind: z.literal('rolling'), days: z.int().min(1).max(DAYS_MAX) }),
  z.strictObject({ kind: z.literal('calendar'), unit: z.enum(['week', 'month', 'quarter', 'year']), offset: z.int().min(-100).max(0) }),
  z.strictObject({ kind: z.literal('days'), from: day, to: day }),
] as const;
/** Which days count: always up to and including the as-of day. */
export const DayWindow = z.discriminatedUnion('kind', dayWindows);
export type DayWindow = z.infer<typeof DayWindow>;
/** Which part of a person's history counts: days up to the as-of day, or the last minutes or hours before the as-of moment. */
export const Window = z.discriminatedUnion('kind', [
  ...dayWindows, z.strictObject({ kind: z.literal('recent'), amount: z.int().min(1).max(SPAN_MAX), unit: z.enum(['minutes', 'hours']) }),
]);
export type Window = z.infer<typeof Window>;

/** A filter on one property of an event; `$shop`, `$channel`, `$source` and `$amount` are the event's own columns. */
export const PropertyFilter = z.strictObject({
  property: key,
  test: z.discriminatedUnion('op', [textTest, patternTest, setTest, numberTest, numberBetween, bareTest]),
});
export type PropertyFilter = z.infer<typeof PropertyFilter>;
