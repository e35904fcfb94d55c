import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startMailServer } from '../../test/support/mail/server.ts';
import { accept, acceptedIn, agreeing, connect, letAll, provide, publishedLetter, wish, wishAll, writePlainly } from '../../test/support/reach/world.ts';
import { writeResult } from '../../test/support/results.ts';
import { testStores, type TestStores, testWorkspace } from '../../test/support/stores.ts';
import { allowedHosts, openEgress } from '../kernel/egress/index.ts';
import { many, sql } from '../kernel/sql.ts';
import { type Outgoing, registerProvider } from './channels/channel.ts';
import { smtpProvider } from './channels/email/provider.ts';
import { webhookProvider } from './channels/webhook/provider.ts';
import type { Outcome } from './core/message.ts';
import { decideSome } from './decide.ts';
import { deliverDue, startDeliverer } from './index.ts';
import { settleLost } from './queries/messages.ts';
import { SENDING_MS, sendSome } from './send.ts';

/** As `npm run test:long` runs it: ten thousand people, and every boundary more than once. */
const LONG = process.env.PERENNIAL_LONG === '1';
const [PEOPLE, ROUNDS, BATCH] = LONG ? [10_000, 5, 150] : [900, 1, 40];
const child = resolve(import.meta.dirname, '../../test/support/reach/child.ts');
const BOUNDARIES = ['decide-', 'decide+', 'take-', 'take+', 'intend-', 'intend+', 'hand', 'tell-', 'tell+'] as const;

let stores: TestStores, ws: string, dir: string, file: string;
beforeAll(async () => {
  stores = await testStores('2026-06-10T01:00:00Z');
  dir = mkdtempSync(join(tmpdir(), 'perennial-reach-'));
});
beforeEach(async () => {
  stores.clock.set('2026-06-10T01:00:00Z');
  ws = await testWorkspace(stores);
  file = join(dir, `${ws}.log`);
  writeFileSync(file, '');
  await letAll(stores, ws);
  writePlainly();
});
afterAll(async () => {
  await stores.close();
  rmSync(dir, { recursive: true, force: true });
});

type Row = { id: string; state: string; purpose: string; reason: string | null; unknowns: number };
const rows = (): Promise<Row[]> => stores.pg.tx(ws, (tx) => many(tx, sql<Row>`select id, state, purpose, reason, unknowns from message where workspace_id = ${ws}`));
const settle = (): Promise<unknown> => stores.pg.tx(ws, (tx) => settleLost(tx, ws, { now: stores.clock.now(), attemptsMax: 13 }));
const timesOf = (ids: readonly string[]): Map<string, number> => new Map([...Map.groupBy(ids, (id) => id)].map(([id, own]) => [id, own.length]));

/** A process that delivers, until it kills itself at a boundary or has nothing to do. Whether it was killed. */
async function deliverIn(account: string, at: string): Promise<boolean> {
  const run = spawn(process.execPath, [child, process.env.TEST_PG_SOCKET ?? '', stores.database, ws, account, at, stores.clock.now().toISOString(), file, join(dir, 'ch'), String(BATCH)], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  run.stderr.on('data', (some) => { said += String(some); });
  const [code, signal] = await new Promise<[number | null, string | null]>((ended) => run.once('exit', (...how) => ended(how)));
  if (signal !== 'SIGKILL' && code !== 0) throw new Error(said);
  return signal === 'SIGKILL';
}

test('killed at every boundary of claim, intent, sending and result: nobody is lost, none is accepted twice but what is about an order and was unknown', async () => {
  const beganMs = performance.now();
  provide('email', 'file', async () => []);
  const account = await connect(stores, ws, 'email', 'file'), all = await agreeing(stores, ws, PEOPLE), template = { id: await publishedLetter(stores, ws), version: null };
  await wishAll(stores, ws, all.map((customer, i) => wish(stores, customer, { template, purpose: i % 3 === 0 ? 'transactional' : 'marketing' })));
  const killed: string[] = [];
  for (let round = 0; round < ROUNDS; round++) for (const at of BOUNDARIES) {
    if (await deliverIn(account, at)) killed.push(at);
    stores.clock.advance(SENDING_MS + 1);
  }
  expect([...new Set(killed)]).toEqual([...BOUNDARIES]);
  expect(await deliverIn(account, 'none')).toBe(false);
  stores.clock.advance(SENDING_MS + 1);
  expect(await deliverIn(account, 'none')).toBe(false);
  const after = await rows(), accepted = timesOf(acceptedIn(file)), byId = new Map(after.map((row) => [row.id, row])), twice = [...accepted].filter(([, times]) => times > 1).flatMap(([id]) => byId.get(id) ?? []);
  const doubtful = after.filter(({ unknowns }) => unknowns > 0), unknown = after.filter(({ state }) => state === 'unknown');
  const promises = {
    'nobody is lost: every message was accepted or is unknown, and what the ledger calls accepted was': after.filter(({ id, state }) => (state === 'accepted' ? !accepted.has(id) : state !== 'unknown')),
    'I3: none is accepted twice but what is about an order and was unknown': twice.filter(({ purpose, unknowns }) => purpose !== 'transactional' || unknowns === 0),
    'I5: nothing is due and in nobody’s hands': after.filter(({ state }) => !['accepted', 'unknown'].includes(state)),
    'what may have left is counted: marketing stays unknown, an order is sent again': [...doubtful.filter(({ purpose, state }) => state !== (purpose === 'marketing' ? 'unknown' : 'accepted')), ...unknown.filter(({ purpose }) => purpose !== 'marketing')],
  };
  expect(Object.entries(promises).filter(([, broken]) => broken.length > 0)).toEqual([]);
  // Three boundaries leave a batch of which nobody can tell; each is counted, and nothing else is.
  expect(after.reduce((sum, { unknowns }) => sum + unknowns, 0)).toBe(3 * BATCH * ROUNDS);
  expect(after).toHaveLength(PEOPLE);
  if (LONG) writeResult('sendKills.json', {
    minutes: Math.round((performance.now() - beganMs) / 6_000) / 10, green: true, people: PEOPLE, kills: Object.fromEntries(timesOf(killed)), accepted: after.length - unknown.length, unknown: unknown.length, ordersSentTwice: twice.length,
    promises: Object.fromEntries(Object.entries(promises).map(([promise, broken]) => [promise, broken.map(({ id }) => id)])),
  });
}, LONG ? 3_600_000 : 240_000);

/** A provider that waits for a sign in the middle of its first batch. */
function gated(name: string): { reached: Promise<void>; open(): void; given: Outgoing[]; send(messages: readonly Outgoing[]): Promise<Outcome[]> } {
  let reach: () => void = () => undefined, open: () => void = () => undefined, first = true;
  const reached = new Promise<void>((done) => { reach = done; }), gate = new Promise<void>((done) => { open = done; }), given: Outgoing[] = [];
  const send = async (messages: readonly Outgoing[]): Promise<Outcome[]> => {
    const waits = first;
    first = false;
    if (waits) { reach(); await gate; }
    given.push(...messages);
    return messages.map((one) => accept(file, one));
  };
  provide('email', name, send);
  return { reached, open: () => open(), given, send };
}
const senderOf = (send: (messages: readonly Outgoing[]) => Promise<Outcome[]>) => ({ send, close: async () => undefined });

test('of two workers one is paused while it sends: the other takes over, and the late result is refused', async () => {
  const { reached, open, given, send } = gated('slow'), account = await connect(stores, ws, 'email', 'slow'), all = await agreeing(stores, ws, 40);
  await wishAll(stores, ws, all.map((customer, i) => wish(stores, customer, { purpose: i % 2 === 0 ? 'transactional' : 'marketing' })));
  await decideSome(stores, ws);
  const paused = sendSome(stores, ws, { sender: senderOf(send), accountId: account, most: 20 });
  await reached;
  // Both work; what the first has in hand is not the second's.
  await sendSome(stores, ws, { sender: senderOf(send), accountId: account, most: 100 });
  expect(given).toHaveLength(20);
  stores.clock.advance(SENDING_MS + 1);
  await settle();
  const doubtful = (await rows()).filter(({ unknowns }) => unknowns > 0);
  expect(doubtful).toHaveLength(20);
  await decideSome(stores, ws);
  await sendSome(stores, ws, { sender: senderOf(send), accountId: account, most: 100 });
  open();
  await paused;
  const after = new Map((await rows()).map((row) => [row.id, row])), orders = doubtful.filter(({ purpose }) => purpose === 'transactional').length;
  expect(doubtful.map(({ id, purpose }) => [purpose, after.get(id)?.state]).filter(([purpose, state]) => state !== (purpose === 'marketing' ? 'unknown' : 'accepted'))).toEqual([]);
  const times = [...timesOf(given.map(({ id }) => id)).entries()];
  expect([times.filter(([, n]) => n > 1).length, given.length]).toEqual([orders, 40 + orders]);
});

test('one that is paused before it says that messages leave finds them taken, and sends none of them', async () => {
  const given: string[] = [], send = async (messages: readonly Outgoing[]): Promise<Outcome[]> => messages.map((one) => { given.push(one.id); return accept(file, one); });
  provide('email', 'quick', send);
  const account = await connect(stores, ws, 'email', 'quick'), [who = ''] = await agreeing(stores, ws, 1), one = wish(stores, who);
  await wishAll(stores, ws, [one]);
  await decideSome(stores, ws);
  let first = true;
  writePlainly(async () => {
    if (!first) return;
    first = false;
    expect(await sendSome(stores, ws, { sender: senderOf(send), accountId: account, most: 10 })).toMatchObject({ offered: 1 });
  });
  expect(await sendSome(stores, ws, { sender: senderOf(send), accountId: account, most: 10 })).toMatchObject({ taken: 1, offered: 0 });
  expect(given).toEqual([one.id]);
});

test('a provider that hangs or cannot be reached delays no other, and two deliverers at once send nothing twice', async () => {
  const texts: string[] = [];
  let tried = 0, letGo: () => void = () => undefined;
  const hung = new Promise<void>((done) => { letGo = done; });
  provide('email', 'hung', async (messages) => { await hung; return messages.map((one) => accept(file, one)); });
  provide('sms', 'well', async (messages) => messages.map((one) => { texts.push(one.id); return accept(file, one); }));
  await connect(stores, ws, 'email', 'hung');
  await connect(stores, ws, 'sms', 'well');
  const other = await testWorkspace(stores);
  await letAll(stores, other);
  provide('email', 'down', async () => { tried++; throw new Error('connect ECONNREFUSED'); });
  await connect(stores, other, 'email', 'down');
  const [all, theirs] = [await agreeing(stores, ws, 300), await agreeing(stores, other, 20)];
  await wishAll(stores, ws, all.flatMap((customer) => [wish(stores, customer), wish(stores, customer, { channel: 'sms' })]));
  await wishAll(stores, other, theirs.map((customer) => wish(stores, customer)));
  const log = pino({ level: 'silent' }), both = [startDeliverer(stores, log), startDeliverer(stores, log)];
  while (texts.length < 300 || tried === 0) await sleep(50);
  expect(new Set(texts).size).toBe(300);
  letGo();
  while (acceptedIn(file).length < 600) await sleep(50);
  await Promise.all(both.map((one) => one.stop()));
  await deliverDue(stores);
  expect([...timesOf(acceptedIn(file)).values()].filter((times) => times !== 1)).toEqual([]);
  expect(acceptedIn(file)).toHaveLength(600);
  const waiting = await stores.pg.tx(other, (tx) => many(tx, sql<{ state: string; reason: string }>`select distinct state, reason from message where workspace_id = ${other}`));
  expect(waiting).toEqual([{ state: 'deferred', reason: 'provider_unreachable' }]);
}, 180_000);

/** A machine that lets everybody connect and never says a word; `end` hangs up on all of them. */
async function blackHole(): Promise<{ port: number; end(): void }> {
  const sockets: Socket[] = [], server = createServer((socket) => void sockets.push(socket.on('error', () => undefined)));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return { port: (server.address() as AddressInfo).port, end: () => { for (const one of sockets) one.destroy(); server.close(); } };
}

test('one bad endpoint delays no other: with four mail servers and four webhooks that hang, letters over a good one take as long as without', async () => {
  const mail = await startMailServer({ security: 'none' }), hole = await blackHole(), secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
  stores.egress = openEgress(allowedHosts(`127.0.0.1:${mail.port},127.0.0.1:${hole.port}`));
  registerProvider(smtpProvider);
  registerProvider(webhookProvider);
  const settings = (port: number) => ({ host: '127.0.0.1', port, security: 'none', from: { name: 'Shop', address: 'shop@brand.example' } });
  const [who = ''] = await agreeing(stores, ws, 1);
  await connect(stores, ws, 'email', 'smtp', settings(mail.port));
  const deliverer = startDeliverer(stores, pino({ level: 'silent' })), waits: number[][] = [];
  const measure = async (times: number): Promise<number[]> => {
    const took: number[] = [];
    for (let n = 0; n < times; n++) {
      const before = await mail.count(), beganMs = performance.now();
      await wishAll(stores, ws, [wish(stores, who, { purpose: 'transactional' })]);
      for (let waited = 0; (await mail.count()) === before; waited += 5) {
        if (waited > 20_000) throw new Error('a letter over the good server did not arrive');
        await sleep(5);
      }
      took.push(performance.now() - beganMs);
    }
    return took.sort((a, b) => a - b);
  };
  await measure(1);
  waits.push(await measure(7));
  for (let n = 0; n < 4; n++) {
    const other = await testWorkspace(stores), [them = ''] = await agreeing(stores, other, 1);
    await letAll(stores, other);
    await connect(stores, other, 'email', 'smtp', settings(hole.port));
    await connect(stores, other, 'webhook', 'standard', { url: `http://127.0.0.1:${hole.port}/`, secret });
    await wishAll(stores, other, [wish(stores, them, { purpose: 'transactional' }), wish(stores, them, { purpose: 'transactional', channel: 'webhook' })]);
  }
  await sleep(500);
  waits.push(await measure(7));
  hole.end();
  await deliverer.stop();
  await mail.stop();
  const [alone = [], beside = []] = waits, p95 = (of: readonly number[]): number => of[Math.ceil(of.length * 0.95) - 1] ?? Number.NaN;
  expect(p95(beside), `alone ${alone.map(Math.round).join()}, beside ${beside.map(Math.round).join()}`).toBeLessThan(2 * p95(alone) + 500);
}, 120_000);
