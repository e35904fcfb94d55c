import { afterAll, beforeAll, expect, test } from 'vitest';
import { enrol } from '../src/engage/index.ts';
import { many, one, run, sql } from '../src/kernel/sql.ts';
import { type Kill, runChild } from './support/errand.ts';
import { exit, inARow, launched, send, wait } from './support/journeys.ts';
import { customerOf } from './support/orders.ts';
import { type TestStores, testStores, testWorkspace } from './support/stores.ts';

const LONG = process.env.PERENNIAL_LONG === '1';
const PEOPLE = 10_000;
/** After which statement of which batch it dies; every day at two of them and once in the second half, in the long run at all. */
const BOUNDARIES = [['insert into enrolment_log', 2], ['commit', 5], ['for update skip locked', 1], ['update enrolment e', 1], ['insert into message', 2], ['insert into task', 1]] as const;
const LATE = [['insert into message', 2], ['commit', 2]] as const;
const NOW = '2026-02-26T04:00:00Z', LATER = '2026-02-26T04:30:00Z';
let stores: TestStores, workspace: string, journey: string;

/** People by the thousand, each owning the subject of their own id. */
const putMany = (): Promise<void> => stores.pg.tx(workspace, async (tx) => {
  await run(tx, sql`insert into customer (workspace_id, id, name, created_at) select ${workspace}, ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, '', ${stores.clock.now()} from generate_series(1, ${PEOPLE}) as n`);
  await run(tx, sql`insert into subject (workspace_id, id, kind, customer_id, acts, sealed_in, sealed_at) select ${workspace}, id, 'member_no', id, true, id, 0 from customer where workspace_id = ${workspace}`);
});

beforeAll(async () => {
  stores = await testStores(NOW);
  workspace = await testWorkspace(stores);
  await putMany();
  journey = await launched(stores, workspace, inARow([{ kind: 'api' }], [
    send('first'), { id: 'task', kind: 'task', text: 'call', assignee: '', dueDays: 1 }, wait('half', 30, 'minutes'), send('second'), exit('end')],
    { exits: [{ key: 'paid', on: { kind: 'event', event: 'order.paid', where: [] } }], holdOut: 0.1 }));
  const at = stores.clock.now();
  for (let from = 1; from <= PEOPLE; from += 5_000) {
    await enrol(stores, workspace, journey, Array.from({ length: 5_000 }, (_, n) => ({ person: customerOf(from + n), at, occasion: { kind: 'api' }, mark: 'once' })));
  }
  // One process at a time has the embedded engine.
  await stores.ch.close();
});
afterAll(() => stores.close());

/** Steps of a process of its own, or that it was killed. */
const child = (now: string, kill?: Kill): Promise<number | 'killed'> => runChild<number>('journeyChild.ts', stores, now, null, kill);

type Count = { inside: number; done: number; messages: number; distinct: number; tasks: number; lines: number; overdue: number };
const count = (at: string): Promise<Count> => stores.pg.tx(workspace, (tx) => one(tx, sql<Count>`
  select (select count(*) from enrolment where status = 'inside') as inside, (select count(*) from enrolment where status = 'done') as done, (select count(*) from message) as messages,
         (select count(distinct (customer_id, step)) from message) as distinct, (select count(*) from task) as tasks, (select count(*) from enrolment_log) as lines,
         (select count(*) from enrolment where status = 'inside' and next_at <= ${at}) as overdue`));
const treated = async (): Promise<number> => (await stores.pg.tx(workspace, (tx) => one(tx, sql<{ n: number }>`select count(*) as n from enrolment where arm <> 'control'`))).n;

test('R71: killed at every boundary of a step with 10,000 people in it, nobody is lost and nothing is done twice', async () => {
  for (const [text, nth] of BOUNDARIES.slice(0, LONG ? undefined : 2)) {
    expect(await child(NOW, { text, nth }), text).toBe('killed');
    const { messages, distinct, tasks, inside, overdue } = await count(NOW);
    // A batch is kept whole or not at all: who has a message has a task, and is not due any more.
    expect([distinct, tasks, inside], text).toEqual([messages, messages, PEOPLE]);
    expect(overdue % 2_000, text).toBe(0);
  }
  const rest = await child(NOW);
  const people = await treated();
  expect(await count(NOW)).toEqual({ inside: PEOPLE, done: 0, messages: people, distinct: people, tasks: people, lines: 2 * PEOPLE, overdue: 0 });
  expect(rest).not.toBe('killed');

  for (const [text, nth] of LATE.slice(0, LONG ? undefined : 1)) expect(await child(LATER, { text, nth }), text).toBe('killed');
  const last = await child(LATER);
  expect(await count(LATER)).toEqual({ inside: 0, done: PEOPLE, messages: 2 * people, distinct: 2 * people, tasks: people, lines: 5 * PEOPLE, overdue: 0 });
  expect(last).toBeGreaterThan(0);
  const twice = await stores.pg.tx(workspace, (tx) => many(tx, sql`select enrolment_id from enrolment_log group by enrolment_id having count(*) <> 5`));
  expect(twice).toEqual([]);
}, LONG ? 1_800_000 : 240_000);
