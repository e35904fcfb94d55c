import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { words } from './index.ts';

const source = join(import.meta.dirname, '..');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((path) => /\.tsx?$/.test(path) && !path.includes('.test.') && !path.startsWith('words'));
const used = files.flatMap((path) => [...readFileSync(join(source, path), 'utf8').matchAll(/\bt\('([a-z][\w.]+)'/gi)].map(([, key = '']) => ({ path, key })));
const prefixes = files.flatMap((path) => [...readFileSync(join(source, path), 'utf8').matchAll(/\bt\(`([a-z][\w.]*\.)\$\{/gi)].map(([, prefix = '']) => ({ path, prefix })));

test('every word a page says by its name is in the catalogue', () => {
  expect(used.length).toBeGreaterThan(200);
  expect(used.filter(({ key }) => !(key in words)).map(({ path, key }) => `${path}: ${key}`)).toEqual([]);
});

test('every family of words a page says has words in it', () => {
  const keys = Object.keys(words);
  expect(prefixes.length).toBeGreaterThan(20);
  expect(prefixes.filter(({ prefix }) => !keys.some((key) => key.startsWith(prefix))).map(({ path, prefix }) => `${path}: ${prefix}`)).toEqual([]);
});
