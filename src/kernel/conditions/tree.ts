import { z } from 'zod';
import { day, DayTest, DayWindow, key, listTest, NumberTest, PropertyFilter, Span, Test, Window } from './tests.ts';

const NODES_MAX = 200;
const DEPTH_MAX = 8;
const STEPS_MAX = 6;
const STAGES_MAX = 20;
const FILTERS_MAX = 20;

const where = z.array(PropertyFilter).max(FILTERS_MAX).default([]);
const window = Window.default({ kind: 'ever' });
const Measured = z.union([
  z.strictObject({ measure: z.enum(['count', 'days']), test: NumberTest }),
  z.strictObject({ measure: z.enum(['sum', 'average', 'min', 'max', 'distinct']), property: key, test: NumberTest }),
  z.strictObject({ measure: z.enum(['first', 'last']), test: DayTest }),
]);

const FieldCondition = z.strictObject({ kind: z.literal('field'), field: key, test: Test });
const TagCondition = z.strictObject({ kind: z.literal('tag'), test: listTest });
const EventCondition = z.strictObject({ kind: z.literal('event'), event: key, where, window, of: Measured });
const Step = z.strictObject({ event: key, where, within: Span.optional() });
/**
 * Steps one later than the other, each `within` its span of the one before, or all within the span of the whole; the events of the window alone.
 * `same`: a property whose value all steps share (one order, one product); an event without it is no step.
 */
const SequenceCondition = z.strictObject({ kind: z.literal('sequence'), steps: z.array(Step).min(2).max(STEPS_MAX), window, within: Span.optional(), same: key.optional() })
  .refine(({ steps, within }) => !steps[0]?.within && !(within && steps.some((step) => step.within)), 'a span stands on the steps after the first, or on the whole');
/** An event of the window that `by` did not follow within the span, where the span is over. `same` as in a sequence. */
const UnfollowedCondition = z.strictObject({ kind: z.literal('unfollowed'), event: key, where, window, by: z.strictObject({ event: key, where }), within: Span, same: key.optional() });
const stages = z.array(key).min(1).max(STAGES_MAX);
/** `is`: the stage at the end of a day, or now. `entered`: how often one of them began (at least once), coming `from` another. `lasted`: days in the present one. */
const StageCondition = z.discriminatedUnion('ask', [
  z.strictObject({ kind: z.literal('stage'), ask: z.literal('is'), stages, day: day.optional() }),
  z.strictObject({ kind: z.literal('stage'), ask: z.literal('entered'), stages, from: stages.optional(), window: DayWindow.default({ kind: 'ever' }), times: NumberTest.default({ op: 'at_least', value: 1 }) }),
  z.strictObject({ kind: z.literal('stage'), ask: z.literal('lasted'), stages, test: NumberTest }),
  z.strictObject({ kind: z.literal('stage'), ask: z.literal('cycle'), test: NumberTest }),
]);
export const CONSENT_ASKED = ['given', 'withdrawn', 'unknown'] as const;
const ConsentCondition = z.strictObject({ kind: z.literal('consent'), channel: key, purpose: key.default('marketing'), state: z.enum(CONSENT_ASKED) });
/** Whoever fits another saved filter: its tree takes this place before anything is compiled (resolve.ts). */
const SegmentCondition = z.strictObject({ kind: z.literal('segment'), segment: z.uuid() });

/** Whoever is, today, one of those a frozen list was made of. */
const KeptCondition = z.strictObject({ kind: z.literal('kept'), list: z.uuid() });

const LEAVES = [FieldCondition, TagCondition, EventCondition, SequenceCondition, UnfollowedCondition, StageCondition, ConsentCondition, SegmentCondition, KeptCondition] as const;
type LeafShape = (typeof LEAVES)[number];
export type Measured = z.infer<typeof Measured>;
export type FieldCondition = z.infer<typeof FieldCondition>;
export type TagCondition = z.infer<typeof TagCondition>;
export type EventCondition = z.infer<typeof EventCondition>;
export type Step = z.infer<typeof Step>;
export type SequenceCondition = z.infer<typeof SequenceCondition>;
export type UnfollowedCondition = z.infer<typeof UnfollowedCondition>;
export type StageCondition = z.infer<typeof StageCondition>;
export type ConsentCondition = z.infer<typeof ConsentCondition>;
export type SegmentCondition = z.infer<typeof SegmentCondition>;
export type KeptCondition = z.infer<typeof KeptCondition>;
/** A condition that holds no others. */
export type Leaf = z.infer<LeafShape>;

export type Condition = Leaf | { kind: 'and' | 'or'; of: Condition[] } | { kind: 'not'; of: Condition };
/** What a client may send: what has a default may be left out. */
export type ConditionInput = z.input<LeafShape> | { kind: 'and' | 'or'; of: ConditionInput[] } | { kind: 'not'; of: ConditionInput };

export const Condition: z.ZodType<Condition, ConditionInput> = z.lazy(() => z.union([
  ...LEAVES,
  z.strictObject({ kind: z.enum(['and', 'or']), of: z.array(Condition).max(NODES_MAX) }),
  z.strictObject({ kind: z.literal('not'), of: Condition }),
])).meta({ id: 'Condition' });

export const childrenOf = (c: Condition): Condition[] => (c.kind === 'and' || c.kind === 'or' ? c.of : c.kind === 'not' ? [c.of] : []);
export const sizeOf = (c: Condition): number => childrenOf(c).reduce((sum, child) => sum + sizeOf(child), 1);
const depthOf = (c: Condition): number => 1 + Math.max(0, ...childrenOf(c).map(depthOf));
/** Every condition of a tree that holds no others, in reading order. */
export function leavesOf(c: Condition): Leaf[] {
  switch (c.kind) {
    case 'and': case 'or': case 'not': return childrenOf(c).flatMap(leavesOf);
    default: return [c];
  }
}

function eventsIn(leaf: Leaf): string[] {
  switch (leaf.kind) {
    case 'event': return [leaf.event];
    case 'sequence': return leaf.steps.map(({ event }) => event);
    case 'unfollowed': return [leaf.event, leaf.by.event];
    default: return [];
  }
}
/** The events a tree asks for; those of a segment it names only once that is resolved. */
export const eventsOf = ({ root }: { root: Condition }): Set<string> => new Set(leavesOf(root).flatMap(eventsIn));

/** Levels of objects and lists one condition may have inside it. */
const INSIDE_A_LEAF = 6;
/** The tree is untyped until here, so its depth is bounded before the recursive shape is walked. */
const shallow = z.unknown().refine((input) => {
  const deep = (node: unknown, left: number): boolean =>
    typeof node !== 'object' || node === null || (left > 0 && Object.values(node).every((child) => deep(child, left - 1)));
  return deep(input, DEPTH_MAX * 2 + INSIDE_A_LEAF);
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
