import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClickHouse, openClickHouse } from '../clickhouse/index.ts';
import { demandPattern, isFound, isPattern } from './pattern.ts';

const folder = mkdtempSync(join(tmpdir(), 'patterns-'));
let ch: ClickHouse;
beforeAll(() => void (ch = openClickHouse(folder)));
afterAll(async () => {
  await ch.close();
  rmSync(folder, { recursive: true, force: true });
});

const letter = fc.constantFrom('a', 'b', 'B', 'k', 's', '0', ' ', '\n', '-', '中', '会', 'é', 'É', 'ß', '😀', '\u212a', 'ſ', '/', "'");
const piece: fc.Arbitrary<string> = fc.letrec<{ all: string; one: string }>((tie) => ({
  one: fc.oneof({ maxDepth: 4 }, { weight: 4, arbitrary: letter }, fc.constantFrom('.', '\\d', '\\W', '\\s', '\\.', '\\-', '\\n', '^', '$', '\\b', '[a-z]', '[^ab]', '[\\d中]', '[一-鿿]', '[^\\s]', '[.*$]'),
    tie('all').map((inner) => `(${inner})`), tie('all').map((inner) => `(?:${inner})`),
    fc.tuple(tie('one'), fc.constantFrom('*', '+', '?', '*?', '+?', '{2}', '{0,2}', '{1,}', '{1,3}?')).map(([inner, often]) => `${inner}${often}`)),
  all: fc.oneof({ maxDepth: 4 }, fc.array(tie('one'), { minLength: 1, maxLength: 4 }).map((all) => all.join('')), fc.tuple(tie('all'), tie('all')).map((both) => both.join('|'))),
})).all;
/** Patterns, with or without their mark for capitals, and what is left when one is damaged. */
const pattern = fc.tuple(fc.constantFrom('', '', '(?i)'), piece, fc.option(fc.tuple(fc.nat(30), fc.constantFrom('', '(', ')', '[', ']', '{', '}', '\\', '*', '?', '|', '-', '^', '\\C', '\\pL', '(?s)', '\\Q'))))
  .map(([mark, text, damage]) => `${mark}${damage ? text.slice(0, damage[0]) + damage[1] + text.slice(damage[0] + 1) : text}`.slice(0, 200)).filter((text) => text.isWellFormed() && text !== '');
const text = fc.array(letter, { maxLength: 8 }).map((letters) => letters.join(''));

test('whatever pattern is taken, the engine takes, and finds in the same texts', async () => {
  const pairs = fc.sample(fc.tuple(pattern, text), { numRuns: 6_000, seed: 7 });
  const taken = pairs.filter(([one]) => isPattern(one));
  expect([taken.length > 1_500, taken.length < pairs.length]).toEqual([true, true]);
  const theirs: number[] = [];
  for (let at = 0; at < taken.length; at += 250) {
    const some = taken.slice(at, at + 250);
    const params = Object.fromEntries(some.flatMap(([one, value], n) => [[`p${n}`, demandPattern(one)], [`t${n}`, value]]));
    const [row] = await ch.rows<{ found: number[] }>(`SELECT [${some.map((_, n) => `match({t${n}:String}, {p${n}:String})`).join(', ')}] AS found`, params);
    theirs.push(...(row?.found ?? []));
  }
  const differing = taken.filter(([one, value], n) => isFound(one, value) !== (theirs[n] === 1));
  expect(differing.slice(0, 5)).toEqual([]);
  expect([theirs.includes(1), theirs.includes(0)]).toEqual([true, true]);
});

test.each(['(', 'a)', '[a', '[]', '[z-a]', 'a**', '*', '^*', 'a{2,1}', 'a{101}', '(a{11}){10}', '\\', '\\C', '\\pL', '\\x41', '(?=a)', '(?<=a)', '(?P<n>a)', '(?m)^a', '(?-s).', 'a||b', '()', '[[:alpha:]]', 'a{', '\\1', '(?i)Ǆ', `${'('.repeat(30)}a${')'.repeat(30)}`])('%s is no pattern', (one) => {
  expect(isPattern(one)).toBe(false);
  expect(isFound(one, one)).toBe(false);
});

test('patterns that need much of other engines take no time', () => {
  const begun = performance.now();
  expect(isFound('^(a+)+$', `${'a'.repeat(5_000)}b`)).toBe(false);
  expect(performance.now() - begun).toBeLessThan(1_000);
});
