import { handClock } from '../../../src/kernel/clock.ts';
import { openClickHouse } from '../../../src/kernel/clickhouse/index.ts';
import { openEgress } from '../../../src/kernel/egress/index.ts';
import { openFiles } from '../../../src/kernel/files.ts';
import { keyring } from '../../../src/kernel/keys.ts';
import { openPostgres, type Postgres } from '../../../src/kernel/postgres/pools.ts';
import type { Stores } from '../../../src/kernel/stores.ts';
import type { Outgoing } from '../../../src/reach/channels/channel.ts';
import type { Outcome } from '../../../src/reach/core/message.ts';
import { ATTEMPTS_MAX } from '../../../src/reach/core/retry.ts';
import { decideSome } from '../../../src/reach/decide.ts';
import { settleLost } from '../../../src/reach/queries/messages.ts';
import { sendSome } from '../../../src/reach/send.ts';
import { registerRenderer } from '../../../src/reach/rendering.ts';
import { renderAll } from '../../../src/reach/templates/index.ts';
import { accept, provide } from './world.ts';

/**
 * A deliverer that kills itself, as `kill -9` would, at one boundary of the way of its second batch: `<step>-` before that step's transaction
 * commits, `<step>+` after it; `hand`: in the middle of what the provider takes; `none`: it works to the end.
 */
const [socket = '', database = '', ws = '', accountId = '', at = '', now = '', file = '', dir = '', most = ''] = process.argv.slice(2);
const MOST = Number(most);
const STEPS = ['take', 'intend', 'tell'] as const;
const die = (): void => void process.kill(process.pid, 'SIGKILL');

let step = '', batch = 0;
/** The step a transaction is part of; the next transaction is part of the next. */
const dying = (pg: Postgres): Postgres => {
  const isHere = (sign: '-' | '+'): boolean => at === `${step}${sign}` && (batch === 2 || step === 'decide');
  return { ...pg, tx: async (workspace, work) => {
    const result = await pg.tx(workspace, async (tx) => {
      const done = await work(tx);
      if (isHere('-')) die();
      return done;
    });
    if (isHere('+')) die();
    step = STEPS[STEPS.indexOf(step as 'take') + 1] ?? step;
    return result;
  } };
};

const as = (user: string) => ({ host: socket, user, database });
const pg = await openPostgres({ owner: as('perennial_owner'), jobs: as('perennial_jobs'), app: as('perennial_app') }, 4);
const clock = handClock(now), keys = keyring(pg, Buffer.alloc(32, 7), () => clock.now());
await keys.of(ws);
const stores: Stores = { pg: dying(pg), ch: openClickHouse(dir), keys, files: openFiles(dir), clock, egress: openEgress([]) };
const send = async (messages: readonly Outgoing[]): Promise<Outcome[]> => messages.map((message, i) => {
  if (at === 'hand' && batch === 2 && i === messages.length >> 1) die();
  return accept(file, message);
});
// Texts are real ones; what is read for them is none of the steps counted here.
registerRenderer((_, workspace, wanted) => renderAll({ ...stores, pg }, workspace, wanted));
provide('email', 'file', send);

await pg.tx(ws, (tx) => settleLost(tx, ws, { now: clock.now(), attemptsMax: ATTEMPTS_MAX }));
step = 'decide';
while (await decideSome(stores, ws));
for (let taken = 1; taken > 0;) {
  batch++;
  step = 'take';
  ({ taken } = await sendSome(stores, ws, { sender: { send, close: async () => undefined }, accountId, most: MOST }));
}
process.exit(0);
