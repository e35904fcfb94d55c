import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './support/sources.ts';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const chinese = (file: string): string => file.replace(/\.md$/, '.zh-CN.md');

/** Commands as the program itself lists them: a line of two spaces and a name. */
const help = execFileSync(process.execPath, [join(root, 'src/cli.ts'), '--help'], { encoding: 'utf8' });
const commands = [...help.slice(help.indexOf('Commands:')).matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name = '']) => name).filter((name) => name !== 'help');

test.each(['README.md', 'README.zh-CN.md'])('%s names every command there is, and its links lead somewhere', (file) => {
  const text = read(file), links = [...text.matchAll(/\]\(([^)#\s]+)\)/g)].map(([, to = '']) => to).filter((to) => !/^https?:/.test(to));
  expect(commands.length).toBeGreaterThan(10);
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  expect(commands.filter((name) => !rows.some((row) => row.includes(`\`${name}\``) || row.includes(`\`${name} `)))).toEqual([]);
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter((to) => !existsSync(join(root, to)))).toEqual([]);
});

test('README and guides have the same headings in both languages', () => {
  const pages = ['README.md', ...globSync('docs/guide/*.md', { cwd: root })].filter((file) => !file.endsWith('.zh-CN.md'));
  const levels = (file: string): string => [...read(file).replaceAll(/```[\s\S]*?```/g, '').matchAll(/^(#+) /gm)].map(([, marks = '']) => marks.length).join('');
  expect(pages.length).toBeGreaterThan(20);
  expect(pages.filter((file) => levels(file) !== levels(chinese(file)))).toEqual([]);
});
