import type { WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { configIn } from './accounts.ts';
import { providerOf, type Sender } from './channels/channel.ts';
import { accountById } from './queries/accounts.ts';

/** One that nobody used for so long is closed; the sessions behind it have ended before. */
const KEPT_MS = 300_000;

const NOBODY: Sender = { send: () => Promise.reject(new Error('a paused connection')), close: () => Promise.resolve() };

type Kept = { sender: Sender; sealed: Buffer; usedMs: number };
export type Opened = { sender: Sender; perSecond: number | null };

/** Open connections to providers, kept from one round to the next: greeting, TLS and login take longer than a letter. One round at a time uses each. */
export type Senders = { of(stores: Stores, workspaceId: WorkspaceId, accountId: string): Promise<Opened | undefined>; close(): Promise<void> };

/** Connections that are opened when first asked for, anew where their settings have changed, and end with `close`. */
export function keepSenders(): Senders {
  const kept = new Map<string, Kept>();
  const drop = async (id: string): Promise<void> => {
    const one = kept.get(id);
    kept.delete(id);
    await one?.sender.close();
  };
  const sweep = async (but: string): Promise<void> => {
    const before = performance.now() - KEPT_MS;
    for (const [id, { usedMs }] of kept) if (id !== but && usedMs < before) await drop(id);
  };
  return {
    of: async (stores, workspaceId, accountId) => {
      await sweep(accountId);
      const [keys, account] = [await stores.keys.of(workspaceId), await stores.pg.tx(workspaceId, (tx) => accountById(tx, workspaceId, accountId))];
      const provider = account && providerOf(account.channel, account.provider);
      if (!account || !provider) return void (await drop(accountId));
      // One that is paused or cannot be opened still decides what waits for it: nothing is handed over.
      if (account.state === 'paused') return { sender: NOBODY, perSecond: null };
      const known = kept.get(accountId);
      if (known?.sealed.equals(account.sealed)) {
        known.usedMs = performance.now();
        return { sender: known.sender, perSecond: account.perSecond };
      }
      await drop(accountId);
      const sender = await provider.open(stores, workspaceId, provider.config.parse(configIn(keys, account)));
      kept.set(accountId, { sender, sealed: account.sealed, usedMs: performance.now() });
      return { sender, perSecond: account.perSecond };
    },
    close: async () => { for (const id of [...kept.keys()]) await drop(id); },
  };
}
