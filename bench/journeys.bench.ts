import pg from 'pg';
import { pino } from 'pino';
import { createJourney } from '../src/engage/journeys.ts';
import { launchJourney } from '../src/engage/launch.ts';
import { advanceDue, enrol, startWalking } from '../src/engage/index.ts';
import { journeysDue } from '../src/engage/queries/journeys.ts';
import { handClock } from '../src/kernel/clock.ts';
import { one, run, sql } from '../src/kernel/sql.ts';
import { callerOf, exit, inARow, send, wait, written } from '../test/support/journeys.ts';
import { customerOf } from '../test/support/orders.ts';
import { benchStores, report, timed } from './support.ts';

/**
 * Everybody due in one minute, and many who wait. PERENNIAL_JOURNEY_PEOPLE and PERENNIAL_JOURNEY_WAITING give the sizes (100,000 and 1,000,000 is what the thresholds are
 * meant for).
 */
const [PEOPLE, WAITING] = [Number(process.env.PERENNIAL_JOURNEY_PEOPLE ?? 20_000), Number(process.env.PERENNIAL_JOURNEY_WAITING ?? 100_000)];
const AT_ONCE = 5_000, BATCH = 2_000, SECONDS_MOST = 60, STEPS_LEAST = 3_000, CORE_SHARE_MOST = 0.01, IDLE_SECONDS = 10, LOOKS = 200, LOOKS_A_SECOND = 2;

const { stores: own, workspaceId, close } = await benchStores();
const clock = handClock('2026-02-26T04:00:00Z'), stores = { ...own, clock };
const owner = new pg.Client(own.pg.connections.owner);
await owner.connect();

/** The same rows in a table of their own with the same indexes, moved on by plain SQL in batches as large as ours, each in a transaction of its own. Seconds. */
async function raw(at: Date): Promise<number> {
  await owner.query(`create table bench_way (like enrolment including all) with (fillfactor = 85)`);
  await owner.query('insert into bench_way select * from enrolment');
  await owner.query('analyze bench_way');
  const { seconds } = await timed(async () => {
    for (let moved = BATCH; moved === BATCH;) {
      const { rowCount } = await owner.query(`
        with due as materialized (select id from bench_way where workspace_id = $1 and status = 'inside' and next_at <= $2 order by next_at limit ${BATCH} for update skip locked)
        update bench_way w set node = 'day', visit = visit + 2, arrived = true, since = due_at, due_at = $2::timestamptz + interval '1 day', next_at = $2::timestamptz + interval '1 day'
          from due where w.workspace_id = $1 and w.id = due.id`, [workspaceId, at]);
      moved = rowCount ?? 0;
    }
  });
  await owner.query('drop table bench_way');
  return seconds;
}

async function moving(journey: string): Promise<void> {
  const entering = await timed(async () => {
    for (let from = 1; from <= PEOPLE; from += AT_ONCE) {
      await enrol(stores, workspaceId, journey, Array.from({ length: Math.min(AT_ONCE, PEOPLE - from + 1) }, (_, n) => ({ person: customerOf(from + n), at: clock.now(), occasion: { kind: 'api' }, mark: 'once' })));
    }
  });
  await advanceDue(stores);
  clock.advance(30 * 60_000);
  const plain = await raw(clock.now());
  const { result: steps, seconds } = await timed(() => advanceDue(stores));
  const { left } = await stores.pg.tx(workspaceId, (tx) => one(tx, sql<{ left: number }>`select count(*)::int as left from enrolment where workspace_id = ${workspaceId} and status = 'inside' and next_at <= ${clock.now()}`));
  console.log(`${PEOPLE.toLocaleString('en')} people: entered in ${entering.seconds.toFixed(1)} s; all due at once, stepped and their messages proposed in ${seconds.toFixed(1)} s (${Math.round(steps / seconds).toLocaleString('en')} steps/s), plain SQL on the same rows ${plain.toFixed(1)} s: ${(seconds / plain).toFixed(1)} ×`);
  report({ name: `${PEOPLE.toLocaleString('en')} people due in one minute, stepped`, value: seconds, unit: 's', ratioToRaw: seconds / plain, threshold: SECONDS_MOST, better: 'less' });
  report({ name: 'steps of journeys', value: steps / seconds, unit: 'steps/s', ratioToRaw: seconds / plain, threshold: STEPS_LEAST });
  if (seconds > SECONDS_MOST || steps / seconds < STEPS_LEAST || left > 0 || steps < PEOPLE) process.exitCode = 1;
}

/** What it costs that many wait: of the thread that walks, with nobody due (the engine's own threads tidy up after the rest), and of Postgres by how long each look takes. */
async function waiting(journey: string): Promise<void> {
  await stores.pg.tx(workspaceId, (tx) => run(tx, sql`
    insert into enrolment (workspace_id, id, journey_id, version, customer_id, person_id, arm, zone, node, entered_at, since, due_at, next_at)
    select ${workspaceId}::uuid, gen_random_uuid(), ${journey}::uuid, 1, person, person, 'treated', 'Asia/Shanghai', 'day', at, at, at + n * interval '1 second' + interval '1 day', at + n * interval '1 second' + interval '1 day'
      from (select n, gen_random_uuid() as person, ${clock.now()}::timestamptz as at from generate_series(1, ${WAITING}::int) as n) as g`));
  await owner.query('analyze enrolment');
  const look = async (ask: () => Promise<unknown>): Promise<number> => (await timed(async () => { for (let n = 0; n < LOOKS; n++) await ask(); })).seconds / LOOKS;
  const seconds = await look(() => journeysDue(stores.pg.global, clock.now())), nothing = await look(() => run(stores.pg.global, sql`select 1`));
  const before = process.threadCpuUsage(), walking = startWalking(stores, pino({ level: 'error' }));
  await new Promise((then) => setTimeout(then, IDLE_SECONDS * 1_000));
  const { user, system } = process.threadCpuUsage(before);
  await walking.stop();
  const share = (user + system) / 1e6 / IDLE_SECONDS + seconds * LOOKS_A_SECOND;
  console.log(`${WAITING.toLocaleString('en')} people waiting: a look ${(seconds * 1_000).toFixed(2)} ms (a statement that asks nothing ${(nothing * 1_000).toFixed(2)} ms: ${(seconds / nothing).toFixed(1)} ×), ${(share * 100).toFixed(2)} % of a core`);
  report({ name: `${WAITING.toLocaleString('en')} people waiting, share of a core`, value: share, unit: 'of a core', ratioToRaw: seconds / nothing, threshold: CORE_SHARE_MOST, better: 'less' });
  if (share > CORE_SHARE_MOST) process.exitCode = 1;
}

try {
  await stores.pg.tx(workspaceId, async (tx) => {
    await run(tx, sql`insert into customer (workspace_id, id, name, created_at) select ${workspaceId}, ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, '', ${clock.now()} from generate_series(1, ${PEOPLE}) as n`);
    await run(tx, sql`insert into subject (workspace_id, id, kind, customer_id, acts, sealed_in, sealed_at) select ${workspaceId}, id, 'member_no', id, true, id, 0 from customer where workspace_id = ${workspaceId}`);
  });
  const definition = await written(stores, workspaceId, inARow([{ kind: 'api' }], [wait('half', 30, 'minutes'), send('first'), wait('day', 1, 'days'), exit('end')], { exits: [{ key: 'paid', on: { kind: 'event', event: 'order.paid', where: [] } }] }));
  const { id } = await createJourney(stores, callerOf(workspaceId), { name: 'bench', description: '', stage: null, playbook: '', definition });
  await launchJourney(stores, callerOf(workspaceId), id);
  await moving(id);
  await waiting(id);
} finally {
  await owner.end();
  await close();
}
