import type { Logger } from 'pino';
import { type Holds, ours } from './lease.ts';
import type { Stores } from './stores.ts';

/** Work that repeats by the clock, whatever happened: each returns when it has nothing more to do. */
export type Ticks = Readonly<Record<string, (stores: Stores) => Promise<void>>>;

/** Does each, one after another, though another failed; what failed is thrown together at the end. So that what one workspace asks of us holds up no other. */
export async function eachApart<T>(all: readonly T[], work: (one: T) => Promise<unknown>): Promise<void> {
  const failed: unknown[] = [];
  for (const one of all) await work(one).catch((error: unknown) => failed.push(error));
  if (failed.length > 0) throw failed.length === 1 ? failed[0] : new AggregateError(failed, `${failed.length} of ${all.length} failed`);
}

const EVERY_MS = 60_000;
/** How often a process without the duty looks whether it has become its own. */
const LOOK_MS = 5_000;

/** Runs the ticks about once a minute in the one process whose duty it is, one after another; one that fails is logged and does not hold up the others. */
export function startTicks(stores: Stores, ticks: Ticks, log: Logger, holds: Holds = ours): { stop(): Promise<void> } {
  let stopping = false;
  let wake: () => void = () => undefined;
  const round = async (): Promise<void> => {
    for (const [name, tick] of Object.entries(ticks)) {
      if (!stopping) await tick(stores).catch((error: unknown) => log.error({ err: error, tick: name }, 'a tick failed; it will be tried again'));
    }
  };
  const work = async (): Promise<void> => {
    while (!stopping) {
      const mine = await holds('ticks').catch(() => false);
      if (mine) await round();
      if (!stopping) await new Promise<void>((woken) => {
        const timer = setTimeout(woken, mine ? EVERY_MS : LOOK_MS);
        wake = () => { clearTimeout(timer); woken(); };
      });
    }
  };
  const done = work();
  return { stop: async () => { stopping = true; wake(); await done; } };
}
