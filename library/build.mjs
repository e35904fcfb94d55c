// Plain modules and their types from the cores of the platform, into dist/; the licence goes along.
import { spawnSync } from 'node:child_process';
import { copyFileSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const here = import.meta.dirname, dist = join(here, 'dist');
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
rmSync(dist, { recursive: true, force: true });
copyFileSync(join(here, '..', 'LICENSE'), join(here, 'LICENSE'));
const { status } = spawnSync(process.execPath, [compiler, '-p', join(here, 'tsconfig.json')], { stdio: 'inherit' });
if (status !== 0) process.exit(status ?? 1);

// The compiler rewrites imports of modules, not those of types; older tools ask for the same there.
for (const file of globSync('**/*.d.ts', { cwd: dist })) {
  const path = join(dist, file);
  writeFileSync(path, readFileSync(path, 'utf8').replace(/((?:\bfrom |\bimport\()['"]\.[^'"]*)\.ts(['"])/g, '$1.js$2'));
}
