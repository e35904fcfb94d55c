import type { Logger } from 'pino';
import { type Loop, drain } from './facts.ts';
import { type Holds, ours } from './lease.ts';
import type { Stores } from './stores.ts';

const IDLE_MS = 500;

/**
 * Runs the loop until stopped: wakes on NOTIFY, at the latest every half second, and only where the duty is ours, so that
 * one process reacts at a time. A failing reaction is logged and tried again; the others go on at the next turn.
 */
export function startRunner(stores: Stores, loop: Loop, log: Logger, holds: Holds = ours): { stop(): Promise<void> } {
  let stopping = false;
  let wake: () => void = () => undefined;
  const work = async (): Promise<void> => {
    const client = await stores.pg.pool.connect();
    try {
      client.on('notification', () => wake());
      await client.query('listen facts');
      while (!stopping) {
        if (await holds('reactions')) await drain(stores, loop, { patient: false }).catch((error: unknown) => log.error({ err: error }, 'a reaction failed; it will be tried again'));
        if (!stopping) await new Promise<void>((woken) => {
          const timer = setTimeout(woken, IDLE_MS);
          wake = () => { clearTimeout(timer); woken(); };
        });
      }
    } finally {
      client.release(true);
    }
  };
  const supervise = async (): Promise<void> => {
    while (!stopping) {
      await work().catch((error: unknown) => log.error({ err: error }, 'the runner lost its connection'));
      if (!stopping) await new Promise((again) => setTimeout(again, 1_000));
    }
  };
  const done = supervise();
  return { stop: async () => { stopping = true; wake(); await done; } };
}
