import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pgModule from 'pg';
import { pino } from 'pino';
import '../../src/app.ts';
import { journeysTick, startWalking } from '../../src/engage/index.ts';
import { journeysDue } from '../../src/engage/queries/journeys.ts';
import { openClickHouse } from '../../src/kernel/clickhouse/index.ts';
import { handClock } from '../../src/kernel/clock.ts';
import { openEgress } from '../../src/kernel/egress/index.ts';
import { waitingReactions } from '../../src/kernel/facts.ts';
import { openFiles } from '../../src/kernel/files.ts';
import { keyring } from '../../src/kernel/keys.ts';
import { openPostgres } from '../../src/kernel/postgres/pools.ts';
import { startRunner } from '../../src/kernel/runner.ts';
import { loop } from '../../src/loop.ts';
import { startDeliverer } from '../../src/reach/index.ts';
import { dueWork } from '../../src/reach/queries/messages.ts';
import type { Errand } from './journeyChild.ts';

const { Client } = pgModule;
type Client = InstanceType<typeof Client>;
const errand = JSON.parse(process.argv[2] ?? '{}') as Errand;
let seen = 0;
/** The end of this process, as a power cut would have it, right after a statement was answered. */
function after(text: string): void {
  if (errand.kill && text.toLowerCase().includes(errand.kill.text) && ++seen === errand.kill.nth) process.kill(process.pid, 'SIGKILL');
}
const ask = Client.prototype.query as (...given: unknown[]) => unknown;
Object.assign(Client.prototype, {
  query(this: Client, ...given: unknown[]): unknown {
    const answer = ask.apply(this, given);
    return answer instanceof Promise ? answer.then((rows: unknown) => { after(String(given[0])); return rows; }) : answer;
  },
});

// A working process at one moment of the simulated clock: facts answered, segments and the calendar looked at, people walked, messages decided and sent, until nothing is due.
const as = (user: string) => ({ host: errand.socket, user, database: errand.database });
const pg = await openPostgres({ owner: as('perennial_owner'), jobs: as('perennial_jobs'), app: as('perennial_app') }, 8);
const ch = openClickHouse(join(errand.dir, 'clickhouse'));
const clock = handClock(errand.now);
const stores = { pg, ch, keys: keyring(pg, Buffer.alloc(32, 7), () => clock.now()), files: openFiles(errand.dir), clock, egress: openEgress([]) };
const log = pino({ level: 'error' }, pino.destination(2));
await journeysTick(stores);
const works = [startRunner(stores, loop, log), startWalking(stores, log), startDeliverer(stores, log)];
const isQuiet = async (): Promise<boolean> =>
  (await waitingReactions(pg, loop)).length === 0 && (await journeysDue(pg.global, clock.now())).length === 0 && (await dueWork(pg.global, clock.now())).length === 0;
for (let quiet = 0; quiet < 2; quiet = await isQuiet() ? quiet + 1 : 0) await sleep(50);
await Promise.all(works.map((one) => one.stop()));
await ch.close();
await pg.close();
