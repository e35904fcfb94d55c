import type { Logger } from 'pino';
import { type Holds, ours } from '../../kernel/lease.ts';
import type { Stores } from '../../kernel/stores.ts';
import type { Ticks } from '../../kernel/tick.ts';
import { deliverSome } from './deliver.ts';
import { KEEP_MS } from './schedule.ts';
import { dropMessages, dueWebhooks, webhookWorkspaces } from './store.ts';

const IDLE_MS = 500;
/** Addresses served at once, each by itself. */
const ROUNDS_MAX = 64;

/** Everything that is due goes out before this ends; tests call it. */
export async function deliverDue(stores: Stores): Promise<void> {
  for (let due = await dueWebhooks(stores.pg.global, stores.clock.now()); due.length > 0; due = await dueWebhooks(stores.pg.global, stores.clock.now())) {
    const sent = await Promise.all(due.map(({ workspaceId, id }) => deliverSome(stores, workspaceId, id)));
    if (!sent.includes(true)) return;
  }
}

/**
 * Goes round until stopped, where the duty is ours: every address has a round of its own, so that one that is slow or silent delays nobody,
 * and none takes the place of imports and models in the queue. What it was about to send when it died is sent a minute later, under the same id.
 */
export function startPostman(stores: Stores, log: Logger, holds: Holds = ours): { stop(): Promise<void> } {
  let stopping = false;
  let wake: () => void = () => undefined;
  const rounds = new Map<string, Promise<void>>();
  const serve = async (workspaceId: string, id: string): Promise<void> => {
    try {
      while (!stopping && (await holds('webhooks')) && (await deliverSome(stores, workspaceId, id)));
    } catch (error) {
      log.error({ err: error }, 'a webhook could not be served; it will be tried again');
    } finally {
      rounds.delete(id);
    }
  };
  const round = async (): Promise<void> => {
    if (!(await holds('webhooks'))) return;
    for (const { workspaceId, id } of await dueWebhooks(stores.pg.global, stores.clock.now())) {
      if (!rounds.has(id) && rounds.size < ROUNDS_MAX) rounds.set(id, serve(workspaceId, id));
    }
  };
  const work = async (): Promise<void> => {
    while (!stopping) {
      await round().catch((error: unknown) => log.error({ err: error }, 'webhooks that are due could not be found; looked for again'));
      if (!stopping) await new Promise<void>((next) => {
        const timer = setTimeout(next, IDLE_MS);
        wake = () => { clearTimeout(timer); next(); };
      });
    }
    await Promise.all(rounds.values());
  };
  const done = work();
  return { stop: async () => { stopping = true; wake(); await done; } };
}

/** What was told long ago is forgotten. */
export const webhookTick: Ticks = {
  'product.webhooks': async (stores) => {
    const before = new Date(stores.clock.now().getTime() - KEEP_MS);
    for (const workspaceId of await webhookWorkspaces(stores.pg.global)) await stores.pg.tx(workspaceId, (tx) => dropMessages(tx, workspaceId, before));
  },
};
