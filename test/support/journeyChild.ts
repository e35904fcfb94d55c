import { join } from 'node:path';
import pgModule from 'pg';
import { advanceDue } from '../../src/engage/index.ts';
import { openClickHouse } from '../../src/kernel/clickhouse/index.ts';
import { handClock } from '../../src/kernel/clock.ts';
import { openEgress } from '../../src/kernel/egress/index.ts';
import { openFiles } from '../../src/kernel/files.ts';
import { keyring } from '../../src/kernel/keys.ts';
import { openPostgres } from '../../src/kernel/postgres/pools.ts';

/** What a process of its own steps, and after which statement it is killed: `kill` is how that statement goes on, `nth` which of them. */
export type Errand = { socket: string; database: string; dir: string; now: string; kill?: { text: string; nth: number } };

const { Client } = pgModule;
type Client = InstanceType<typeof Client>;
const errand = JSON.parse(process.argv[2] ?? '{}') as Errand;
let seen = 0;
/** The end of this process, as a power cut would have it, right after a statement was answered. */
function after(text: string): void {
  if (errand.kill && text.toLowerCase().includes(errand.kill.text) && ++seen === errand.kill.nth) process.kill(process.pid, 'SIGKILL');
}

// Every statement of this process, before the first connection is made.
const ask = Client.prototype.query as (...given: unknown[]) => unknown;
Object.assign(Client.prototype, {
  query(this: Client, ...given: unknown[]): unknown {
    const answer = ask.apply(this, given);
    return answer instanceof Promise ? answer.then((rows: unknown) => { after(String(given[0])); return rows; }) : answer;
  },
});

const as = (user: string) => ({ host: errand.socket, user, database: errand.database });
const pg = await openPostgres({ owner: as('perennial_owner'), jobs: as('perennial_jobs'), app: as('perennial_app') }, 4);
const ch = openClickHouse(join(errand.dir, 'clickhouse'));
const clock = handClock(errand.now);
const begunMs = performance.now();
const steps = await advanceDue({ pg, ch, keys: keyring(pg, Buffer.alloc(32, 7), () => clock.now()), files: openFiles(errand.dir), clock, egress: openEgress([]) });
process.stdout.write(JSON.stringify({ steps, ms: performance.now() - begunMs }));
await ch.close();
await pg.close();
