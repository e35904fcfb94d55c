import { Refusal } from '../errors.ts';
import { type Catalogue, type CatalogueOption, fieldOf, OPS_OF } from './catalogue.ts';
import { isPattern } from './pattern.ts';
import type { PropertyFilter, Window } from './tests.ts';
import type { Condition, FieldCondition, Leaf, StageCondition, Tree } from './tree.ts';

/** Why a tree cannot be asked of this catalogue; `pointer` is a JSON pointer into the tree. */
export type Fault = {
  code: 'condition.unknown_field' | 'condition.masked_field' | 'condition.encrypted_field' | 'condition.operator' | 'condition.unknown_option' | 'condition.unknown_event' | 'condition.order'
    | 'condition.pattern' | 'condition.unknown_stage' | 'condition.unknown_channel' | 'condition.segment_missing';
  pointer: string;
  facts: Readonly<Record<string, string>>;
};

function optionFaults({ field, test }: FieldCondition, options: readonly { value: string }[], pointer: string): Fault[] {
  const asked = 'values' in test ? test.values : test.op === 'equals' || test.op === 'not_equals' ? [test.value] : [];
  return asked.filter((value) => !options.some((option) => option.value === value))
    .map((value) => ({ code: 'condition.unknown_option', pointer: `${pointer}/test`, facts: { field, value } }));
}

function fieldFaults(condition: FieldCondition, catalogue: Catalogue, pointer: string): Fault[] {
  const { field: key, test } = condition;
  const field = fieldOf(catalogue, key);
  if (!field) return [{ code: 'condition.unknown_field', pointer: `${pointer}/field`, facts: { field: key } }];
  if (field.masked) return [{ code: 'condition.masked_field', pointer: `${pointer}/field`, facts: { field: key } }];
  if (field.encrypted && test.op !== 'empty' && test.op !== 'present') return [{ code: 'condition.encrypted_field', pointer: `${pointer}/test/op`, facts: { field: key, op: test.op } }];
  if (!OPS_OF[field.type].includes(test.op)) return [{ code: 'condition.operator', pointer: `${pointer}/test/op`, facts: { field: key, op: test.op, type: field.type } }];
  return [...testFaults(test, `${pointer}/test`), ...(field.options && field.type !== 'text' ? optionFaults(condition, field.options, pointer) : [])];
}

const rangeFaults = (test: { from?: number | string; to?: number | string }, pointer: string): Fault[] =>
  test.from !== undefined && test.to !== undefined && test.from > test.to
    ? [{ code: 'condition.order', pointer, facts: { from: String(test.from), to: String(test.to) } }] : [];

/** What is wrong with the operands of a comparison, whatever it compares. */
const testFaults = (test: { op: string; value?: string | number; from?: number | string; to?: number | string }, pointer: string): Fault[] =>
  (test.op === 'matches' || test.op === 'not_matches') && !isPattern(String(test.value))
    ? [{ code: 'condition.pattern', pointer: `${pointer}/value`, facts: { pattern: String(test.value) } }] : rangeFaults(test, pointer);

const windowFaults = (window: Window, pointer: string): Fault[] => (window.kind === 'days' ? rangeFaults(window, `${pointer}/window`) : []);

/** An event by name and what is asked of its properties: of a condition, or of a step in one. */
function pickFaults({ event, where }: { event: string; where: readonly PropertyFilter[] }, { events }: Catalogue, pointer: string): Fault[] {
  const known = !events || events.some((one) => one.event === event);
  return [
    ...(known ? [] : [{ code: 'condition.unknown_event' as const, pointer: `${pointer}/event`, facts: { event } }]),
    ...where.flatMap((filter, at) => testFaults(filter.test, `${pointer}/where/${at}/test`)),
  ];
}

/** Names that must be among the catalogue's, where it names any. */
const nameFaults = (code: Fault['code'], fact: string, names: readonly string[], known: readonly CatalogueOption[] | undefined, pointer: string): Fault[] =>
  (known ? names.filter((name) => !known.some(({ value }) => value === name)).map((name) => ({ code, pointer, facts: { [fact]: name } })) : []);

function stageFaults(condition: StageCondition, { stages }: Catalogue, pointer: string): Fault[] {
  const named = (names: readonly string[], at: string): Fault[] => nameFaults('condition.unknown_stage', 'stage', names, stages, `${pointer}/${at}`);
  switch (condition.ask) {
    case 'cycle': return testFaults(condition.test, `${pointer}/test`);
    case 'is': return named(condition.stages, 'stages');
    case 'lasted': return [...named(condition.stages, 'stages'), ...testFaults(condition.test, `${pointer}/test`)];
    case 'entered': return [...named(condition.stages, 'stages'), ...named(condition.from ?? [], 'from'), ...windowFaults(condition.window, pointer), ...testFaults(condition.times, `${pointer}/times`)];
  }
}

function leafFaults(leaf: Leaf, catalogue: Catalogue, pointer: string): Fault[] {
  switch (leaf.kind) {
    case 'tag': case 'kept': return [];
    case 'field': return fieldFaults(leaf, catalogue, pointer);
    case 'event': return [...pickFaults(leaf, catalogue, pointer), ...windowFaults(leaf.window, pointer), ...testFaults(leaf.of.test, `${pointer}/of/test`)];
    case 'sequence': return [...leaf.steps.flatMap((step, at) => pickFaults(step, catalogue, `${pointer}/steps/${at}`)), ...windowFaults(leaf.window, pointer)];
    case 'unfollowed': return [...pickFaults(leaf, catalogue, pointer), ...pickFaults(leaf.by, catalogue, `${pointer}/by`), ...windowFaults(leaf.window, pointer)];
    case 'stage': return stageFaults(leaf, catalogue, pointer);
    case 'consent': return nameFaults('condition.unknown_channel', 'channel', [leaf.channel], catalogue.channels, `${pointer}/channel`);
    case 'segment': return nameFaults('condition.segment_missing', 'segment', [leaf.segment], catalogue.segments?.map(({ id }) => ({ value: id })), `${pointer}/segment`);
  }
}

function faultsOf(condition: Condition, catalogue: Catalogue, pointer: string): Fault[] {
  switch (condition.kind) {
    case 'and': case 'or': return condition.of.flatMap((child, at) => faultsOf(child, catalogue, `${pointer}/of/${at}`));
    case 'not': return faultsOf(condition.of, catalogue, `${pointer}/of`);
    default: return leafFaults(condition, catalogue, pointer);
  }
}

/** Everything the catalogue has against a tree, in reading order. */
export const faults = (tree: Tree, catalogue: Catalogue): Fault[] => faultsOf(tree.root, catalogue, '/root');

/** Refuses with the first fault (unknown or masked field, operator the type does not know, pattern on sealed values …) and its pointer. */
export function check(tree: Tree, catalogue: Catalogue): void {
  const [first] = faults(tree, catalogue);
  if (first) throw new Refusal(first.code, { ...first.facts, pointer: first.pointer });
}
