import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { isTest, type Node, nodesOf, root, sourcesIn } from './support/sources.ts';

/** What must be held by at least one test: a requirement, or one part of it (R6a, R6b). */
const expected = JSON.parse(readFileSync(resolve(root, 'test/requirements.json'), 'utf8')) as string[];

const TESTERS = new Set(['test', 'it', 'describe']);

/** `test(…)`, `test.each(…)(…)`, `test.skipIf(…)(…)`: the name at the bottom of the chain. */
function testerOf(callee: Node | undefined): string | undefined {
  if (!callee) return undefined;
  if (callee.type === 'Identifier') return String(callee.name);
  return testerOf((callee.object ?? callee.callee ?? callee.tag) as Node | undefined);
}

const nameOf = (argument: Node | undefined): string => {
  if (argument?.type === 'Literal') return String(argument.value);
  return argument?.type === 'TemplateLiteral' ? (argument.quasis as { value: { raw: string } }[]).map(({ value }) => value.raw).join('…') : '';
};

const files = sourcesIn('src', 'web/src', 'test', 'sdk', 'bench', 'scripts').filter((source) => isTest(source));
const names = files.flatMap(({ program }) => nodesOf(program).flatMap((node) =>
  node.type === 'CallExpression' && TESTERS.has(testerOf(node.callee as Node) ?? '') ? [nameOf((node.arguments as Node[])[0])] : []));

/** The ids a name begins with: "R4: …", "R4, R10 and D15: …". */
const idsOf = (name: string): string[] => {
  const head = /^((?:[RD]\d+[a-z]?(?:, | and | · )?)+):/.exec(name)?.[1] ?? '';
  return head.match(/[RD]\d+[a-z]?/g) ?? [];
};

const held = new Set(names.flatMap(idsOf));
// A whole is held by its parts; a part only by itself.
const isHeld = (id: string): boolean => held.has(id) || (/\d$/.test(id) && [...held].some((one) => one.replace(/[a-z]$/, '') === id));

test('names of tests are seen, and their ids are read', () => {
  expect(files.length).toBeGreaterThan(10);
  expect(names.length).toBeGreaterThan(100);
  expect(idsOf('R4, R6a and D15: as told')).toEqual(['R4', 'R6a', 'D15']);
  expect(idsOf('a story of R4: none')).toEqual([]);
});

test('every requirement that should be held has a test that names it', () => {
  expect(expected.filter((id) => !isHeld(id))).toEqual([]);
});
