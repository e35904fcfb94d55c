import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as library from '../library/src/index.ts';
import { root } from './support/sources.ts';

const TYPES = ['--noEmit', '--strict', '--target', 'ES2024', '--lib', 'ES2024,DOM', '--types', ''];
const AREAS = ['value', 'churn', 'evaluation', 'money', 'experiment', 'forecast'] as const;
const folder = mkdtempSync(join(tmpdir(), 'perennial-library-')), installed = join(folder, 'node_modules', '@perennial', 'lifecycle');

/** npm of this machine, away from its network and its settings. */
const npm = (cwd: string, ...args: string[]): string => execFileSync('npm', args, { cwd, encoding: 'utf8', shell: process.platform === 'win32', stdio: ['ignore', 'pipe', 'ignore'] });
/** Node as it is where types mean nothing. */
const node = (file: string): string => execFileSync(process.execPath, ['--no-experimental-strip-types', file], { cwd: folder, encoding: 'utf8' });
const compile = (file: string, ...options: string[]): { status: number | null; said: string } => {
  const { status, stdout } = spawnSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), ...TYPES, ...options, file], { cwd: folder, encoding: 'utf8' });
  return { status, said: stdout };
};

beforeAll(() => {
  const [{ filename }] = JSON.parse(npm(join(root, 'library'), 'pack', '--json', '--pack-destination', folder)) as [{ filename: string }];
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'consumer', private: true, type: 'module' }));
  npm(folder, 'install', '--offline', '--no-audit', '--no-fund', '--ignore-scripts', `./${filename}`);
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the package needs nothing: no dependency, no import from outside itself, modules with their types, a licence and a description', () => {
  const { dependencies, peerDependencies, private: hidden, exports } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as Record<string, unknown>;
  expect({ dependencies, peerDependencies, hidden }).toEqual({});
  expect(Object.keys(exports as object)).toEqual(expect.arrayContaining(['.', ...AREAS.map((area) => `./${area}`)]));
  const files = globSync('**/*', { cwd: installed }), modules = files.filter((file) => file.endsWith('.js'));
  expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'README.zh-CN.md']));
  expect(modules.length).toBeGreaterThan(80);
  expect(modules.filter((file) => !files.includes(file.replace(/\.js$/, '.d.ts')))).toEqual([]);
  expect(files.filter((file) => /\.(?:test\.|tsx?$)/.test(file) && !file.endsWith('.d.ts'))).toEqual([]);
  const taken = files.filter((file) => /\.(?:js|d\.ts)$/.test(file)).flatMap((file) => [...readFileSync(join(installed, file), 'utf8').matchAll(/(?:\bfrom |\bimport ?\(?)['"]([^'"]+)['"]/g)].map(([, spec = '']) => `${file} → ${spec}`));
  expect(taken.length).toBeGreaterThan(200);
  expect(taken.filter((one) => !/ → \.{1,2}\/.+\.js$/.test(one))).toEqual([]);
});

/** A little of every area; says the same here and there. */
const figures = ({ value, churn, evaluation, money, experiment, forecast }: typeof library): unknown => {
  const random = value.seeded(4), T = new Float64Array(900).map(() => 20 + Math.floor(200 * random()) / 7);
  const shop = value.simulate(value.mbgNbd, { r: 0.6, alpha: 6, a: 0.8, b: 2 }, T, { random, grid: 1 / 7 }), { mean } = value.simulateSpend({ p: 6, q: 4, v: 15 }, shop.x, random);
  const fits = [value.bgNbd.fit(shop), value.mbgNbd.fit(shop), value.paretoNbd.fit(shop), value.nbd.fit(shop), value.gammaGamma.fit({ x: shop.x, mean })], p = shop.x.map((x) => (x + 1) / 40), label = Uint8Array.from(shop.x, (x) => (random() < 0.9 / (1 + x) ? 1 : 0));
  const counts = { y: [0, 2, 1, 3, 5, 4, 6, 2, 1, 7], n: [1, 2, 1, 3, 4, 4, 5, 1, 0, 2] };
  return {
    fits, churn: churn.fitLogistic({ rows: 900, columns: [churn.numeric('x', p)] }, label), auc: evaluation.auc(p, label),
    clv: money.retentionClv({ margin: 300, retention: 0.8, discount: 0.1 }), lift: experiment.compareMeans({ treated: experiment.momentsOf(counts.y), control: experiment.momentsOf(counts.n) }),
    forecast: forecast.forecast([10, 12, 11, 13, 14, 13, 15, 16, 15, 17, 18, 17], { horizon: 3, kind: 'count' }),
  };
};

test('what is installed says to the digit what the platform says', () => {
  writeFileSync(join(folder, 'figures.js'), `import * as library from '@perennial/lifecycle';\n${AREAS.map((area) => `import * as ${area} from '@perennial/lifecycle/${area}';`).join('\n')}
const figures = ${figures.toString()};
console.log(JSON.stringify([figures(library), figures({ ${AREAS.join(', ')} })]));`);
  const here = JSON.stringify(figures(library)), [all, each] = JSON.parse(node('figures.js')) as [unknown, unknown];
  expect(here).not.toContain('refused');
  expect(JSON.stringify(all)).toBe(here);
  expect(JSON.stringify(each)).toBe(here);
});

test('the example of the README runs as printed', () => {
  const text = readFileSync(join(installed, 'README.md'), 'utf8'), [, code = ''] = /```js\n([\s\S]*?)```/.exec(text) ?? [], [, said] = /```text\n([\s\S]*?)```/.exec(text) ?? [];
  writeFileSync(join(folder, 'example.mjs'), code);
  expect(node('example.mjs')).toBe(said);
});

test.each([['NodeNext', 'NodeNext'], ['ESNext', 'Bundler']])('its types hold for a program of modules %s, resolved by %s, and refuse a wrong one', (module, moduleResolution) => {
  const right = `import { type Fit, isRefused, mbgNbd } from '@perennial/lifecycle/value';
import { churn, experiment, forecast } from '@perennial/lifecycle';
const fit = mbgNbd.fit({ x: new Float64Array(3), tx: new Float64Array(3), T: new Float64Array(3) });
export const r: number | null = isRefused(fit) ? null : fit.params.r;
export const code: string | null = isRefused(fit) ? fit.refused : null;
export const named: Fit<'r' | 'alpha' | 'a' | 'b'> | null = isRefused(fit) ? null : fit;
export const people = experiment.sizeForShares({ base: 0.1, effect: 0.02 }, { controlShare: 0.2 });
export const next = forecast.forecast([1, 2, 3, 4, 5, 6], { horizon: 2, kind: 'money' });
export type Table = churn.Table;`;
  const options = ['--module', module, '--moduleResolution', moduleResolution];
  writeFileSync(join(folder, 'right.ts'), right);
  expect(compile('right.ts', ...options)).toEqual({ status: 0, said: '' });
  writeFileSync(join(folder, 'wrong.ts'), right.replace('fit.params.r;', 'fit.params.s;').replace('x: new Float64Array(3)', 'x: [1, 2, 3]'));
  const { status, said } = compile('wrong.ts', ...options);
  expect(status).not.toBe(0);
  expect(said).toMatch(/Property 's' does not exist/);
  expect(said).toMatch(/number\[\]/);
});
