export {
  type Catalogue, type CatalogueEvent, type CatalogueField, type CatalogueOption, type CatalogueSegment, CONSENT_LISTS, CREATED_FIELD, FIELD_TYPES, type FieldType, fieldOf, NAME_FIELD,
  OPS_OF, REACH_FIELD, type Slot, SLOTS, wordOf,
} from './catalogue.ts';
export { check, type Fault, faults } from './check.ts';
export { type Compiled, compile, compileFilters, compileMany, type EventFilter, type Share } from './compile.ts';
export { describe } from './describe.ts';
export { evaluate } from './evaluate.ts';
export { type AsOf, endOf, type Moment, momentIn } from './moments.ts';
export { lookAgain, type Needs, needsOf, type Timing } from './needs.ts';
export { isPattern } from './pattern.ts';
export { peopleOf } from './people.ts';
export { compilePicked, type Picking } from './picked.ts';
export { type Activity, NOBODY, type Person, type StageEntry } from './person.ts';
export { windowDays } from './ranges.ts';
export { type Found, foundOf } from './value.ts';
export { resolved, resolveSegments, segmentsOf } from './resolve.ts';
export { type Op, PropertyFilter, Span, Test, Window } from './tests.ts';
export {
  childrenOf, Condition, type ConditionInput, EVERYBODY, leavesOf, type EventCondition, eventsOf, type FieldCondition, type Leaf, type KeptCondition, type SequenceCondition, type StageCondition, type TagCondition, Tree,
  type TreeInput, type UnfollowedCondition,
} from './tree.ts';
