import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { isStoreFault } from './storeFault.ts';

const AGAIN_MS = 1_000;
/** What the queue tries again by itself: its list holds serialization failures, not broken lines. */
const TRIED_AGAIN = '40001';

/** The same object with a few of its methods in another form. */
const changed = <T extends object>(whole: T, methods: Partial<Record<keyof T, unknown>>): T => new Proxy(whole, {
  get: (target, key) => {
    if (Object.hasOwn(methods, key)) return methods[key as keyof T];
    const value = Reflect.get(target, key) as unknown;
    return typeof value === 'function' ? value.bind(target) : value;
  },
});

async function triedAgain<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    throw isStoreFault(error) ? Object.assign(new Error('the store of the queue is away', { cause: error }), { code: TRIED_AGAIN }) : error;
  });
}

/**
 * A pool for the queue, whose workers say "this job is done" without waiting for an answer: a fault there would end the process. A
 * connection is waited for until there is one, and a line that breaks under a statement is told as what the queue tries again.
 */
export function patientPool(pool: pg.Pool): pg.Pool {
  const patient = (client: pg.PoolClient): pg.PoolClient => changed(client, { query: (text: string, values?: unknown[]) => triedAgain(client.query(text, values)) });
  const connect = async (): Promise<pg.PoolClient> => {
    for (;;) {
      try {
        return patient(await pool.connect());
      } catch {
        // After its end nobody waits for an answer any more.
        if (pool.ended) return new Promise<never>(() => undefined);
        await sleep(AGAIN_MS, undefined, { ref: false });
      }
    }
  };
  return changed(pool, { connect: (heard?: Parameters<pg.Pool['connect']>[0]) => (heard ? pool.connect(heard) : connect()) });
}
