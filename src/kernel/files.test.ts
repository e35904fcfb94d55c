import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { inThread } from './thread.ts';

const dir = mkdtempSync(join(tmpdir(), 'perennial-once-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const ONCE = new URL('../../test/support/onceThread.ts', import.meta.url);

test('what several write once at the same moment is the first one’s for all of them, whole, the owner’s alone, with nothing left beside it', async () => {
  const paths = Array.from({ length: 500 }, (_, i) => join(dir, `secret-${i}`)), texts = ['a', 'b', 'c'].map((letter) => letter.repeat(44));
  const at = Date.now() + 300;
  const seen = await Promise.all(texts.map((text) => inThread<object, never, string[]>(ONCE, { paths, text, at })));
  const first = seen[0] as string[];
  expect(seen[1]).toEqual(first);
  expect(seen[2]).toEqual(first);
  expect(first.filter((text) => !texts.includes(text))).toEqual([]);
  expect(readdirSync(dir)).toHaveLength(paths.length);
  expect(paths.filter((path) => (statSync(path).mode & 0o777) !== 0o600)).toEqual([]);
});
