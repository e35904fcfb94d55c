import type { Logger } from 'pino';
import { drain, type Loop, type Pace } from './facts.ts';
import { type Holds, ours } from './lease.ts';
import type { Stores } from './stores.ts';

const IDLE_MS = 500;
/** After a short round what comes next is gathered for as long as it took: a few people cost the engine nearly what thousands do. A round this long had many to look at. */
const GATHER_MS = 1_000;
/** How long an unhurried reaction rests between its turns: nobody waits for it, and the more people it looks at together, the less each costs. */
const REST_MS = 8_000;

/** Lets each of some reactions take a turn at most every few seconds; the first after a rest at once. */
function resting(unhurried: ReadonlySet<string>): Pace {
  const last = new Map<string, number>();
  return {
    isUnhurried: (reaction) => unhurried.has(reaction),
    may: (reaction) => {
      const now = performance.now();
      if (now - (last.get(reaction) ?? -REST_MS) < REST_MS) return false;
      last.set(reaction, now);
      return true;
    },
  };
}

export type RunnerOptions = { holds?: Holds; unhurried?: ReadonlySet<string> };

/**
 * Runs the loop until stopped: wakes on NOTIFY, at the latest every half second, and only where the duty is ours, so that
 * one process reacts at a time. A failing reaction is logged and tried again; the others go on. `unhurried` ones are heard every few seconds.
 */
export function startRunner(stores: Stores, loop: Loop, log: Logger, { holds = ours, unhurried = new Set() }: RunnerOptions = {}): { stop(): Promise<void> } {
  const pace = resting(unhurried);
  let stopping = false;
  let wake: () => void = () => undefined, stopped: () => void = () => undefined;
  /** Ends early only when we are to stop. */
  const pause = (ms: number): Promise<void> => new Promise((over) => {
    const timer = setTimeout(over, ms);
    stopped = () => { clearTimeout(timer); over(); };
  });
  const work = async (): Promise<void> => {
    const client = await stores.pg.pool.connect();
    try {
      client.on('notification', () => wake());
      await client.query('listen facts');
      while (!stopping) {
        const begun = performance.now();
        if (await holds('reactions')) await drain(stores, loop, { patient: false, pace }).catch((error: unknown) => log.error({ err: error }, 'a reaction failed; it will be tried again'));
        const tookMs = performance.now() - begun;
        if (!stopping && tookMs < GATHER_MS) await pause(tookMs);
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
  return { stop: async () => { stopping = true; stopped(); wake(); await done; } };
}
