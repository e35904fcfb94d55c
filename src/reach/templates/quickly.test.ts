import fc from 'fast-check';
import { Liquid, type Template } from 'liquidjs';
import { expect, test } from 'vitest';
import { plainData } from '../core/templates/plainValue.ts';
import { quicken } from './quickly.ts';

const liquid = new Liquid({ strictFilters: true, strictVariables: true, lenientIf: true, ownPropertyOnly: true, outputEscape: (value: unknown) => `<${String(value)}>` });
const SCOPE = plainData({ a: { b: '茶', n: 3, zero: 0, no: false, empty: '', size: 9, list: [1, 2, 3], items: [{ name: '龙井', price: 5 }, { name: '毛峰', price: 7 }] }, one: 'x', key: 'b', none: null }) as object;

const said = (parts: Template[]): string => {
  try {
    return String(liquid.renderSync(parts, SCOPE));
  } catch (error) {
    return `! ${(error as Error).message}`;
  }
};

const NAMES = ['a', 'a.b', 'a.n', 'a.zero', 'a.no', 'a.empty', 'a.size', 'a.list', 'a.list.size', 'a.list[1]', 'a.list.first', 'a.items.last.name', 'a["b"]', 'a[key]', 'a.gone', 'gone', 'gone.deeper', 'one', 'one.size', 'one.length', 'none', 'none.x', 'nil', 'empty', 'true', '3', '"text"', 'a.constructor', 'a.__proto__', '(1..3)'];
const FILTERS = ['', ' | default: "d"', ' | default: a.b', ' | default: gone', ' | upcase', ' | append: a.b | append: one', ' | times: a.n', ' | map: "name" | join: "-"', ' | where: "price", 5 | size', ' | join: gone', ' | truncate: 2, "…"', ' | first', ' | default: false, allow_false: true'];
const output = fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...FILTERS)).map(([name, filter]) => `{{ ${name}${filter} }}`);
const condition = fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom('', ' == 3', ' and one', ' or gone', ' contains "x"')).map((both) => both.join(''));
const piece: fc.Arbitrary<string> = fc.letrec<{ piece: string }>((tie) => ({
  piece: fc.oneof({ depthSize: 'small' }, fc.constantFrom('plain ', '\n'), output,
    fc.tuple(condition, tie('piece'), tie('piece')).map(([when, then, other]) => `{% if ${when} %}${then}{% elsif one %}${other}{% else %}e{% endif %}`),
    tie('piece').map((inner) => `{% for i in a.items %}{{ i.name }}{{ forloop.index }}${inner}{% else %}n{% endfor %}`),
    tie('piece').map((inner) => `{% capture c %}${inner}{% endcapture %}{{ c }}{% assign z = a.n | plus: 1 %}{{ z }}`), tie('piece').map((inner) => `{% unless a.no %}${inner}{% endunless %}{% case one %}{% when "x" %}${inner}{% endcase %}`)),
})).piece;

test('whatever is written, it says what the library says, or fails with its words', () => {
  let spoken = 0;
  fc.assert(fc.property(fc.array(piece, { minLength: 1, maxLength: 4 }), (pieces) => {
    const source = pieces.join(''), expected = said(liquid.parse(source));
    expect(said(quicken(liquid.parse(source))), source).toBe(expected);
    if (!expected.startsWith('!')) spoken++;
  }), { seed: 11, numRuns: 3_000 });
  expect(spoken).toBeGreaterThan(500);
});

test('text and names with filters go without the library’s steps', () => {
  const parts = quicken(liquid.parse('{% for i in a.items %}plain {{ i.name | append: a.b }}{% endfor %}'));
  const isQuick = (part: Template): boolean => Object.hasOwn(part, 'render'), inner = (parts[0] as unknown as { templates: Template[] }).templates;
  expect([parts.map(isQuick), inner.map(isQuick)]).toEqual([[false], [true, true]]);
  expect(said(parts)).toBe('plain <龙井茶>plain <毛峰茶>');
});
