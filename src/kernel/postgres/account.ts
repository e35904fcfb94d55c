import { spawnSync } from 'node:child_process';

/** How to run a Postgres program: as whom, and behind which command. Postgres refuses to run as root. */
export type Account = { uid?: number; gid?: number; prefix: string[] };

const UNPRIVILEGED = ['perennial', 'postgres', 'nobody'];

const idOf = (flag: '-u' | '-g', name: string): number | undefined => {
  const asked = spawnSync('id', [flag, name], { encoding: 'utf8' });
  return asked.status === 0 ? Number(asked.stdout) : undefined;
};

const canReach = (path: string, uid: number, gid: number): boolean =>
  spawnSync('test', ['-x', path], { uid, gid }).status === 0;

/** A user namespace in which root appears as nobody: for folders no other account may enter. */
const namespaced: Account = { prefix: ['unshare', '--user', '--map-user=65534', '--map-group=65534'] };

const namespaceWorks = (): boolean => {
  const [command = '', ...args] = namespaced.prefix;
  return spawnSync(command, [...args, 'true']).status === 0;
};

/**
 * The account Postgres runs under. An ordinary user runs it as itself; root takes the first unprivileged
 * account that can reach all the paths, else a user namespace.
 */
export function accountFor(paths: readonly string[]): Account {
  if (process.getuid?.() !== 0) return { prefix: [] };
  for (const name of UNPRIVILEGED) {
    const uid = idOf('-u', name);
    const gid = idOf('-g', name);
    if (uid !== undefined && gid !== undefined && paths.every((path) => canReach(path, uid, gid))) return { uid, gid, prefix: [] };
  }
  return namespaceWorks() ? namespaced : { prefix: [] };
}
