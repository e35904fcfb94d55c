import { setTimeout as sleep } from 'node:timers/promises';

const AGAIN_MS = 50;
const TRIES = 600;

/**
 * Repeats work while something still waits for it: rows written beside a transaction that is still open, of any database of
 * the server, are held back until it ends. Gives up after half a minute; what waits then is taken at the next turn.
 */
export async function whileHeldBack(work: () => Promise<void>, waits: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    await work();
    if (!(await waits())) return;
    await sleep(AGAIN_MS);
  }
}
