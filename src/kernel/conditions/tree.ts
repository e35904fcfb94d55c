import { z } from 'zod';
import type { Day } from '../day.ts';

/** What the stores can hold of a day (ClickHouse Date32). */
export const FIRST_DAY: Day = '1900-01-01';
export const LAST_DAY: Day = '2299-12-31';

const NODES_MAX = 200;
const DEPTH_MAX = 8;
const VALUES_MAX = 1000;
const DAYS_MAX = 36_500;

/** Text a database can hold: no NUL, no half of a surrogate pair. */
const text = (max: number) => z.string().max(max).refine((s) => s.isWellFormed() && !s.includes('\0'), 'not storable text');
const key = text(100).min(1);
const value = text(500);
const number = z.number().refine(Number.isFinite, 'not a finite number');
const day = z.iso.date().refine((d) => d >= FIRST_DAY && d <= LAST_DAY, 'day out of range');
const days = z.int().min(0).max(DAYS_MAX);

export const TEXT_OPS = ['equals', 'not_equals', 'contains', 'not_contains', 'starts', 'not_starts'] as const;
export const SET_OPS = ['in', 'not_in'] as const;
export const NUMBER_OPS = ['is', 'is_not', 'greater', 'at_least', 'less', 'at_most'] as const;
export const DAY_OPS = ['on', 'before', 'after'] as const;
export const RELATIVE_DAY_OPS = ['within_last', 'not_within_last', 'within_next', 'older_than', 'anniversary'] as const;
export const LIST_OPS = ['any_of', 'all_of', 'none_of'] as const;
export const BARE_OPS = ['empty', 'present', 'yes', 'no'] as const;

const textTest = z.strictObject({ op: z.enum(TEXT_OPS), value: value.min(1) });
const setTest = z.strictObject({ op: z.enum(SET_OPS), values: z.array(value).min(1).max(VALUES_MAX) });
const numberTest = z.strictObject({ op: z.enum(NUMBER_OPS), value: number });
const numberBetween = z.strictObject({ op: z.literal('between'), from: number, to: number });
const dayTest = z.strictObject({ op: z.enum(DAY_OPS), day });
const dayBetween = z.strictObject({ op: z.literal('between_days'), from: day, to: day });
const relativeDayTest = z.strictObject({ op: z.enum(RELATIVE_DAY_OPS), days });
const listTest = z.strictObject({ op: z.enum(LIST_OPS), values: z.array(value).min(1).max(VALUES_MAX) });
const bareTest = z.strictObject({ op: z.enum(BARE_OPS) });

const NumberTest = z.discriminatedUnion('op', [numberTest, numberBetween]);
const DayTest = z.discriminatedUnion('op', [dayTest, dayBetween, relativeDayTest]);
/** One comparison: an operator and exactly the operands it takes. */
export const Test = z.discriminatedUnion('op', [textTest, setTest, numberTest, numberBetween, dayTest, dayBetween, relativeDayTest, listTest, bareTest]);
export type NumberTest = z.infer<typeof NumberTest>;
export type DayTest = z.infer<typeof DayTest>;
export type Test = z.infer<typeof Test>;
export type Op = Test['op'];

/** Which days of a person's history count: always up to and including the as-of day. */
export const Window = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('ever') }),
  z.strictObject({ kind: z.literal('rolling'), days: z.int().min(1).max(DAYS_MAX) }),
  z.strictObject({ kind: z.literal('calendar'), unit: z.enum(['week', 'month', 'quarter', 'year']), offset: z.int().min(-100).max(0) }),
  z.strictObject({ kind: z.literal('days'), from: day, to: day }),
]);
export type Window = z.infer<typeof Window>;

/** A filter on one property of an event; `$shop`, `$channel`, `$source` and `$amount` are the event's own columns. */
export const PropertyFilter = z.strictObject({
  property: key,
  test: z.discriminatedUnion('op', [textTest, setTest, numberTest, numberBetween, bareTest]),
});
export type PropertyFilter = z.infer<typeof PropertyFilter>;

const Measured = z.union([
  z.strictObject({ measure: z.enum(['count', 'days']), test: NumberTest }),
  z.strictObject({ measure: z.enum(['sum', 'distinct']), property: key, test: NumberTest }),
  z.strictObject({ measure: z.enum(['first', 'last']), test: DayTest }),
]);
export type Measured = z.infer<typeof Measured>;

const FieldCondition = z.strictObject({ kind: z.literal('field'), field: key, test: Test });
const TagCondition = z.strictObject({ kind: z.literal('tag'), test: listTest });
const EventCondition = z.strictObject({
  kind: z.literal('event'), event: key, where: z.array(PropertyFilter).max(20).default([]), window: Window.default({ kind: 'ever' }), of: Measured,
});
export type FieldCondition = z.infer<typeof FieldCondition>;
export type TagCondition = z.infer<typeof TagCondition>;
export type EventCondition = z.infer<typeof EventCondition>;

export type Condition =
  | FieldCondition | TagCondition | EventCondition
  | { kind: 'and' | 'or'; of: Condition[] }
  | { kind: 'not'; of: Condition };
/** What a client may send: the defaults of an event condition may be left out. */
export type ConditionInput =
  | z.input<typeof FieldCondition> | z.input<typeof TagCondition> | z.input<typeof EventCondition>
  | { kind: 'and' | 'or'; of: ConditionInput[] }
  | { kind: 'not'; of: ConditionInput };

export const Condition: z.ZodType<Condition, ConditionInput> = z.lazy(() => z.union([
  FieldCondition, TagCondition, EventCondition,
  z.strictObject({ kind: z.enum(['and', 'or']), of: z.array(Condition).max(NODES_MAX) }),
  z.strictObject({ kind: z.literal('not'), of: Condition }),
])).meta({ id: 'Condition' });

const childrenOf = (c: Condition): Condition[] => (c.kind === 'and' || c.kind === 'or' ? c.of : c.kind === 'not' ? [c.of] : []);
const sizeOf = (c: Condition): number => childrenOf(c).reduce((sum, child) => sum + sizeOf(child), 1);
const depthOf = (c: Condition): number => 1 + Math.max(0, ...childrenOf(c).map(depthOf));

const eventsIn = (c: Condition): string[] => (c.kind === 'event' ? [c.event] : childrenOf(c).flatMap(eventsIn));
/** The events a tree asks for. */
export const eventsOf = ({ root }: { root: Condition }): Set<string> => new Set(eventsIn(root));

/** The tree is untyped until here, so its depth is bounded before the recursive shape is walked. */
const shallow = z.unknown().refine((input) => {
  const deep = (node: unknown, left: number): boolean =>
    typeof node !== 'object' || node === null || (left > 0 && Object.values(node).every((child) => deep(child, left - 1)));
  return deep(input, DEPTH_MAX * 2 + 4);
}, 'too deep');

/**
 * A saved filter: a versioned tree of conditions on one customer. At most 200 nodes and 8 levels.
 * An empty `and` is everybody, an empty `or` is nobody.
 */
export const Tree = shallow.pipe(z.strictObject({ version: z.literal(1), root: Condition }))
  .refine((tree) => sizeOf(tree.root) <= NODES_MAX && depthOf(tree.root) <= DEPTH_MAX, 'too many conditions')
  .meta({ id: 'ConditionTree', description: 'A versioned tree of conditions on one customer; an empty `and` is everybody' });
export type Tree = { version: 1; root: Condition };
export type TreeInput = { version: 1; root: ConditionInput };

/** Everybody. */
export const EVERYBODY: Tree = { version: 1, root: { kind: 'and', of: [] } };
