import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accept, acceptedIn, agreeing, connect, letAll, provide, publishedLetter, wish, wishAll } from '../../test/support/reach/world.ts';
import { writeResult } from '../../test/support/results.ts';
import { testStores, type TestStores, testWorkspace } from '../../test/support/stores.ts';
import { LEASE_SECONDS } from '../kernel/lease.ts';
import { many, sql } from '../kernel/sql.ts';
import { deliverDue } from './index.ts';
import { SENDING_MS } from './send.ts';

/** As `npm run test:long` runs it: the lease of every server, and a pause of two minutes. */
const LONG = process.env.PERENNIAL_LONG === '1';
const [PEOPLE, LEASE_S, PAUSE_MS] = LONG ? [10_000, LEASE_SECONDS, 120_000] : [600, 2, 6_000];
const WAIT_MS = LONG ? 300_000 : 100_000;

let stores: TestStores, ws: string, dir: string, file: string;
const children: ChildProcess[] = [];
beforeAll(async () => {
  stores = await testStores(new Date().toISOString());
  dir = mkdtempSync(join(tmpdir(), 'perennial-pause-'));
  ws = await testWorkspace(stores);
  file = join(dir, 'accepted.log');
  writeFileSync(file, '');
  await letAll(stores, ws);
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await stores.close();
  rmSync(dir, { recursive: true, force: true });
});

type Worker = { child: ChildProcess; heard: string[]; said(): string };
/** A process that delivers beside others; ready to when this returns. */
async function worker(manner: 'stops' | 'goes'): Promise<Worker> {
  const child = fork(resolve(import.meta.dirname, '../../test/support/reach/worker.ts'), [process.env.TEST_PG_SOCKET ?? '', stores.database, ws, manner, file, dir, String(LEASE_S)], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [] });
  const heard: string[] = [];
  let said = '';
  children.push(child);
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (some) => { said += String(some); });
  child.on('message', (word) => void heard.push(String(word)));
  const one = { child, heard, said: () => said };
  await until(`a worker that ${manner} is ready`, () => heard.includes('ready'), one);
  return one;
}

async function until(what: string, isSo: () => boolean | Promise<boolean>, { said }: Pick<Worker, 'said'>): Promise<void> {
  for (let waited = 0; !(await isSo()); waited += 50) {
    if (waited > WAIT_MS) throw new Error(`not in time: ${what}\n${said()}`);
    await sleep(50);
  }
}

/** Statements that a stopped process had sent still come to their end, a commit among them. */
const atWork = async (): Promise<boolean> => (await many(stores.pg.global, sql`
  select 1 from pg_stat_activity
   where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend' and state = 'active' and wait_event is distinct from 'ClientWrite'`)).length > 0;

type Row = { id: string; state: string; purpose: string; unknowns: number };
const rows = (): Promise<Row[]> => stores.pg.tx(ws, (tx) => many(tx, sql<Row>`select id, state, purpose, unknowns from message where workspace_id = ${ws}`));
const inState = async (state: string): Promise<Row[]> => (await rows()).filter((row) => row.state === state);

test('of two workers one is paused in the middle of what it sends: the other takes over the duty and all that had not left, the late write is refused, and what may have left is unknown', async () => {
  provide('email', 'file', async (messages) => messages.map((one) => accept(file, one)));
  await connect(stores, ws, 'email', 'file');
  const all = await agreeing(stores, ws, PEOPLE), template = { id: await publishedLetter(stores, ws), version: null };
  await wishAll(stores, ws, all.map((customer, i) => wish(stores, customer, { template, purpose: i % 3 === 0 ? 'transactional' : 'marketing' })));
  const paused = await worker('stops');
  await until('it stops', () => paused.heard.includes('stopping'), paused);
  const stoppedMs = performance.now();
  await until('all that it had said is done', async () => !(await atWork()), paused);
  const inHand = new Set((await inState('sending')).map(({ id }) => id));
  expect(inHand.size).toBeGreaterThan(0);
  const other = await worker('goes');
  // The duty and whatever was not on its way is the other's.
  await until('the other has the rest', async () => (await inState('accepted')).length + inHand.size >= PEOPLE, other);
  const takenOverMs = performance.now() - stoppedMs;
  await sleep(Math.max(0, PAUSE_MS - takenOverMs));
  const pausedMs = performance.now() - stoppedMs;
  paused.child.kill('SIGCONT');
  await until('its late write is refused', () => /late write is refused|was taken off|not queryable|terminating connection/.test(paused.said()), paused);
  // It handed over the rest of its batch, and could not say so: nothing of it is taken as sent.
  expect((await inState('sending')).filter(({ id }) => inHand.has(id)).length).toBe(inHand.size);
  for (const one of [paused, other]) one.child.kill('SIGKILL');
  stores.clock.set(new Date(Date.now() + SENDING_MS + 1_000).toISOString());
  await deliverDue(stores);
  const after = await rows(), times = new Map([...Map.groupBy(acceptedIn(file), (id) => id)].map(([id, own]) => [id, own.length])), byId = new Map(after.map((row) => [row.id, row]));
  const lost = after.filter(({ id, state }) => (state !== 'accepted' && state !== 'unknown') || (state === 'accepted' && !times.has(id))).map(({ id }) => id);
  const twice = [...times].filter(([, n]) => n > 1).map(([id]) => id), wrongly = twice.filter((id) => { const row = byId.get(id); return row?.purpose !== 'transactional' || row.unknowns === 0; });
  const doubtful = after.filter(({ unknowns }) => unknowns > 0), uncounted = [...inHand].filter((id) => byId.get(id)?.unknowns !== 1);
  expect({ lost, wrongly, uncounted }).toEqual({ lost: [], wrongly: [], uncounted: [] });
  expect(after.filter(({ state }) => state === 'unknown').every(({ purpose }) => purpose === 'marketing')).toBe(true);
  if (LONG) writeResult('pausedWorker.json', { green: true, people: PEOPLE, leaseSeconds: LEASE_S, pausedSeconds: Math.round(pausedMs / 100) / 10, restSentByTheOtherAfterSeconds: Math.round(takenOverMs / 100) / 10, inHand: inHand.size, unknown: doubtful.length, ordersSentTwice: twice.length, lateWritesTaken: 0, lost: lost.length });
}, LONG ? 1_800_000 : 240_000);
