// After every change of the lock file: name the platform packages that this machine's npm leaves out, or `npm ci` refuses
// the lock on other machines, and drop download addresses, which belong to one network only.
import { readFileSync, writeFileSync } from 'node:fs';

const path = new URL('../package-lock.json', import.meta.url);
const lock = JSON.parse(readFileSync(path, 'utf8'));

const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'aix', 'win32'];
const CPUS = ['arm64', 'x64', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32', 'arm'];
const EXACT = /^\d+\.\d+\.\d+[\w.-]*$/;

/** What a platform package runs on, read from its name, as its own manifest would say. */
function platformOf(name) {
  const parts = name.replace('win32', ' win32 ').split(/[^a-z0-9]+/);
  const os = SYSTEMS.filter((one) => parts.includes(one));
  const cpu = CPUS.filter((one) => parts.includes(one)).slice(0, 1);
  const libc = /musl/.test(name) ? ['musl'] : /gnu/.test(name) ? ['glibc'] : [];
  return { ...(os.length && { os }), ...(cpu.length && { cpu }), ...(libc.length && { libc }) };
}

for (const [parent, entry] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const shared = `node_modules/${name}`;
    const nested = `${parent}/node_modules/${name}`;
    const present = lock.packages[nested] ?? lock.packages[shared];
    if (present?.version === version || !EXACT.test(version)) continue;
    const platform = platformOf(name);
    if (!platform.os && !platform.cpu) continue;
    lock.packages[present ? nested : shared] = { version, ...platform, optional: true };
  }
}
for (const entry of Object.values(lock.packages)) {
  if (!entry.link) delete entry.resolved;
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
