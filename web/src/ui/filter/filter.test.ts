import fc from 'fast-check';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe as suite, expect, test } from 'vitest';
import { catalogue, tree } from '../../../../test/support/conditions.ts';
import { type Condition, leavesOf, Tree } from '../../../../src/kernel/conditions/tree.ts';
import { faults } from '../../../../src/kernel/conditions/check.ts';
import { LanguageProvider } from '../../lib/language.tsx';
import { inLanguage, words } from '../../words/index.ts';
import { FilterEditor } from './FilterEditor.tsx';
import { gapsOf } from './gaps.ts';
import { blankTest, opsOfField, PROPERTY_OPS, readNumber, shapeOf, shownNumber, withOp } from './operands.ts';
import { added, at, childrenOf, depthOf, dissolved, flipped, grouped, mayDissolve, negated, type Path, placeOf, removed, replaced } from './paths.ts';
import { ASKED, isEditable, startOf, subjectOf } from './subjects.ts';

const IS_LONG = process.env.PERENNIAL_LONG === '1';
const RUNS = { numRuns: IS_LONG ? 3000 : 250 };
const pathsOf = (condition: Condition, path: Path = []): Path[] => [path, ...childrenOf(condition).flatMap((child, nth) => pathsOf(child, [...path, nth]))];

const formOf = (leaf: Condition): string => renderToStaticMarkup(createElement(LanguageProvider, { first: { language: 'en', words: inLanguage(words, 'en') } },
  createElement(FilterEditor, { draft: leaf, catalogue, tags: ['VIP'], live: false, onChange: () => {}, onDone: () => {}, onCancel: () => {} })));
const asWritten = (text: string): string => renderToStaticMarkup(createElement('i', { title: text })).slice('<i title="'.length, -'"></i>'.length);

/** Every text of a condition that somebody chose or typed, and every whole number; days are written in the reader's way. */
function saidIn(value: unknown, key = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => saidIn(one, key));
  if (typeof value === 'object' && value !== null) return Object.entries(value).flatMap(([name, inner]) => saidIn(inner, name));
  if (typeof value === 'string') return ['kind', 'ask', 'unit', 'measure', 'op', 'list'].includes(key) || /^\d{4}-\d\d-\d\d$/.test(value) ? [] : [asWritten(value)];
  return [];
}

suite('a tree opened for editing', () => {
  test('R23: whatever tree there is comes back equal from every place it can be opened at, and nothing in it is unsaid', () => {
    fc.assert(fc.property(tree, ({ root }) => {
      for (const path of pathsOf(root)) {
        const here = at(root, path) as Condition;
        expect(replaced(root, path, here)).toEqual(root);
        expect(gapsOf(here)).toEqual([]);
        expect(flipped(flipped(root, path), path)).toEqual(root);
        if (here.kind !== 'not') expect(negated(negated(root, path), path)).toEqual(root);
        expect(replaced(grouped(root, path, 'or'), path, here)).toEqual(root);
      }
    }), RUNS);
  });

  test('the form of every condition there can be shows each word of it, and holds it unchanged', () => {
    fc.assert(fc.property(tree, ({ root }) => {
      for (const leaf of leavesOf(root).filter(({ kind }) => kind !== 'kept')) {
        const before = structuredClone(leaf), form = formOf(leaf).toLowerCase();
        expect(isEditable(leaf)).toBe(true);
        for (const said of saidIn(leaf)) expect(form).toContain(said.toLowerCase());
        expect(leaf).toEqual(before);
      }
    }), { numRuns: IS_LONG ? 400 : 40 });
  }, 60_000);

  test('what no form knows is shown and kept', () => {
    const later = { kind: 'moon', phase: 'full' } as unknown as Condition, root: Condition = { kind: 'and', of: [later, { kind: 'tag', test: { op: 'any_of', values: ['a'] } }] };
    expect(isEditable(later)).toBe(false);
    expect(added(root, [], { kind: 'or', of: [] })).toMatchObject({ of: [later, {}, {}] });
    expect(negated(root, [0])).toMatchObject({ of: [{ kind: 'not', of: later }, {}] });
  });
});

suite('edits', () => {
  const leaf = (value: string): Condition => ({ kind: 'tag', test: { op: 'any_of', values: [value] } });
  const [a, b, c] = [leaf('a'), leaf('b'), leaf('c')] as const;
  test('a condition taken out takes the brackets and the not that held nothing else', () => {
    expect(removed({ kind: 'and', of: [a, { kind: 'not', of: { kind: 'or', of: [b] } }] }, [1, 0, 0])).toEqual({ kind: 'and', of: [a] });
    expect(removed(a, [])).toEqual({ kind: 'and', of: [] });
    expect(removed({ kind: 'and', of: [a, b, c] }, [1])).toEqual({ kind: 'and', of: [a, c] });
  });
  test('one more condition makes a group of what was none', () => {
    expect(added(a, [], b)).toEqual({ kind: 'and', of: [a, b] });
    expect(added({ kind: 'and', of: [a, { kind: 'or', of: [b] }] }, [1], c)).toEqual({ kind: 'and', of: [a, { kind: 'or', of: [b, c] }] });
  });
  test('brackets go only where the meaning stays', () => {
    const mixed: Condition = { kind: 'and', of: [a, { kind: 'or', of: [b, c] }] }, alike: Condition = { kind: 'and', of: [a, { kind: 'and', of: [b, c] }] };
    expect([mayDissolve(mixed, [1]), mayDissolve(alike, [1]), mayDissolve(alike, [])]).toEqual([false, true, false]);
    expect([dissolved(mixed, [1]), dissolved(alike, [1])]).toEqual([mixed, { kind: 'and', of: [a, b, c] }]);
  });
  test('a pointer of the server leads to its condition and the part of it', () => {
    const root: Condition = { kind: 'or', of: [a, { kind: 'not', of: { kind: 'and', of: [b, c] } }] };
    expect(placeOf(root, '/root/of/1/of/of/1/test/value')).toEqual({ path: [1, 0, 1], inside: '/test/value' });
    expect(placeOf(a, '/root/test/op')).toEqual({ path: [], inside: '/test/op' });
    fc.assert(fc.property(tree, (one) => faults(one, { ...catalogue, fields: [] }).every(({ pointer }) => ['field'].includes(at(one.root, placeOf(one.root, pointer).path)?.kind ?? ''))), RUNS);
  });
  test('levels are counted', () => expect([depthOf(a), depthOf({ kind: 'and', of: [{ kind: 'not', of: a }, b] })]).toEqual([1, 3]));
});

suite('operands', () => {
  const spoken = { ...catalogue, events: [{ event: 'order.paid' }], stages: [{ value: 'new' }], channels: [{ value: 'sms' }], purposes: [{ value: 'marketing' }], segments: [{ id: '00000000-0000-4000-8000-000000000001', label: 'VIP' }] };
  test.each([...ASKED, ...catalogue.fields.map(({ key }) => `field:${key}`)])('a new condition about %s has gaps to fill, or can be asked as it is', (subject) => {
    const start = startOf(subject, spoken);
    expect(subjectOf(start)).toBe(subject);
    expect(gapsOf(start).length > 0 || Tree.safeParse({ version: 1, root: start }).success).toBe(true);
    expect(formOf(start)).toContain('filter-editor');
  });
  test('what another operator understands stays, and what it does not is asked anew', () => {
    expect(withOp({ op: 'equals', value: 'x' }, 'contains')).toEqual({ op: 'contains', value: 'x' });
    expect(withOp({ op: 'equals', value: 'x' }, 'in')).toEqual({ op: 'in', values: ['x'] });
    expect(withOp({ op: 'in', values: ['x', 'y'] }, 'equals')).toEqual({ op: 'equals', value: 'x' });
    expect(withOp({ op: 'at_least', value: 3 }, 'between')).toEqual({ op: 'between', from: 3, to: Number.NaN });
    expect(withOp({ op: 'equals', value: 'x' }, 'at_least')).toEqual({ op: 'at_least', value: Number.NaN });
    expect(withOp({ op: 'between_days', from: '2026-01-01', to: '2026-02-01' }, 'between')).toEqual({ op: 'between', from: Number.NaN, to: Number.NaN });
    for (const op of PROPERTY_OPS) expect(withOp(blankTest(op), op)).toEqual(blankTest(op));
  });
  test('an operator in use is offered, whatever the field is by now', () => {
    expect(opsOfField(undefined, 'matches')).toEqual(['matches']);
    expect(opsOfField({ key: 'n', type: 'number' }, 'contains')[0]).toBe('contains');
    for (const { type, key } of catalogue.fields) for (const op of opsOfField({ type, key }, 'present')) expect(shapeOf(op)).toBeTruthy();
  });
  test('a number is read as it is shown, money in major units', () => {
    fc.assert(fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.boolean(), (value, isMoney) => readNumber(shownNumber(value, isMoney), isMoney) === value));
    expect([shownNumber(12_050, true), readNumber('120.5', true), readNumber('', true), readNumber('1.', false)]).toEqual(['120.5', 12_050, Number.NaN, 1]);
  });
  test.each([
    ['an empty text', { kind: 'field', field: 'city', test: { op: 'contains', value: '' } }, ['/test/value missing']],
    ['a range that runs backwards', { kind: 'field', field: 'score', test: { op: 'between', from: 3, to: 1 } }, ['/test order']],
    ['half a day', { kind: 'field', field: 'birthday', test: { op: 'within_last', days: 1.5 } }, ['/test/days whole']],
    ['a step without a name', { kind: 'sequence', steps: [{ event: 'a', where: [] }, { event: '', where: [{ property: '', test: { op: 'equals', value: 'x' } }], within: { amount: 0, unit: 'hours' } }], window: { kind: 'ever' } }, ['/steps/1/event missing', '/steps/1/where/0/property missing', '/steps/1/within/amount whole']],
    ['a window of nothing', { kind: 'event', event: 'a', where: [], window: { kind: 'rolling', days: Number.NaN }, of: { measure: 'sum', property: '', test: { op: 'is', value: Number.NaN } } }, ['/window/days missing', '/of/property missing', '/of/test/value missing']],
    ['no stage', { kind: 'stage', ask: 'entered', stages: [], from: [], window: { kind: 'days', from: '', to: '2026-01-01' }, times: { op: 'at_least', value: 1 } }, ['/stages missing', '/from missing', '/window/from missing']],
  ])('%s is a gap with a pointer', (_, condition, expected) => expect(gapsOf(condition as Condition).map(({ pointer, code }) => `${pointer} ${code}`)).toEqual(expected));
});
