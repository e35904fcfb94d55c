import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Refusal } from '../errors.ts';

/** Who holds a data folder: one process at a time, since each embedded store wants it alone. `host`: on which machine. */
export type Holder = { pid: number; url: string | null; host?: string };

/** The holder says so often that it lives; one on another machine that was silent for longer than `SILENT_MS` is dead. */
const BEAT_MS = 5_000;
const SILENT_MS = 20_000;

const pathOf = (dataDir: string): string => join(dataDir, 'running.json');
const beatOf = (dataDir: string): string => join(dataDir, 'running.beat');

/** Writes a file and says when that was, by the clock of whoever keeps the folder: two machines need not agree on the time. */
function touch(path: string): number {
  writeFileSync(path, '.');
  return statSync(path).mtimeMs;
}

function isHeard(dataDir: string): boolean {
  const probe = `${beatOf(dataDir)}.probe`, nowMs = touch(probe);
  rmSync(probe, { force: true });
  return nowMs - statSync(beatOf(dataDir)).mtimeMs < SILENT_MS;
}

/** The number may have gone to another program since: only a Node process counts as ours. */
const isRunning = (pid: number): boolean => /node/.test(spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '');

/** The live process that holds the folder, if there is one, also of another machine that shares the folder. */
export function holderOf(dataDir: string): Holder | undefined {
  const path = pathOf(dataDir);
  if (!existsSync(path)) return undefined;
  try {
    const holder = JSON.parse(readFileSync(path, 'utf8')) as Holder;
    const isHere = holder.host === undefined || holder.host === hostname();
    return (isHere ? isRunning(holder.pid) : isHeard(dataDir)) ? holder : undefined;
  } catch {
    return undefined; // half-written by a process that died
  }
}

/**
 * Takes the folder for this process until `release`. Refuses `start.data.held`, naming the process that has it, or `start.data.held_alone` where one store
 * is a server already and `missing` says what would make the other one; a file left by a dead process is taken over.
 */
export function holdFolder(dataDir: string, pid: number, { missing = '' } = {}): { tell(url: string): void; release(): void } {
  const holder = holderOf(dataDir), host = hostname();
  if (holder && (holder.pid !== pid || (holder.host ?? host) !== host)) throw new Refusal(missing ? 'start.data.held_alone' : 'start.data.held', { dataDir, pid: holder.pid, host: holder.host ?? host, url: holder.url ?? '', missing });
  const write = (url: string | null): void => writeFileSync(pathOf(dataDir), JSON.stringify({ pid, url, host } satisfies Holder));
  write(null);
  touch(beatOf(dataDir));
  // A full disk, a folder that is away: others hear silence.
  const beat = setInterval(() => { try { touch(beatOf(dataDir)); } catch { return; } }, BEAT_MS).unref();
  return { tell: write, release: () => { clearInterval(beat); for (const path of [pathOf(dataDir), beatOf(dataDir)]) rmSync(path, { force: true }); } };
}
