import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { accept, acceptedIn, agreeing, connect, letAll, provide, wish, wishAll, writePlainly } from '../../test/support/reach/world.ts';
import { testStores, type TestStores, testWorkspace } from '../../test/support/stores.ts';
import type { Outgoing } from './channels/channel.ts';
import { startDeliverer } from './index.ts';

const PEOPLE = 1_200;
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
