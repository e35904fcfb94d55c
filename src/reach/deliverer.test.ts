import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { accept, acceptedIn, agreeing, connect, letAll, provide, wish, wishAll, writePlainly } from '../../test/support/reach/world.ts';
import { testStores, type TestStores, testWorkspace } from '../../test/support/stores.ts';
import type { Outgoing } from './channels/channel.ts';
import { many, run, sql } from '../kernel/sql.ts';
import { startDeliverer } from './index.ts';

const PEOPLE = 1_200;
/** Every line of the ledger read once is twice as many. */
const BLOCKS_MAX = 50;
type Looked = { 'QUERY PLAN': { Plan: Record<'Actual Rows' | 'Shared Hit Blocks' | 'Shared Read Blocks', number> }[] };
let stores: TestStores, ws: string, dir: string, file: string;
beforeAll(async () => {
  stores = await testStores('2026-06-10T01:00:00Z');
  dir = mkdtempSync(join(tmpdir(), 'perennial-rounds-'));
  writePlainly();
});
beforeEach(async () => {
  ws = await testWorkspace(stores);
  file = join(dir, ws);
  await letAll(stores, ws);
});
afterAll(async () => {
  await stores.close();
  rmSync(dir, { recursive: true, force: true });
});

/** A provider that takes its time over each batch, and what it has in hand. */
function slow(name: string, time: () => Promise<unknown>): { now: number; most: number; given: number } {
  const hand = { now: 0, most: 0, given: 0 };
  provide('email', name, async (messages: readonly Outgoing[]) => {
    hand.given += messages.length;
    hand.most = Math.max(hand.most, ++hand.now);
    await time();
    hand.now--;
    return messages.map((one) => accept(file, one));
  });
  return hand;
}
async function propose(people: number): Promise<void> {
  const all = await agreeing(stores, ws, people);
  await wishAll(stores, ws, all.map((customer) => wish(stores, customer)));
}

test('while letters of one round are on their way others are taken and handed over, and each goes once', async () => {
  const hand = slow('steady', () => sleep(300));
  await connect(stores, ws, 'email', 'steady');
  await propose(PEOPLE);
  const deliverer = startDeliverer(stores, pino({ level: 'silent' }));
  while (hand.given < PEOPLE || hand.now > 0) await sleep(20);
  await deliverer.stop();
  expect([acceptedIn(file).length, new Set(acceptedIn(file)).size]).toEqual([PEOPLE, PEOPLE]);
  expect(hand.most).toBe(2);
});

test('texts of what comes next are written while the letters before are on their way', async () => {
  let onWay = 0, writtenMeanwhile = 0;
  provide('email', 'long', async (messages: readonly Outgoing[]) => {
    onWay++;
    await sleep(400);
    onWay--;
    return messages.map((one) => accept(file, one));
  });
  writePlainly(() => { if (onWay > 0) writtenMeanwhile++; });
  await connect(stores, ws, 'email', 'long');
  await propose(200);
  const deliverer = startDeliverer(stores, pino({ level: 'silent' }));
  while (!existsSync(file) || acceptedIn(file).length < 200) await sleep(20);
  await deliverer.stop();
  writePlainly();
  expect(new Set(acceptedIn(file)).size).toBe(200);
  expect(writtenMeanwhile).toBeGreaterThan(1);
});

test('what is due is found by a step down an index, however long the ledger', async () => {
  await connect(stores, ws, 'email', 'none');
  await propose(PEOPLE);
  await stores.pg.tx(ws, (tx) => run(tx, sql`update message set account_id = (select id from channel_account where workspace_id = ${ws}) where workspace_id = ${ws}`));
  await run(stores.pg.global, sql`select refresh_statistics()`);
  const look = (): Promise<Looked[]> => many(stores.pg.global, sql<Looked>`explain (analyze, buffers, format json) select * from messages_due(${stores.clock.now()})`);
  // The first look reads what Postgres knows of the tables as well.
  const told = [await look(), await look()].at(-1), { 'Actual Rows': rows = 0, 'Shared Hit Blocks': hit = 0, 'Shared Read Blocks': read = 0 } = told?.[0]?.['QUERY PLAN'][0]?.Plan ?? {};
  expect(rows).toBeGreaterThan(0);
  expect(hit + read).toBeLessThan(BLOCKS_MAX);
});

test('a provider that has not answered yet is given one round, however much waits for it', async () => {
  let answer: () => void = () => undefined;
  const silence = new Promise<void>((done) => { answer = done; }), hand = slow('silent', () => silence);
  await connect(stores, ws, 'email', 'silent');
  await propose(200);
  const deliverer = startDeliverer(stores, pino({ level: 'silent' }));
  while (hand.now === 0) await sleep(20);
  await sleep(1_000);
  const before = [hand.now, hand.given];
  answer();
  await deliverer.stop();
  expect(before).toEqual([1, 50]);
});
