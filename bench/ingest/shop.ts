import { fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { buildApp } from '../../src/app.ts';
import { addSource, bodiesWait, newWriteKey } from '../../src/collect/index.ts';
import { type Caller, systemCaller } from '../../src/kernel/access/caller.ts';
import { createFirstOwner } from '../../src/kernel/access/index.ts';
import { readConfig } from '../../src/kernel/config.ts';
import { waitingReactions } from '../../src/kernel/facts.ts';
import { openFiles } from '../../src/kernel/files.ts';
import { openStores } from '../../src/kernel/open.ts';
import type { Stores } from '../../src/kernel/stores.ts';
import { loop } from '../../src/loop.ts';
import { startWorks, type Works } from '../../src/works.ts';
import type { Order, Outcome } from './sender.ts';

const log = pino({ level: 'error' });
/** The whole product on stores of its own, as `npm start` runs it, with work by itself that can be held back. */
export type Shop = { stores: Stores; caller: Caller; folder: string; url: string; key: string; work(): Promise<void>; rest(): Promise<void>; close(): Promise<void> };

export async function openShop(): Promise<Shop> {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-bench-'));
  const { stores, close } = await openStores(readConfig(['--data', folder], {}), openFiles(folder), { now: () => new Date() });
  const { workspaceId } = await createFirstOwner(stores, { email: 'bench@example.test', workspace: { name: 'Bench', timezone: 'Asia/Shanghai', currency: 'CNY', language: 'en' } });
  const caller = systemCaller(workspaceId);
  const { id } = await addSource(stores, caller, { key: 'shop', name: 'Shop', kind: 'behaviour', shop: '', channel: '', currency: '' });
  const { key } = await newWriteKey(stores, caller, id);
  let works: Works | undefined;
  const app = await buildApp(stores, { log, readiness: { ready: true }, onAppend: () => works?.wake() });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const rest = async (): Promise<void> => { await works?.stop(); works = undefined; };
  return {
    stores, caller, folder, url, key, rest,
    work: async () => { works ??= await startWorks(stores, { shared: false, leaseSeconds: 30, name: 'bench' }, log); },
    close: async () => {
      await rest();
      await app.close();
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Whether every body is projected and every fact answered. */
export const isAnswered = async ({ stores, caller }: Shop): Promise<boolean> => !(await stores.pg.tx(caller.workspaceId, (tx) => bodiesWait(tx, caller.workspaceId))) && (await waitingReactions(stores.pg, loop)).length === 0;

export async function answered(shop: Shop): Promise<void> {
  while (!(await isAnswered(shop))) await sleep(250);
}

/** Until the event store has put together what was written before: a stretch at an even pace is measured on a store at rest. */
export async function merged({ stores: { ch } }: Shop): Promise<void> {
  while ((await ch.rows<{ n: number }>('select count() as n from system.merges'))[0]?.n !== 0) await sleep(250);
}

/** A sender in a process of its own, on the same cores. */
export type Sender = { make(order: Omit<Order, 'url' | 'key'>): Promise<void>; send(): Promise<Outcome>; stop(): void };

export function openSender({ url, key }: Shop): Sender {
  const child = fork(join(import.meta.dirname, 'sender.ts'), { execArgv: ['--max-old-space-size=4096'] });
  const reply = <T>(): Promise<T> => new Promise((told, failed) => {
    child.once('message', (message) => { child.off('exit', failed); told(message as T); });
    child.once('exit', failed);
  });
  return {
    make: async (order) => { child.send({ make: { ...order, url, key } }); await reply(); },
    send: () => { child.send({ send: true }); return reply<Outcome>(); },
    stop: () => child.disconnect(),
  };
}
