import type { Logger } from 'pino';
import { drain, type Loop, type Pace } from './facts.ts';
import { type Holds, ours } from './lease.ts';
import { alarm, hearNews } from './news.ts';
import type { Stores } from './stores.ts';

const IDLE_MS = 500;
/** After a round what comes next is gathered for as long as it took, at most so long: a few people cost the engine nearly what thousands do. What is gathered of events are their batches; whoever waits for them does not wait twice. */
const GATHER_MS = 100;
/** How long an unhurried reaction rests between its turns: nobody waits for it, and the more people it looks at together, the less each costs. */
const REST_MS = 8_000;
/** While those that are waited for have work, its last turn was to be at most a tenth of the time until its next one, which comes after a minute's rest at the latest: it leaves them most of the machine. */
const TURN_SHARE = 0.1, REST_MS_MAX = 60_000;
/** Once they have had none for so long, it takes a quarter of the time: what has come is all there is, and gathers no more. */
const QUIET_MS = 2_000, QUIET_SHARE = 0.25;

/** Some of the loop's reactions, which take turns one after another, and the duty they are. */
type Lane = { duty: string; loop: Loop; pace: Pace };

const some = (loop: Loop, isOne: (reaction: string) => boolean): Loop =>
  Object.fromEntries(Object.entries(loop).map(([kind, reactions]) => [kind, Object.fromEntries(Object.entries(reactions).filter(([reaction]) => isOne(reaction)))]));

/** The pace of reactions that rest between their turns; the first after a rest at once. `isBusy`: whether those that are waited for have work. */
export function resting(restMs: number, isBusy: () => boolean): Pace {
  const turns = new Map<string, { begunMs: number; tookMs: number }>();
  /** From the beginning of a turn to that of the next. */
  const pauseOf = (tookMs: number): number => (isBusy() ? Math.max(restMs, Math.min(tookMs + REST_MS_MAX, tookMs / TURN_SHARE)) : Math.min(restMs, tookMs / QUIET_SHARE));
  return {
    may: (reaction) => {
      const begunMs = performance.now(), last = turns.get(reaction);
      if (last && begunMs - last.begunMs < pauseOf(last.tookMs)) return false;
      turns.set(reaction, { begunMs, tookMs: 0 });
      return true;
    },
    worked: (reaction, tookMs) => { const turn = turns.get(reaction); if (turn) turn.tookMs = tookMs; },
  };
}

/** Nobody who waits by the second waits for a reaction that has time: those go beside. */
function lanesOf(loop: Loop, unhurried: ReadonlySet<string>, restMs: number): Lane[] {
  let workedMs = -QUIET_MS;
  const hurried: Pace = { may: () => true, worked: () => { workedMs = performance.now(); } };
  return [
    { duty: 'reactions', loop: some(loop, (reaction) => !unhurried.has(reaction)), pace: hurried },
    ...(unhurried.size > 0 ? [{ duty: 'unhurried', loop: some(loop, (reaction) => unhurried.has(reaction)), pace: resting(restMs, () => performance.now() - workedMs < QUIET_MS) }] : []),
  ];
}

type Runner = { stop(): Promise<void> };
export type RunnerOptions = { holds?: Holds; unhurried?: ReadonlySet<string>; restMs?: number };

function startLane(stores: Stores, { duty, loop, pace }: Lane, log: Logger, holds: Holds): Runner {
  const { wake, rest } = alarm(), deaf = hearNews(stores.pg.pool, 'facts', wake);
  let stopping = false, stopped: () => void = () => undefined;
  /** Ends early only when we are to stop. */
  const pause = (ms: number): Promise<void> => new Promise((over) => {
    const timer = setTimeout(over, ms);
    stopped = () => { clearTimeout(timer); over(); };
  });
  const turn = async (): Promise<void> => {
    if (await holds(duty)) await drain(stores, loop, { patient: false, ...pace });
  };
  const work = async (): Promise<void> => {
    while (!stopping) {
      const begun = performance.now();
      await turn().catch((error: unknown) => log.error({ err: error }, 'a reaction failed; it will be tried again'));
      const tookMs = performance.now() - begun;
      if (!stopping) await pause(Math.min(tookMs, GATHER_MS));
      if (!stopping) await rest(IDLE_MS);
    }
  };
  const done = work();
  return { stop: async () => { stopping = true; stopped(); wake(); await Promise.all([done, deaf()]); } };
}

/**
 * Runs the loop until stopped: wakes on NOTIFY, at the latest every half second, and only where the duty is ours, so that
 * one process reacts at a time. A failing reaction is logged and tried again; the others go on. `unhurried` ones take turns of their own, while the others have work at most one in `restMs` (8 s).
 */
export function startRunner(stores: Stores, loop: Loop, log: Logger, { holds = ours, unhurried = new Set(), restMs = REST_MS }: RunnerOptions = {}): Runner {
  const lanes = lanesOf(loop, unhurried, restMs).map((lane) => startLane(stores, lane, log, holds));
  return { stop: async () => void (await Promise.all(lanes.map((lane) => lane.stop()))) };
}
