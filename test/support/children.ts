import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const env = { ...process.env, LANG: 'en_US.UTF-8', LC_ALL: '', UV_THREADPOOL_SIZE: '16' };

/** The product in a process of its own. */
export type Running = { child: ChildProcess; url: string; output(): string; stop(signal?: NodeJS.Signals): Promise<number | null> };

const started: Running[] = [];
/** Ends whatever a failed test left running. */
export const stopAll = async (): Promise<void> => void (await Promise.all(started.filter(({ child }) => child.exitCode === null && child.signalCode === null).map(({ stop }) => stop('SIGINT'))));

/** Starts the product on a data folder and waits until it is ready. */
export async function startProduct(args: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<Running> {
  let output = '';
  const child = spawn(process.execPath, [join(root, 'src/main.ts'), ...args], { env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => { output += chunk; });
  const exit = new Promise<number | null>((done) => child.once('exit', done));
  const addressIn = (): string => /Open (http:\S+)/.exec(output)?.[1] ?? '';
  for (const begun = performance.now(); addressIn() === ''; await new Promise((again) => setTimeout(again, 50))) {
    if (performance.now() - begun > 90_000 || child.exitCode !== null) throw new Error(`did not start:\n${output}`);
  }
  const running: Running = { child, url: addressIn(), output: () => output, stop: (signal = 'SIGTERM') => { child.kill(signal); return exit; } };
  started.push(running);
  return running;
}

export type Ran = { status: number | null; out: string; err: string };

/** Runs the command line on a data folder. */
export function cli(data: string, args: readonly string[], more: Readonly<Record<string, string>> = {}): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'src/cli.ts'), '--data', data, '--json', ...args], { encoding: 'utf8', env: { ...env, ...more } });
  return { status, out: stdout, err: stderr };
}

/** What both stores of a stopped folder hold, table by table. */
export function contentsOf(data: string): Record<string, string> {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'test/support/countFolder.ts'), data], { encoding: 'utf8', env });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, string>;
}
