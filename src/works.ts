import type { Logger } from 'pino';
import { jobHandlers, ticks } from './app.ts';
import { startWalking } from './engage/index.ts';
import { startFlusher } from './collect/index.ts';
import { startWorker } from './kernel/jobs.ts';
import { enlist, type Standing, standAlone } from './kernel/lease.ts';
import { startRunner } from './kernel/runner.ts';
import type { Stores } from './kernel/stores.ts';
import { startTicks } from './kernel/tick.ts';
import { loop, unhurried } from './loop.ts';
import { startPostman } from './product/webhooks/postman.ts';
import { startDeliverer } from './reach/index.ts';

type Begun = { wake(): void; stop(): Promise<void> };
export type Works = Begun;

/** `shared`: other processes may work on the same stores; `leaseSeconds`: how long one may be silent before others take over; `name`: what people know it by. */
export type WorksOptions = { shared: boolean; leaseSeconds: number; name: string };

/** Everything a working process does by itself: events projected, facts answered, jobs done, webhooks and messages sent, the clock heeded. */
async function begin({ stores, holds, named }: Standing, log: Logger): Promise<Begun> {
  const flusher = startFlusher(stores, log, holds);
  const runner = startRunner(stores, loop, log, { holds, unhurried });
  const worker = await startWorker(stores, jobHandlers, log, { named });
  const clockwork = startTicks(stores, ticks, log, holds);
  const postman = startPostman(stores, log, holds);
  const deliverer = startDeliverer(stores, log, holds);
  const walking = startWalking(stores, log, holds);
  return { wake: flusher.wake, stop: async () => void (await Promise.all([clockwork.stop(), postman.stop(), deliverer.stop(), walking.stop(), worker.stop(), runner.stop(), flusher.stop()])) };
}

/** Works until stopped. A process that others took off, because it was silent too long, lets go of what it had begun and enlists anew. */
export async function startWorks(stores: Stores, { shared, ...how }: WorksOptions, log: Logger): Promise<Works> {
  const stand = (): Promise<Standing> => (shared ? enlist(stores, log, how) : standAlone(stores));
  let stopping = false, standing = await stand(), begun = await begin(standing, log);
  const again = async (): Promise<void> => {
    log.warn('this process was silent too long: others have taken over its work; it begins anew');
    await Promise.all([begun.stop(), standing.leave()]);
    if (stopping) return;
    standing = await stand();
    begun = await begin(standing, log);
    watch();
  };
  let changing: Promise<void> = Promise.resolve();
  const watch = (): void => void standing.lost.then(() => {
    if (!stopping) changing = again().catch((error: unknown) => log.error({ err: error }, 'work could not begin anew'));
  });
  watch();
  return {
    wake: () => begun.wake(),
    stop: async () => {
      stopping = true;
      await changing;
      await begun.stop();
      await standing.leave();
    },
  };
}
