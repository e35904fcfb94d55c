export { type Catalogue, type CatalogueEvent, type CatalogueField, CREATED_FIELD, FIELD_TYPES, type FieldType, fieldOf, NAME_FIELD, OPS_OF, REACH_FIELD, type Slot, SLOTS } from './catalogue.ts';
export { check, type Fault, faults } from './check.ts';
export { type Compiled, compile, compileFilters, type EventFilter } from './compile.ts';
export { describe } from './describe.ts';
export { type Activity, evaluate, type Person } from './evaluate.ts';
export { windowDays } from './ranges.ts';
export {
  Condition, type ConditionInput, EVERYBODY, type EventCondition, eventsOf, type FieldCondition, type Op, PropertyFilter, type TagCondition,
  Test, Tree, type TreeInput, Window,
} from './tree.ts';
