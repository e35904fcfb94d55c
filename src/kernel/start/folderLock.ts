import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refusal } from '../errors.ts';

/** Who holds a data folder: one process at a time, since each embedded store wants it alone. */
export type Holder = { pid: number; url: string | null };

const pathOf = (dataDir: string): string => join(dataDir, 'running.json');

/** The number may have gone to another program since: only a Node process counts as ours. */
const isRunning = (pid: number): boolean => /node/.test(spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '');

/** The live process that holds the folder, if there is one. */
export function holderOf(dataDir: string): Holder | undefined {
  const path = pathOf(dataDir);
  if (!existsSync(path)) return undefined;
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8')) as Holder;
    return isRunning(holder.pid) ? holder : undefined;
  } catch {
    return undefined; // half-written by a process that died
  }
}

/**
 * Takes the folder for this process until `release`. Refuses `start.data.held`, naming the process that has it;
 * a file left by a dead process is taken over.
 */
export function holdFolder(dataDir: string, pid: number): { tell(url: string): void; release(): void } {
  const holder = holderOf(dataDir);
  if (holder && holder.pid !== pid) throw new Refusal('start.data.held', { dataDir, pid: holder.pid, url: holder.url ?? '' });
  const write = (url: string | null): void => writeFileSync(pathOf(dataDir), JSON.stringify({ pid, url } satisfies Holder));
  write(null);
  return { tell: write, release: () => rmSync(pathOf(dataDir), { force: true }) };
}
