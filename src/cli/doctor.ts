import { Refusal } from '../kernel/errors.ts';
import type { Api } from './connect.ts';
import { examineMachine } from './machine.ts';
import type { Found } from './reads.ts';

type Waiting = { waiting: number; oldestSeconds: number };
type Operations = {
  version: string; node: string; at: string;
  stores: { postgres: boolean; clickhouse: boolean; embedded: boolean; full: string[]; postgresVersion: string; clickhouseVersion: string; clockSkewMs: number };
  migrations: { done: number; missing: string[]; unknown: string[] }; unprotected: string[];
  backlog: Record<string, Waiting>; jobsFailed: number; backup: { since: string | null; withKey: boolean; archiving: boolean }; egressAllowed: string[];
};
type Standing = { settled: boolean; waiting: string[] };
type DataDay = { day: string | null; sources: { key: string; lastDay: string | null; late: boolean }[] };
type Verdict = { lines: number; intact: boolean; brokenAt: number | null };
type Imports = { rows: { id: string; status: string; problem: { code: string } | null }[] };

/** One line of the examination: how it stands, what was seen, and what to do about it ('' when all is well). */
export type Check = { name: string; level: 'ok' | 'warn' | 'fail'; says: string; todo: string };

const SKEW_WARN_MS = 2_000;
const SKEW_FAIL_MS = 60_000;
const BEHIND_WARN_S = 60;
const BEHIND_FAIL_S = 600;
const HOUR_MS = 3_600_000;
const BACKUP_WARN_H = 26;
const BACKUP_FAIL_H = 24 * 7;

const check = (name: string, level: Check['level'], says: string, todo = ''): Check => ({ name, level, says, todo: level === 'ok' ? '' : todo });
const graded = (value: number, warn: number, fail: number): Check['level'] => (value >= fail ? 'fail' : value >= warn ? 'warn' : 'ok');

function storeChecks({ version, stores, migrations, unprotected }: Operations): Check[] {
  const dead = [...(stores.postgres ? [] : ['Postgres']), ...(stores.clickhouse ? [] : ['ClickHouse'])];
  return [
    check('stores', dead.length === 0 ? 'ok' : 'fail', dead.length === 0 ? 'Postgres and ClickHouse answer' : `${dead.join(' and ')} not answering`, 'start again; if it stays, read the log'),
    check('room', stores.full.length === 0 ? 'ok' : 'fail', stores.full.length === 0 ? 'both stores find room for what comes' : `no room left for ${stores.full.join(' and ')}`, 'free some space on that disk: what was acknowledged is kept, and it goes on by itself'),
    check('versions', 'ok', `Perennial ${version}, Postgres ${stores.postgresVersion}, ClickHouse ${stores.clickhouseVersion}`),
    check('migrations', migrations.missing.length > 0 ? 'fail' : migrations.unknown.length > 0 ? 'warn' : 'ok',
      migrations.missing.length > 0 ? `not run: ${migrations.missing.join(', ')}` : migrations.unknown.length > 0 ? `of a newer product: ${migrations.unknown.join(', ')}` : `${migrations.done} done, none missing`,
      migrations.missing.length > 0 ? 'start again: migrations run at the start' : 'start the newer product, or restore the backup taken before it'),
    check('row security', unprotected.length === 0 ? 'ok' : 'fail', unprotected.length === 0 ? 'forced on every table with a workspace' : `missing on ${unprotected.join(', ')}`, 'somebody changed the schema by hand: restore a backup, or put row-level security back'),
    check('clock', graded(Math.abs(stores.clockSkewMs), SKEW_WARN_MS, SKEW_FAIL_MS), `${stores.clockSkewMs} ms from the database's`, 'set the clocks by NTP'),
  ];
}

function workChecks({ backlog, jobsFailed }: Operations): Check[] {
  const oldest = Math.max(...Object.values(backlog).map(({ oldestSeconds }) => oldestSeconds));
  const waiting = Object.entries(backlog).filter((pair) => pair[1].waiting > 0).map(([part, one]) => `${one.waiting} ${part} for ${one.oldestSeconds} s`);
  return [
    check('backlog', graded(oldest, BEHIND_WARN_S, BEHIND_FAIL_S), waiting.length === 0 ? 'nothing waits' : waiting.join(', '), 'see that a worker runs, and read the log for what fails again and again'),
    check('jobs', jobsFailed === 0 ? 'ok' : 'warn', jobsFailed === 0 ? 'none failed for good' : `${jobsFailed} failed for good`, 'the log says why; start what they were for again'),
  ];
}

function backupCheck({ at, backup: { since, archiving, withKey }, stores }: Operations): Check {
  if (!stores.embedded) return check('backup', 'ok', 'the stores are servers: backed up by their own means');
  if (since === null) return check('backup', 'warn', 'none was ever taken', 'npm run perennial -- backup, and keep master.key in another place');
  const hours = Math.round((Date.parse(at) - Date.parse(since)) / HOUR_MS);
  return check('backup', graded(hours, BACKUP_WARN_H, BACKUP_FAIL_H), `newest of ${hours} h ago, ${archiving ? 'what happened since is kept' : 'nothing kept since'}${withKey ? ', the key inside' : ''}`, 'take one each day: npm run perennial -- backup');
}

const egressCheck = ({ egressAllowed }: Operations): Check =>
  check('egress', 'ok', egressAllowed.length === 0 ? 'webhooks reach the public internet only' : `may be reached inside, by PERENNIAL_EGRESS_ALLOW: ${egressAllowed.join(', ')}`);

async function dataChecks(api: Api): Promise<Check[]> {
  const [standing, data, chain, imports] = [
    await api.get<Standing>('/api/v1/standing'), await api.get<DataDay>('/api/v1/data-day'),
    await api.get<Verdict>('/api/v1/audit/verify'), await api.get<Imports>('/api/v1/imports'),
  ];
  const late = data.sources.filter((source) => source.late);
  const failed = imports.rows.filter(({ status }) => status === 'failed');
  return [
    check('reactions', standing.settled ? 'ok' : 'warn', standing.settled ? 'everything that happened is answered' : `waiting: ${standing.waiting.join(', ')}`, 'wait a minute; if it stays, read the log'),
    check('data', late.length === 0 ? 'ok' : 'warn', `newest day ${data.day ?? 'none'}${late.map(({ key, lastDay }) => `; ${key} silent since ${lastDay}`).join('')}`, 'ask whoever sends it; figures stop at that day'),
    check('imports', failed.length === 0 ? 'ok' : 'fail', failed.length === 0 ? `${imports.rows.length} imports, none failed` : failed.map(({ id, problem }) => `${id} failed: ${problem?.code}`).join('; '), 'start it again on the import page, which says what stopped it'),
    check('audit', chain.intact ? 'ok' : 'fail', chain.intact ? `${chain.lines} lines, none changed` : `broken at line ${chain.brokenAt}`, 'somebody changed the log in the database: compare with a backup'),
  ];
}

const foundOf = (checks: readonly Check[]): Found & { isWell: boolean } => ({
  answer: { well: checks.every(({ level }) => level !== 'fail'), checks: checks.map((one) => ({ ...one, well: one.level === 'ok' })) },
  table: { columns: ['part', '', 'seen', 'what to do'], rows: checks.map(({ name, level, says, todo }) => [name, level === 'ok' ? 'ok' : level.toUpperCase(), says, todo]) },
  isWell: checks.every(({ level }) => level !== 'fail'),
});

/**
 * Looks at the whole installation: the machine and the folder from outside, the rest through its own API. What does not start is told
 * as a line like the others.
 */
export async function examine(dataDir: string, withApi: <T>(work: (api: Api) => Promise<T>) => Promise<T>): Promise<Found & { isWell: boolean }> {
  const machine = examineMachine(dataDir);
  try {
    return await withApi(async (api) => {
      const operations = await api.get<Operations>('/api/v1/operations');
      return foundOf([...machine, ...storeChecks(operations), ...workChecks(operations), backupCheck(operations), egressCheck(operations), ...(await dataChecks(api))]);
    });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return foundOf([...machine, check('start', 'fail', error.code, JSON.stringify(error.facts))]);
  }
}
