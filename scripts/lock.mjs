// After every change of the lock file: name the platform packages that this machine's npm leaves out, or `npm ci` refuses
// the lock on other machines, and drop download addresses, which belong to one network only.
import { readFileSync, writeFileSync } from 'node:fs';

const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));
const chdb = lock.packages['node_modules/chdb'];
const PLATFORMS = {
  '@chdb/lib-darwin-arm64': { os: ['darwin'], cpu: ['arm64'] },
  '@chdb/lib-darwin-x64': { os: ['darwin'], cpu: ['x64'] },
  '@chdb/lib-linux-arm64-gnu': { os: ['linux'], cpu: ['arm64'], libc: ['glibc'] },
  '@chdb/lib-linux-x64-gnu': { os: ['linux'], cpu: ['x64'], libc: ['glibc'] },
};
for (const [name, platform] of Object.entries(PLATFORMS)) {
  const version = chdb.optionalDependencies?.[name];
  if (version) lock.packages[`node_modules/${name}`] ??= { version, ...platform, optional: true };
}
for (const entry of Object.values(lock.packages)) {
  if (!entry.link) delete entry.resolved;
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
