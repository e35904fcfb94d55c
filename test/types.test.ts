import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
/** So many files at least are ours: a configuration that looks past most of them is noticed. */
const FILES = 1_000;
/** All that the linter says when it found nothing: hints would leave its status at 0. */
const ALL_WELL = /^Checked (\d+) files in \S+\. No fixes applied\.$/;

test.each(['.', 'web'])('the types of %s hold', (project) => {
  const { stdout, status } = spawnSync(resolve(root, 'node_modules/.bin/tsc'), ['--noEmit', '-p', project], { cwd: root, encoding: 'utf8' });
  expect(stdout).toBe('');
  expect(status).toBe(0);
});

test('a linter finds nothing, not even a hint, and has looked at all there is', () => {
  const { stdout, stderr, status } = spawnSync(resolve(root, 'node_modules/.bin/biome'), ['lint', '--colors=off', '--diagnostic-level=info', '--error-on-warnings', '.'], { cwd: root, encoding: 'utf8' });
  const said = (stdout + stderr).trim();
  expect(said).toMatch(ALL_WELL);
  expect(Number(ALL_WELL.exec(said)?.[1])).toBeGreaterThan(FILES);
  expect(status).toBe(0);
});
