import type { Logger } from 'pino';
import type { Stores } from '../../kernel/stores.ts';
import { dropProjected, waitingWorkspaces } from '../queries/ingest.ts';
import { flush } from './flush.ts';

/** Held by the one process that projects; the number is arbitrary but fixed. */
const FLUSHER_LOCK = 4_600_002;
const IDLE_MS = 250;
const KEEP_BODIES_MS = 7 * 86_400_000;

/** Projects everything that waits in every workspace; tests call it, the flusher repeats it and need not wait for what is held back. */
export async function flushAll(stores: Stores, { patient = true } = {}): Promise<void> {
  for (const workspaceId of await waitingWorkspaces(stores.pg.global)) {
    await flush(stores, workspaceId, { patient });
    const before = new Date(stores.clock.now().getTime() - KEEP_BODIES_MS);
    await stores.pg.tx(workspaceId, (tx) => dropProjected(tx, workspaceId, before));
  }
}

/** Projects until stopped, in one process at a time: an advisory lock goes with its connection, so a dead process frees it at once. */
export function startFlusher(stores: Stores, log: Logger): { stop(): Promise<void>; wake(): void } {
  let stopping = false;
  let woken: () => void = () => undefined;
  const pause = (): Promise<void> => new Promise((go) => {
    const timer = setTimeout(go, IDLE_MS);
    woken = () => { clearTimeout(timer); go(); };
  });
  const work = async (): Promise<void> => {
    const client = await stores.pg.pool.connect();
    try {
      while (!stopping) {
        const { rows } = await client.query<{ mine: boolean }>('select pg_try_advisory_lock($1) as mine', [FLUSHER_LOCK]);
        if (rows[0]?.mine) await flushAll(stores, { patient: false }).catch((error: unknown) => log.error({ err: error }, 'events could not be projected; they stay in the log and are tried again'));
        if (rows[0]?.mine) await client.query('select pg_advisory_unlock($1)', [FLUSHER_LOCK]);
        if (!stopping) await pause();
      }
    } finally {
      client.release(true);
    }
  };
  const supervise = async (): Promise<void> => {
    while (!stopping) {
      await work().catch((error: unknown) => log.error({ err: error }, 'the flusher lost its connection'));
      if (!stopping) await pause();
    }
  };
  const done = supervise();
  return { wake: () => woken(), stop: async () => { stopping = true; woken(); await done; } };
}
