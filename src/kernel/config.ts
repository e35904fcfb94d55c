import { delimiter, resolve } from 'node:path';
import { type AllowedHost, allowedHosts } from './egress/index.ts';
import { Refusal } from './errors.ts';
import { trustedProxies } from './http/proxies.ts';

export const ROLES = ['all', 'api', 'worker'] as const;
export type ProcessRole = (typeof ROLES)[number];

/** What to put into a workspace that has nothing yet. */
export type FirstContent = { kind: 'sample' } | { kind: 'empty' } | { kind: 'import'; files: string[] } | { kind: 'ask' };

export type Config = {
  dataDir: string;
  host: string;
  port: number;
  role: ProcessRole;
  databaseUrl: string | undefined;
  clickhouseUrl: string | undefined;
  /** Logins of the app's and the queue's role, where DATABASE_URL is the owner's and may not make roles. */
  databaseAppUrl: string | undefined;
  databaseJobsUrl: string | undefined;
  clickhouseCluster: string | undefined;
  /** How long a working process may be silent before others take over. */
  leaseSeconds: number;
  masterKey: string | undefined;
  publicUrl: string | undefined;
  /** Proxies before this process whose word on who calls is taken. */
  proxies: string[];
  /** Lets a watcher on another machine read /metrics. */
  metricsToken: string | undefined;
  /** Where backups go; `backups` in the data folder unless told. */
  backups: string | undefined;
  /** Folders of this machine that recipes may watch, besides each workspace's own below the data folder. */
  watch: string[];
  /** Hosts inside, by name, that webhooks may be sent to; none unless told. */
  egressAllow: AllowedHost[];
  first: FirstContent;
};

export type Env = Readonly<Record<string, string | undefined>>;

/** The environment of this process; the one place that reads it. */
export const env: Env = process.env;

const FLAGS = { '--data': 'value', '--port': 'value', '--host': 'value', '--role': 'value', '--import': 'value', '--sample': 'switch', '--empty': 'switch' } as const;
type Flag = keyof typeof FLAGS;
type Given = Partial<Record<Flag, string[]>>;

const isFlag = (text: string): text is Flag => text in FLAGS;

function readFlags(args: readonly string[]): Given {
  const given: Given = {};
  for (let i = 0; i < args.length; i++) {
    const [name = '', inline] = (args[i] ?? '').split(/=(.*)/s);
    if (!isFlag(name)) throw new Refusal('start.flag.unknown', { flag: args[i], known: Object.keys(FLAGS).join(' ') });
    const value = FLAGS[name] === 'switch' ? 'yes' : (inline ?? args[++i]);
    if (value === undefined) throw new Refusal('start.flag.value_missing', { flag: name });
    given[name] = [...(given[name] ?? []), value];
  }
  return given;
}

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Refusal('start.port.invalid', { port: text });
  return port;
}

function roleOf(text: string): ProcessRole {
  const role = ROLES.find((known) => known === text);
  if (!role) throw new Refusal('start.role.unknown', { role: text, known: ROLES.join(' ') });
  return role;
}

const LEASE = { least: 2, usual: 30, most: 3_600 };

function leaseOf(text: string | undefined): number {
  const seconds = text ? Number(text) : LEASE.usual;
  if (!(seconds >= LEASE.least && seconds <= LEASE.most)) throw new Refusal('start.lease.invalid', { given: text, ...LEASE });
  return seconds;
}

/** A cluster's name becomes part of statements that take no bound values: letters, digits, and a few marks of macros. */
function clusterOf(text: string | undefined): string | undefined {
  if (text && !/^[\w{}.-]{1,100}$/.test(text)) throw new Refusal('start.clickhouse.cluster_invalid', { cluster: text });
  return text || undefined;
}

function firstOf(given: Given): FirstContent {
  const files = given['--import'];
  const chosen = [given['--sample'], given['--empty'], files].filter(Boolean).length;
  if (chosen > 1) throw new Refusal('start.first.ambiguous');
  if (files) return { kind: 'import', files: files.map((file) => resolve(file)) };
  if (given['--sample']) return { kind: 'sample' };
  return given['--empty'] ? { kind: 'empty' } : { kind: 'ask' };
}

/**
 * Settings from flags, then the environment, then defaults.
 * Refuses unknown flags, a port that is none, and more than one of --sample, --import, --empty.
 */
export function readConfig(args: readonly string[], from: Env = env): Config {
  const given = readFlags(args);
  const flag = (name: Flag): string | undefined => given[name]?.at(-1);
  return {
    dataDir: resolve(flag('--data') ?? from.PERENNIAL_DATA ?? '.perennial'),
    host: flag('--host') ?? from.PERENNIAL_HOST ?? '127.0.0.1',
    port: portOf(flag('--port') ?? from.PORT ?? '4600'),
    role: roleOf(flag('--role') ?? 'all'),
    databaseUrl: from.DATABASE_URL || undefined,
    clickhouseUrl: from.CLICKHOUSE_URL || undefined,
    databaseAppUrl: from.DATABASE_APP_URL || undefined,
    databaseJobsUrl: from.DATABASE_JOBS_URL || undefined,
    clickhouseCluster: clusterOf(from.CLICKHOUSE_CLUSTER),
    leaseSeconds: leaseOf(from.PERENNIAL_LEASE_SECONDS),
    masterKey: from.PERENNIAL_MASTER_KEY || undefined,
    publicUrl: from.PERENNIAL_URL || undefined,
    proxies: trustedProxies(from.PERENNIAL_PROXIES),
    metricsToken: from.PERENNIAL_METRICS_TOKEN || undefined,
    backups: from.PERENNIAL_BACKUPS ? resolve(from.PERENNIAL_BACKUPS) : undefined,
    watch: (from.PERENNIAL_WATCH ?? '').split(delimiter).filter(Boolean).map((folder) => resolve(folder)),
    egressAllow: allowedHosts(from.PERENNIAL_EGRESS_ALLOW),
    first: firstOf(given),
  };
}
