import { createHash } from 'node:crypto';
import { join } from 'node:path';
import pgModule from 'pg';
import { systemCaller } from '../../src/kernel/access/caller.ts';
import { PERMISSIONS } from '../../src/kernel/access/permissions.ts';
import { openClickHouse } from '../../src/kernel/clickhouse/index.ts';
import { handClock } from '../../src/kernel/clock.ts';
import { drain } from '../../src/kernel/facts.ts';
import { openEgress } from '../../src/kernel/egress/index.ts';
import { openFiles } from '../../src/kernel/files.ts';
import { keyring } from '../../src/kernel/keys.ts';
import { many, sql } from '../../src/kernel/sql.ts';
import { openPostgres } from '../../src/kernel/postgres/pools.ts';
import type { Stores } from '../../src/kernel/stores.ts';
import { drawExperiment } from '../../src/insight/experiments/draw.ts';
import { exportTreated } from '../../src/insight/experiments/export.ts';
import { experimentReactions } from '../../src/insight/experiments/follow.ts';

/** What a process of its own does to an experiment, and after which statement it is killed: `kill` is how that statement goes on, `nth` which of them. */
export type Errand = { socket: string; database: string; dir: string; now: string; workspace: string; experiment: string; does: ('draw' | 'drain' | { id: string; channel: 'wecom' | 'sms' })[]; kill?: { text: string; nth: number } };

const { Client } = pgModule;
type Client = InstanceType<typeof Client>;
const errand = JSON.parse(process.argv[2] ?? '{}') as Errand;
let seen = 0;
/** The end of this process, as a power cut would have it, right after a statement was answered. */
function after(text: string): void {
  if (errand.kill && text.includes(errand.kill.text) && ++seen === errand.kill.nth) process.kill(process.pid, 'SIGKILL');
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
const watched = { ...ch, insertRows: async (...given: Parameters<typeof ch.insertRows>) => { await ch.insertRows(...given); after(`insert into ${given[0]}`); } };
const clock = handClock(errand.now);
const stores: Stores = { pg, ch: watched, keys: keyring(pg, Buffer.alloc(32, 7), () => clock.now()), files: openFiles(errand.dir), clock, egress: openEgress([]) };
const caller = systemCaller(errand.workspace, PERMISSIONS);

const files: string[] = [];
for (const one of errand.does) {
  if (one === 'draw') await drawExperiment(stores, caller, errand.experiment);
  else if (one === 'drain') await drain(stores, { 'experiment.exported': experimentReactions['experiment.exported'] });
  else {
    let text = '';
    for await (const piece of (await exportTreated(stores, caller, errand.experiment, { ...one, reason: 'told to', personalised: false, minutesEach: 0 })).csv) text += piece;
    files.push(createHash('sha256').update(text).digest('hex'), text.split('\r\n').filter(Boolean).slice(1).map((line) => line.split(',')[0]).join(' '));
  }
}
const draws = await pg.tx(errand.workspace, (tx) => many(tx, sql<{ id: string }>`select draw_id as id from experiment where id = ${errand.experiment} and draw_id is not null`));
const copy = await ch.rows("SELECT arm, sent_on > toDate32('1900-01-01') AS sent, count() AS people, uniqExact(owner) AS persons FROM experiment_draw FINAL WHERE workspace = {w:UUID} AND draw IN {draws:Array(UUID)} GROUP BY arm, sent ORDER BY arm, sent", { w: errand.workspace, draws: draws.map(({ id }) => id) });
process.stdout.write(JSON.stringify({ files, copy }));
await ch.close();
await pg.close();
