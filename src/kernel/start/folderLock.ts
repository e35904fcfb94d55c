import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Refusal } from '../errors.ts';
import { writeOnce } from '../files.ts';
import { newId } from '../ids.ts';

/** Who holds a data folder: one process at a time, since each embedded store wants it alone. `host`: on which machine. */
export type Holder = { pid: number; url: string | null; host?: string };

/** The holder says so often that it lives; one on another machine that was silent for longer than `SILENT_MS` is dead. */
const BEAT_MS = 5_000;
const SILENT_MS = 20_000;

/** Whoever takes the folder leaves a claim of the next number, which only one can make; the highest counts, and stays when it is given back: so nobody makes a number again. */
const CLAIM = /^running\.(?:(\d+)\.)?json$/;
const claimOf = (dataDir: string, number: number): string => join(dataDir, `running.${number}.json`);
const beatOf = (dataDir: string): string => join(dataDir, 'running.beat');

/** Whether a name in the folder is about who holds it. */
export const isMarkOfHolder = (name: string): boolean => name.startsWith('running.');

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

/** A claim's text names who made it, and is empty once it was given back. */
type Claim = { number: number; file: string; text: string };

/** Every claim that lies there, the highest last; one without a number is older than all. */
const claimsIn = (dataDir: string): { number: number; file: string }[] =>
  (existsSync(dataDir) ? readdirSync(dataDir) : []).flatMap((name) => { const found = CLAIM.exec(name); return found ? [{ number: Number(found[1] ?? 0), file: join(dataDir, name) }] : []; }).sort((a, b) => a.number - b.number);

/** The claim that counts; null where nobody ever made one. */
function lastClaim(dataDir: string): Claim | null {
  const last = claimsIn(dataDir).at(-1);
  try {
    return last ? { ...last, text: readFileSync(last.file, 'utf8') } : null;
  } catch (error) {
    // A higher one came, and this one was cleared away.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return lastClaim(dataDir);
    throw error;
  }
}

/** The live process a claim is of, if there is one. */
function makerOf(dataDir: string, claim: Claim | null): Holder | undefined {
  if (!claim?.text) return undefined;
  try {
    const holder = JSON.parse(claim.text) as Holder;
    const isHere = holder.host === undefined || holder.host === hostname();
    return (isHere ? isRunning(holder.pid) : isHeard(dataDir)) ? holder : undefined;
  } catch {
    return undefined; // half-written by a process that died, or of another machine that never said it lives
  }
}

/** The live process that holds the folder, if there is one, also of another machine that shares the folder. */
export const holderOf = (dataDir: string): Holder | undefined => makerOf(dataDir, lastClaim(dataDir));

/** Makes the claim of a number; false where somebody else was faster. Lower ones are cleared away. */
function makeClaim(dataDir: string, number: number, text: string): boolean {
  const file = claimOf(dataDir, number);
  if (!writeOnce(file, text)) return false;
  const others = claimsIn(dataDir).filter((one) => one.file !== file), isLast = others.every((one) => one.number < number);
  for (const one of isLast ? others : [{ file }]) rmSync(one.file, { force: true });
  return isLast;
}

/** Writes a file anew so that nobody reads a part of it. */
function rewrite(file: string, text: string): void {
  const making = `${file}.${newId()}.part`;
  writeFileSync(making, text, { mode: 0o600 });
  renameSync(making, file);
}

/**
 * Takes the folder for this process until `release`. Refuses `start.data.held`, naming the process that has it, or `start.data.held_alone` where one store
 * is a server already and `missing` says what would make the other one; what a dead process left is taken over. Of several that begin at one moment one gets it.
 */
export function holdFolder(dataDir: string, pid: number, { missing = '' } = {}): { tell(url: string): void; release(): void } {
  const host = hostname(), text = (url: string | null): string => JSON.stringify({ pid, url, host } satisfies Holder);
  let number = 0;
  do {
    const last = lastClaim(dataDir), holder = makerOf(dataDir, last);
    if (holder && (holder.pid !== pid || (holder.host ?? host) !== host)) throw new Refusal(missing ? 'start.data.held_alone' : 'start.data.held', { dataDir, pid: holder.pid, host: holder.host ?? host, url: holder.url ?? '', missing });
    number = (last?.number ?? 0) + 1;
    touch(beatOf(dataDir));
  } while (!makeClaim(dataDir, number, text(null)));
  // A full disk, a folder that is away: others hear silence, and whoever is dead holds nothing.
  const orSilence = (work: () => void) => (): void => { try { work(); } catch { return; } };
  const beat = setInterval(orSilence(() => touch(beatOf(dataDir))), BEAT_MS).unref();
  return { tell: (url) => rewrite(claimOf(dataDir, number), text(url)), release: () => { clearInterval(beat); orSilence(() => rewrite(claimOf(dataDir, number), ''))(); rmSync(beatOf(dataDir), { force: true }); } };
}
