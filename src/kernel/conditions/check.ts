import { Refusal } from '../errors.ts';
import { type Catalogue, fieldOf, OPS_OF } from './catalogue.ts';
import type { Condition, FieldCondition, Tree } from './tree.ts';

/** Why a tree cannot be asked of this catalogue; `pointer` is a JSON pointer into the tree. */
export type Fault = {
  code: 'condition.unknown_field' | 'condition.masked_field' | 'condition.encrypted_field' | 'condition.operator' | 'condition.unknown_option' | 'condition.unknown_event' | 'condition.order';
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
  return [...rangeFaults(test, `${pointer}/test`), ...(field.options && field.type !== 'text' ? optionFaults(condition, field.options, pointer) : [])];
}

const rangeFaults = (test: { op: string; from?: number | string; to?: number | string }, pointer: string): Fault[] =>
  test.from !== undefined && test.to !== undefined && test.from > test.to
    ? [{ code: 'condition.order', pointer, facts: { from: String(test.from), to: String(test.to) } }] : [];

function faultsOf(condition: Condition, catalogue: Catalogue, pointer: string): Fault[] {
  switch (condition.kind) {
    case 'and': case 'or': return condition.of.flatMap((child, at) => faultsOf(child, catalogue, `${pointer}/of/${at}`));
    case 'not': return faultsOf(condition.of, catalogue, `${pointer}/of`);
    case 'tag': return [];
    case 'field': return fieldFaults(condition, catalogue, pointer);
    case 'event': {
      const { event, window, of, where } = condition;
      const known = !catalogue.events || catalogue.events.some((one) => one.event === event);
      return [
        ...(known ? [] : [{ code: 'condition.unknown_event' as const, pointer: `${pointer}/event`, facts: { event } }]),
        ...(window.kind === 'days' ? rangeFaults({ op: 'days', ...window }, `${pointer}/window`) : []),
        ...rangeFaults(of.test, `${pointer}/of/test`),
        ...where.flatMap((filter, at) => rangeFaults(filter.test, `${pointer}/where/${at}/test`)),
      ];
    }
  }
}

/** Everything the catalogue has against a tree, in reading order. */
export const faults = (tree: Tree, catalogue: Catalogue): Fault[] => faultsOf(tree.root, catalogue, '/root');

/** Refuses with the first fault (unknown or masked field, operator the type does not know, pattern on sealed values …) and its pointer. */
export function check(tree: Tree, catalogue: Catalogue): void {
  const [first] = faults(tree, catalogue);
  if (first) throw new Refusal(first.code, { ...first.facts, pointer: first.pointer });
}
