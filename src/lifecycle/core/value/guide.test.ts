import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '../../../..');
const blocks = (file: string): { code: string; output: string } => {
  const [, code = '', output = ''] = /```ts\n([\s\S]*?)```\n\n```text\n([\s\S]*?)```/.exec(readFileSync(resolve(root, 'docs/guide', file), 'utf8')) ?? [];
  return { code, output };
};

test('the example of the guide runs as it stands and prints what the guide shows, in both languages', () => {
  const { code, output } = blocks('value-models.md');
  expect(output).not.toBe('');
  expect(execFileSync(process.execPath, ['--input-type=module-typescript'], { input: code, cwd: root, encoding: 'utf8' })).toBe(output);
  expect(blocks('value-models.zh-CN.md')).toEqual({ code, output });
});
