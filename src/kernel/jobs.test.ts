import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestStores, testStores, testWorkspace } from '../../test/support/stores.ts';
import { backlogOf } from './backlog.ts';
import { enqueue, type JobHandler, type JobOptions, startWorker } from './jobs.ts';

let stores: TestStores;
let workspaceId: string;
beforeAll(async () => {
  stores = await testStores(new Date().toISOString());
  workspaceId = await testWorkspace(stores);
});
afterAll(() => stores.close());

let begun: unknown[], done: unknown[];
beforeEach(async () => {
  [begun, done] = [[], []];
  await stores.pg.jobsPool.query('delete from graphile_worker._private_jobs');
});

const ask = (round: number, options?: JobOptions): Promise<void> => stores.pg.tx(workspaceId, (tx) => enqueue(tx, workspaceId, 'look', { round }, options));
const jobs = async () => {
  const { waiting, running, failed } = (await backlogOf(stores, {})).jobs;
  return { waiting, running, failed };
};
const rows = async (): Promise<number> => (await stores.pg.jobsPool.query('select from graphile_worker.jobs')).rowCount ?? 0;
const log = pino({ level: 'silent' });
const work = (handle: JobHandler) => startWorker(stores, { look: handle }, log);
const finishing: JobHandler = async (_stores, _workspace, { round }) => void done.push(round);
const throwing: JobHandler = async (_stores, _workspace, { round }) => {
  begun.push(round);
  throw new Error('cannot');
};
/** Works until its process stops, and gives up then. */
const endless: JobHandler = async (_stores, _workspace, { round }, stopping) => {
  begun.push(round);
  await new Promise((_, reject) => stopping.addEventListener('abort', () => reject(stopping.reason as Error)));
};

test('a job that gives up as its process stops, and was asked for anew meanwhile, has failed nobody: the one that was asked is done', async () => {
  const worker = await work(endless);
  await ask(1, { key: 'look' });
  await expect.poll(() => begun).toEqual([1]);
  await ask(2, { key: 'look', runAt: new Date(stores.clock.now().getTime() + 3_600_000) });
  await worker.stop();
  await expect.poll(jobs).toEqual({ waiting: 0, running: 0, failed: 0 });
  expect(await rows()).toBe(2);
  await ask(3, { key: 'look' });
  const next = await work(finishing);
  await expect.poll(() => done).toEqual([3]);
  await expect.poll(rows).toBe(0);
  await next.stop();
});

test('one that gives up and was not asked for anew is taken up again by the next process', async () => {
  const worker = await work(endless);
  await ask(1, { key: 'look' });
  await expect.poll(() => begun).toEqual([1]);
  await worker.stop();
  await expect.poll(jobs).toEqual({ waiting: 0, running: 0, failed: 0 });
  await stores.pg.jobsPool.query('select graphile_worker.reschedule_jobs(array(select id from graphile_worker.jobs), run_at => now())');
  const next = await work(finishing);
  await expect.poll(() => done).toEqual([1]);
  await next.stop();
});

test.each([['under a key', { key: 'look' }], ['without one', {}]] as const)('a job %s that failed the last time it is tried counts, and goes on counting after the next start', async (_, options) => {
  await ask(1, options);
  await stores.pg.jobsPool.query('select graphile_worker.reschedule_jobs(array(select id from graphile_worker.jobs), max_attempts => 1)');
  for (let starts = 1; starts <= 2; starts++) {
    const worker = await work(throwing);
    await expect.poll(async () => (await jobs()).failed).toBe(1);
    await worker.stop();
    await expect.poll(rows).toBe(1);
  }
  expect(begun).toEqual([1]);
});

test('what a killed process left of a job that was asked for anew is no failure either, once its lock is taken from it', async () => {
  const worker = await work(endless);
  await ask(1, { key: 'look' });
  await expect.poll(() => begun).toEqual([1]);
  await ask(2, { key: 'look', runAt: new Date(stores.clock.now().getTime() + 3_600_000) });
  await stores.pg.jobsPool.query('select graphile_worker.force_unlock_workers(array(select locked_by from graphile_worker.jobs where locked_by is not null))');
  expect(await jobs()).toEqual({ waiting: 0, running: 0, failed: 0 });
  await worker.stop();
  await (await work(finishing)).stop();
  expect(await rows()).toBe(1);
});

const away: JobHandler = async (_stores, _workspace, { round }) => {
  begun.push(round);
  throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
};
const soon = (handle: JobHandler) => startWorker(stores, { look: handle }, log, { againMs: 200 });
type Row = { attempts: number; waits: number };
const row = async (): Promise<Row | undefined> => (await stores.pg.jobsPool.query<Row>('select attempts, extract(epoch from run_at - now())::float8 as waits from graphile_worker.jobs where locked_at is null and last_error is not null')).rows[0];
/** As one that failed so many times before: the queue would let it wait e^8 seconds, 50 minutes, after the next. */
const lastTry = () => stores.pg.jobsPool.query('select graphile_worker.reschedule_jobs(array(select id from graphile_worker.jobs), attempts => 7)');

test('a job that a store was away for is tried again within moments and never gives up: with two workers, and with one that starts later', async () => {
  await ask(1);
  await lastTry();
  const [worker, beside] = [await soon(away), await soon(away)];
  await expect.poll(() => begun.length, { timeout: 15_000 }).toBeGreaterThanOrEqual(4);
  expect(new Set(begun)).toEqual(new Set([1]));
  await Promise.all([worker.stop(), beside.stop()]);
  // What a process leaves that ended before it brought it forward.
  await stores.pg.jobsPool.query("select graphile_worker.reschedule_jobs(array(select id from graphile_worker.jobs), run_at => now() + interval '50 minutes', attempts => 8)");
  const next = await soon(finishing);
  await expect.poll(() => done, { timeout: 5_000 }).toEqual([1]);
  await expect.poll(rows).toBe(0);
  await next.stop();
});

test('one that fails for reasons of its own keeps its attempts and waits as long as the queue says', async () => {
  await ask(1);
  await stores.pg.jobsPool.query('select graphile_worker.reschedule_jobs(array(select id from graphile_worker.jobs), attempts => 5)');
  const worker = await soon(throwing);
  await expect.poll(row).toMatchObject({ attempts: 6 });
  await new Promise((later) => setTimeout(later, 1_000));
  const { attempts, waits } = (await row()) as Row;
  expect(attempts).toBe(6);
  expect(waits).toBeGreaterThan(390);
  expect(begun).toEqual([1]);
  await worker.stop();
});

test('one that a store was away for, and that was asked for anew meanwhile, is not brought back beside the one that was asked', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((go) => { release = go; });
  const worker = await soon(async (...job) => { await held; await away(...job); });
  await ask(1, { key: 'look' });
  await expect.poll(async () => (await jobs()).running).toBe(1);
  await ask(2, { key: 'look', runAt: new Date(stores.clock.now().getTime() + 3_600_000) });
  release();
  await expect.poll(row).toBeDefined();
  await new Promise((later) => setTimeout(later, 1_500));
  expect(begun).toEqual([1]);
  await worker.stop();
});
