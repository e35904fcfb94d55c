import type { Logger } from 'pino';
import { type Loop, drain } from './facts.ts';
import type { Stores } from './stores.ts';

/** Held by the one process that runs reactions; the number is arbitrary but fixed. */
const RUNNER_LOCK = 4_600_001;
const IDLE_MS = 500;

/**
 * Runs the loop until stopped: wakes on NOTIFY, at the latest every half second, and holds an advisory lock so that
 * only one process reacts at a time. A failing reaction is logged and tried again; the others go on at the next turn.
 */
export function startRunner(stores: Stores, loop: Loop, log: Logger): { stop(): Promise<void> } {
  let stopping = false;
  let wake: () => void = () => undefined;
  const work = async (): Promise<void> => {
    const client = await stores.pg.pool.connect();
    try {
      client.on('notification', () => wake());
      await client.query('listen facts');
      while (!stopping) {
        const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [RUNNER_LOCK]);
        if (rows[0]?.mine) await drain(stores, loop, { patient: false }).catch((error: unknown) => log.error({ err: error }, 'a reaction failed; it will be tried again'));
        if (rows[0]?.mine) await client.query('select pg_advisory_unlock($1)', [RUNNER_LOCK]);
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
