import { join } from 'node:path';
import { pino } from 'pino';
import { openClickHouse } from '../../../src/kernel/clickhouse/index.ts';
import { openEgress } from '../../../src/kernel/egress/index.ts';
import { openFiles } from '../../../src/kernel/files.ts';
import { keyring } from '../../../src/kernel/keys.ts';
import { enlist } from '../../../src/kernel/lease.ts';
import { migrateClickHouse } from '../../../src/kernel/migrate.ts';
import { openPostgres } from '../../../src/kernel/postgres/pools.ts';
import { many, sql } from '../../../src/kernel/sql.ts';
import type { Outgoing } from '../../../src/reach/channels/channel.ts';
import type { Outcome } from '../../../src/reach/core/message.ts';
import { startDeliverer } from '../../../src/reach/index.ts';
import { accept, provide } from './world.ts';

/**
 * A worker beside others, by the clock of the world: it enlists, delivers where the duty is its own, and tells its log. `stops`: in the middle of what it
 * hands over, and of an answer of Postgres's that is longer than the wire holds, it stops itself, as a machine that is put to sleep would, until somebody
 * wakes it.
 */
const [socket = '', database = '', ws = '', manner = '', file = '', dir = '', lease = ''] = process.argv.slice(2);

const as = (user: string) => ({ host: socket, user, database });
const pg = await openPostgres({ owner: as('perennial_owner'), jobs: as('perennial_jobs'), app: as('perennial_app') }, 6);
const clock = { now: () => new Date() }, keys = keyring(pg, Buffer.alloc(32, 7), () => clock.now()), ch = openClickHouse(join(dir, `ch-${manner}`)), log = pino({ level: 'warn' });
await keys.of(ws);
await migrateClickHouse(ch);
const standing = await enlist({ pg, ch, keys, files: openFiles(dir), clock, egress: openEgress([]) }, log, { name: manner, leaseSeconds: Number(lease) });

const ANSWERING_MS = 20;
const stop = (): Promise<void> => new Promise((woken) => {
  const asked = standing.stores.pg.tx(ws, (tx) => {
    setTimeout(() => {
      process.send?.('stopping');
      process.kill(process.pid, 'SIGSTOP');
      woken();
    }, ANSWERING_MS);
    return many(tx, sql`select repeat('x', 1000) as line from generate_series(1, 200000)`);
  });
  asked.catch(() => undefined);
});

let batch = 0;
const send = async (messages: readonly Outgoing[]): Promise<Outcome[]> => {
  const stops = manner === 'stops' && ++batch === 2, outcomes: Outcome[] = [];
  for (const [i, message] of messages.entries()) {
    if (stops && i === messages.length >> 1) await stop();
    outcomes.push(accept(file, message));
  }
  return outcomes;
};
provide('email', 'file', send);
const deliverer = startDeliverer(standing.stores, log, standing.holds);
process.on('disconnect', () => process.exit(0));
process.on('message', () => void deliverer.stop().then(() => process.exit(0)));
process.send?.('ready');
