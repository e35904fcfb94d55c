import { execFile } from 'node:child_process';
import { join } from 'node:path';
import pgModule from 'pg';
import { openClickHouse } from '../../src/kernel/clickhouse/index.ts';
import { handClock } from '../../src/kernel/clock.ts';
import { openEgress } from '../../src/kernel/egress/index.ts';
import { openFiles } from '../../src/kernel/files.ts';
import { keyring } from '../../src/kernel/keys.ts';
import { openPostgres } from '../../src/kernel/postgres/pools.ts';
import type { Stores } from '../../src/kernel/stores.ts';
import type { TestStores } from './stores.ts';

/** After which statement a process is killed: `text` is how that statement goes on, in small letters, `nth` which of them. */
export type Kill = { text: string; nth: number };
/** What a process of its own does on the stores of a test, `More` being what it is told. */
type Errand<More> = { socket: string; database: string; dir: string; now: string; told: More; kill?: Kill };

const { Client } = pgModule;
type Client = InstanceType<typeof Client>;

/** The end of this process, as a power cut would have it, right after a statement was answered. */
function dyingAfter(kill: Kill): (statement: string) => void {
  let seen = 0;
  return (statement) => {
    if (statement.toLowerCase().includes(kill.text) && ++seen === kill.nth) process.kill(process.pid, 'SIGKILL');
  };
}

/** Every statement of this process to Postgres, before the first connection is made. */
function watchPostgres(after: (statement: string) => void): void {
  const ask = Client.prototype.query as (...given: unknown[]) => unknown;
  Object.assign(Client.prototype, {
    query(this: Client, ...given: unknown[]): unknown {
      const answer = ask.apply(this, given);
      return answer instanceof Promise ? answer.then((rows: unknown) => { after(String(given[0])); return rows; }) : answer;
    },
  });
}

/** In the child: opens the stores of the test that sent it, works, and tells what came of it. */
export async function onErrand<More>(work: (stores: Stores, told: More) => Promise<unknown>): Promise<void> {
  const { socket, database, dir, now, told, kill } = JSON.parse(process.argv[2] ?? '{}') as Errand<More>;
  const after = kill ? dyingAfter(kill) : () => undefined;
  watchPostgres(after);
  const as = (user: string) => ({ host: socket, user, database });
  const pg = await openPostgres({ owner: as('perennial_owner'), jobs: as('perennial_jobs'), app: as('perennial_app') }, 8);
  const ch = openClickHouse(join(dir, 'clickhouse'));
  const watched = { ...ch, insertRows: async (...given: Parameters<typeof ch.insertRows>) => { await ch.insertRows(...given); after(`insert into ${given[0]}`); } };
  const clock = handClock(now);
  const result = await work({ pg, ch: watched, keys: keyring(pg, Buffer.alloc(32, 7), () => clock.now()), files: openFiles(dir), clock, egress: openEgress([]) }, told);
  process.stdout.write(JSON.stringify(result ?? null));
  await ch.close();
  await pg.close();
}

const CHILD_MS = 60_000;
/** In the test: has the work of a file beside this one done in a process of its own; what it told, or that it was killed. One process at a time has the embedded engine. */
export const runChild = <Told>(child: string, stores: TestStores, now: string, told: unknown, kill?: Kill): Promise<Told | 'killed'> => new Promise((done, fail) => {
  const errand: Errand<unknown> = { socket: process.env.TEST_PG_SOCKET ?? '', database: stores.database, dir: stores.files.dataDir, now, told, ...(kill ? { kill } : {}) };
  execFile(process.execPath, ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, child), JSON.stringify(errand)], { maxBuffer: 1 << 24, timeout: CHILD_MS }, (error, out, err) => {
    if (error?.signal === 'SIGKILL') return done('killed');
    if (error) return fail(new Error(err || String(error)));
    done(JSON.parse(out) as Told);
  });
});
