import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { strainOn } from './support/strain.ts';

const main = resolve(import.meta.dirname, '../src/main.ts');
const isRoot = process.getuid?.() === 0;
const folders: string[] = [];
const children: ChildProcess[] = [];

const folder = (): string => {
  const dir = mkdtempSync(join(tmpdir(), 'perennial-start-'));
  chmodSync(dir, 0o755);
  folders.push(dir);
  return dir;
};

afterAll(() => {
  for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
  for (const dir of folders) rmSync(dir, { recursive: true, force: true });
});

type Start = { child: ChildProcess; output(): string; exit: Promise<number | null>; until(text: RegExp, ms?: number): Promise<void> };

function start(args: string[], account: { uid?: number; gid?: number } = {}): Start {
  let output = '';
  const child = spawn(process.execPath, [main, ...args], { env: { ...process.env, LANG: 'en_US.UTF-8', LC_ALL: '', UV_THREADPOOL_SIZE: '16' }, stdio: ['ignore', 'pipe', 'pipe'], ...account });
  children.push(child);
  child.stdout.on('data', (chunk: Buffer) => { output += chunk; });
  child.stderr.on('data', (chunk: Buffer) => { output += chunk; });
  const exit = new Promise<number | null>((done) => child.once('exit', done));
  const until = async (text: RegExp, ms = 60_000): Promise<void> => {
    for (const begun = Date.now(); !text.test(output); ) {
      if (Date.now() - begun > ms || child.exitCode !== null) throw new Error(`did not say ${text}:\n${output}`);
      await new Promise((again) => setTimeout(again, 50));
    }
  };
  return { child, output: () => output, exit, until };
}

const address = (output: string): string => /Open (http:\S+)/.exec(output)?.[1] ?? '';
const pidsOn = (dir: string): string[] => (spawnSync('pgrep', ['-f', `postgres.*-D ${dir}`], { encoding: 'utf8' }).stdout ?? '').split('\n').filter(Boolean);

describe('npm start', () => {
  /** Made by the first test; those after it find a folder that has been used. */
  const data = join(folder(), 'data');

  test('serves at one address, stops wholly on Ctrl-C, and is ready again within ten seconds', async () => {
    const first = start(['--empty', '--data', data, '--port', '0']);
    await first.until(/Open http/);
    await first.until(/Sign in as \S+ with the password \S+/);
    expect((await fetch(`${address(first.output())}/readyz`)).status).toBe(200);
    first.child.kill('SIGINT');
    expect(await first.exit).toBe(0);
    expect(pidsOn(data)).toEqual([]);
    const begun = Date.now(), strain = strainOn();
    const second = start(['--data', data, '--port', '0']);
    await second.until(/Open http/);
    const { starvedMs, words } = strain(second.child.pid as number);
    expect(Date.now() - begun - starvedMs, words).toBeLessThan(10_000);
    second.child.kill('SIGTERM');
    expect(await second.exit).toBe(0);
  });

  test('a killed run leaves nothing in the way: its Postgres is stopped and its data is there', async () => {
    const killed = start(['--data', data, '--port', '0']);
    await killed.until(/Open http/);
    killed.child.kill('SIGKILL');
    await killed.exit;
    expect(pidsOn(data).length).toBeGreaterThan(0);
    const next = start(['--data', data, '--port', '0']);
    await next.until(/Open http/);
    next.child.kill('SIGINT');
    expect(await next.exit).toBe(0);
    expect(pidsOn(data)).toEqual([]);
  });

  test('a port in use is told before anything long begins', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((listening) => server.once('listening', listening));
    const { port } = server.address() as { port: number };
    const unused = join(folder(), 'data');
    const refused = start(['--empty', '--data', unused, '--port', String(port)]);
    expect(await refused.exit).toBe(1);
    expect(refused.output()).toContain(String(port));
    expect(refused.output()).toMatch(/--port/);
    expect(existsSync(join(unused, 'postgres'))).toBe(false);
    server.close();
  });

  test('a data folder held by another run names that run', async () => {
    const holder = start(['--data', data, '--port', '0']);
    await holder.until(/Open http/);
    const refused = start(['--data', data, '--port', '0']);
    expect(await refused.exit).toBe(1);
    expect(refused.output()).toContain(String(holder.child.pid));
    expect((await fetch(`${address(holder.output())}/healthz`)).status).toBe(200);
    holder.child.kill('SIGINT');
    expect(await holder.exit).toBe(0);
  });

  test('no permission to write: says which folder and exits 1', async () => {
    const dir = folder();
    chmodSync(dir, 0o555);
    const nobody = isRoot ? { uid: 65_534, gid: 65_534 } : {};
    const refused = start(['--empty', '--data', join(dir, 'data'), '--port', '0'], nobody);
    expect(await refused.exit).toBe(1);
    expect(refused.output()).toContain(join(dir, 'data'));
    chmodSync(dir, 0o755);
  });

  test.skipIf(!isRoot)('a full disk: says so, exits 1, and the same command works once there is room', async () => {
    const dir = folder();
    const small = join(dir, 'small');
    mkdirSync(small);
    if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', small]).status !== 0) throw new Error('no tmpfs to fill');
    try {
      const refused = start(['--empty', '--data', join(small, 'data'), '--port', '0']);
      expect(await refused.exit).toBe(1);
      expect(refused.output()).toMatch(/disk|space/i);
      spawnSync('mount', ['-o', 'remount,size=1500m', small]);
      const next = start(['--empty', '--data', join(small, 'data'), '--port', '0']);
      await next.until(/Open http/);
      next.child.kill('SIGINT');
      expect(await next.exit).toBe(0);
    } finally {
      spawnSync('umount', [small]);
    }
  });

  test('unknown flags and two contents at once are refused with what is known', async () => {
    const unknown = start(['--smaple']);
    expect(await unknown.exit).toBe(1);
    expect(unknown.output()).toContain('--sample');
    const both = start(['--sample', '--empty']);
    expect(await both.exit).toBe(1);
  });

  test('the master key is readable by its owner alone', () => {
    expect(readFileSync(join(data, 'master.key'), 'utf8').length).toBeGreaterThan(40);
    expect(statSync(join(data, 'master.key')).mode & 0o077).toBe(0);
  });
});
