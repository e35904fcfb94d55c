import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type TestStores, testStores, testWorkspace } from '../../test/support/stores.ts';
import { systemCaller } from './access/caller.ts';
import { audit, brokenLink } from './audit.ts';
import { announce, announceAll, drain, type Loop } from './facts.ts';
import { uuidOf } from './ids.ts';
import { refreshStatistics } from './postgres/statistics.ts';
import { blindId, blindIndex, open, seal } from './seal.ts';
import { many, one, run, sql, type Tx } from './sql.ts';

let stores: TestStores;
beforeAll(async () => { stores = await testStores(); });
afterAll(async () => { await stores.close(); });

/** A gate a transaction waits at. It opens with the test's end at the latest: an open transaction holds back facts on the whole server. */
function gate(): { open: () => void; opened: Promise<void> } {
  const { promise: opened, resolve: open } = Promise.withResolvers<void>();
  onTestFinished(() => open());
  return { open, opened };
}

/** A loop that notes the numbers of a workspace's facts of one kind, in the order they are told. */
function listening(workspace: string, kind: string): { seen: number[]; loop: Loop } {
  const seen: number[] = [];
  return { seen, loop: { [kind]: { [`test.${kind}`]: async (_, of, facts) => { if (of === workspace) seen.push(...facts.map((fact) => Number(fact.payload.n))); } } } };
}

/** What has been told by now. Transactions of other tests on the same server hold facts back as well, so one look is not enough. */
async function heard(loop: Loop, seen: number[]): Promise<number[]> {
  await drain(stores, loop, { patient: false });
  return seen;
}

test('a transaction sees and writes the rows of its own workspace only', async () => {
  const [mine, theirs] = [await testWorkspace(stores), await testWorkspace(stores)];
  await stores.pg.tx(mine, (tx) => announce(tx, stores.clock, mine, 'a', {}));
  const seen = await stores.pg.tx(theirs, (tx) => many(tx, sql`select * from fact`));
  expect(seen).toEqual([]);
  await expect(stores.pg.tx(theirs, (tx) => announce(tx, stores.clock, mine, 'a', {}))).rejects.toThrow(/row-level security/);
});

test('outside a workspace no row with a workspace is visible', async () => {
  expect(await many(stores.pg.global, sql`select * from fact`)).toEqual([]);
});

test('a fact of a transaction that is still open is not skipped when a later one commits first', async () => {
  const workspace = await testWorkspace(stores);
  const { seen, loop } = listening(workspace, 'told');
  const [begun, ends] = [gate(), gate()];
  const slow = stores.pg.tx(workspace, async (tx) => { await announce(tx, stores.clock, workspace, 'told', { n: 1 }); begun.open(); await ends.opened; });
  await begun.opened;
  await stores.pg.tx(workspace, (tx) => announce(tx, stores.clock, workspace, 'told', { n: 2 }));
  await drain(stores, loop, { patient: false });
  expect(seen).toEqual([]);
  ends.open();
  await slow;
  await expect.poll(() => heard(loop, seen), { timeout: 60_000 }).toEqual([1, 2]);
});

test('a fact that took its number early and ended late is read, though one with a later number of an older transaction was read before it', async () => {
  const workspace = await testWorkspace(stores);
  const { seen, loop } = listening(workspace, 'crossed');
  const [older, younger, olderEnds, youngerEnds] = [gate(), gate(), gate(), gate()];
  const tell = (tx: Tx, n: number): Promise<void> => announce(tx, stores.clock, workspace, 'crossed', { n });
  const first = stores.pg.tx(workspace, async (tx) => { await run(tx, sql`select pg_current_xact_id()`); older.open(); await olderEnds.opened; await tell(tx, 2); });
  await older.opened;
  const second = stores.pg.tx(workspace, async (tx) => { await tell(tx, 1); younger.open(); await youngerEnds.opened; });
  await younger.opened;
  olderEnds.open();
  await first;
  await expect.poll(() => heard(loop, seen), { timeout: 60_000 }).toEqual([2]);
  youngerEnds.open();
  await second;
  await expect.poll(() => heard(loop, seen), { timeout: 60_000 }).toEqual([2, 1]);
});

test('after a bulk write Postgres knows the table’s rows again, and looks at nothing that has not grown', async () => {
  const workspace = await testWorkspace(stores);
  const rowsKnown = async (): Promise<number> => (await one(stores.pg.global, sql<{ rows: number }>`select reltuples::float8 as rows from pg_class where oid = 'fact'::regclass`)).rows;
  const facts = Array.from({ length: 4_000 }, (_, n) => ({ n }));
  await stores.pg.tx(workspace, (tx) => announceAll(tx, stores.clock, workspace, 'bulk', facts));
  expect(await rowsKnown()).toBeLessThan(4_000);
  await refreshStatistics(stores, workspace, []);
  expect(await rowsKnown()).toBeGreaterThanOrEqual(4_000);
  expect(await one(stores.pg.global, sql`select refresh_statistics() as analysed`)).toEqual({ analysed: 0 });
  await expect(run(stores.pg.global, sql`truncate fact`)).rejects.toThrow(/permission denied/);
});

test('R141: a changed audit line breaks the chain at its number', async () => {
  const workspace = await testWorkspace(stores);
  const caller = systemCaller(workspace);
  for (const target of ['a', 'b', 'c']) await stores.pg.tx(workspace, (tx) => audit(tx, stores.clock, caller, { action: 'export', target, detail: { count: 3 } }));
  expect(await stores.pg.tx(workspace, (tx) => brokenLink(tx, workspace))).toBeUndefined();
  await expect(stores.pg.tx(workspace, (tx) => run(tx, sql`update audit set target = 'x' where seq = 2`))).rejects.toThrow(/permission denied/);
});

test('sealed text opens only in its own place', async () => {
  const keys = await stores.keys.of(await testWorkspace(stores));
  const sealed = seal(keys, '13812345678', 'customer:1');
  expect(sealed.includes('13812345678')).toBe(false);
  expect(open(keys, sealed, 'customer:1')).toBe('13812345678');
  expect(() => open(keys, sealed, 'customer:2')).toThrow();
  expect(blindId(keys, 'phone', '1')).not.toBe(blindId(keys, 'email', '1'));
});

test('a blind index is the HMAC-SHA-256 of kind and value, whatever their length and script', async () => {
  const keys = await stores.keys.of(await testWorkspace(stores));
  for (const value of ['', '1', '长青'.repeat(3), 'x'.repeat(5000), '13800138000', '\ud800']) {
    const digest = createHmac('sha256', keys.index).update(`kind\0${value}`).digest();
    expect(blindIndex(keys, 'kind', value).equals(digest)).toBe(true);
    digest[6] = ((digest[6] as number) & 0x0f) | 0x80;
    digest[8] = ((digest[8] as number) & 0x3f) | 0x80;
    expect(blindId(keys, 'kind', value)).toBe(uuidOf(digest));
  }
});

test('a job enqueued inside a rolled-back transaction does not exist', async () => {
  const { enqueue } = await import('./jobs.ts');
  const workspace = await testWorkspace(stores);
  await expect(stores.pg.tx(workspace, async (tx) => { await enqueue(tx, workspace, 'x', {}); throw new Error('no'); })).rejects.toThrow('no');
  await stores.pg.tx(workspace, (tx) => enqueue(tx, workspace, 'y', { n: 1 }));
  const { rows } = await stores.pg.jobsPool.query<{ kind: string }>('select task_identifier as kind from graphile_worker.jobs');
  expect(rows.map((row) => row.kind)).toEqual(['y']);
  expect((await one(stores.pg.global, sql<{ n: number }>`select 1 as n`)).n).toBe(1);
});
