import type { Logger } from 'pino';
import type { WorkspaceId } from '../../kernel/ids.ts';
import { type Holds, ours } from '../../kernel/lease.ts';
import type { Stores } from '../../kernel/stores.ts';
import { eachApart } from '../../kernel/tick.ts';
import { dropProjected, waitingWorkspaces } from '../queries/ingest.ts';
import { dropMinutes } from '../queries/pulse.ts';
import { atHandIn } from './atHand.ts';
import { flush, type Projection, projection } from './flush.ts';

const IDLE_MS = 250;
/** After a batch what comes next is gathered for as long as the batch took, at most so long: few batches cost less than many. */
const GATHER_MS = 250;
/** After a fault the next try comes later and later, since each reads the waiting bodies anew; news of more of them does not hasten it. */
const AGAIN_MS = { most: 5_000, growth: 2 };
const DAY_MS = 86_400_000;
const KEEP_BODIES_MS = 7 * DAY_MS;
const KEEP_MINUTES_MS = 30 * DAY_MS;
const SWEEP_EVERY_MS = 60_000;

/** Drops what is kept for a while only: bodies that were projected, and the pulse of long ago. */
async function sweepBodies(stores: Stores, workspaceId: WorkspaceId): Promise<void> {
  const nowMs = stores.clock.now().getTime();
  await stores.pg.tx(workspaceId, async (tx) => {
    await dropProjected(tx, workspaceId, new Date(nowMs - KEEP_BODIES_MS));
    await dropMinutes(tx, workspaceId, new Date(nowMs - KEEP_MINUTES_MS));
  });
}

/** When each workspace was swept last: looking for what is old costs more than a small batch, so it is done now and then. */
const swept = new WeakMap<Stores, Map<WorkspaceId, number>>();

async function sweepNowAndThen(stores: Stores, workspaceId: WorkspaceId): Promise<void> {
  const known = swept.get(stores) ?? new Map<WorkspaceId, number>();
  swept.set(stores, known);
  const nowMs = stores.clock.now().getTime();
  if (nowMs - (known.get(workspaceId) ?? 0) < SWEEP_EVERY_MS) return;
  known.set(workspaceId, nowMs);
  await sweepBodies(stores, workspaceId);
}

/** Projects everything that waits in every workspace. */
export async function flushAll(stores: Stores): Promise<void> {
  for (const workspaceId of await waitingWorkspaces(stores.pg.global)) {
    await flush(stores, workspaceId);
    await sweepNowAndThen(stores, workspaceId);
  }
}

type Projections = Map<WorkspaceId, Projection>;

/** One batch of every workspace where bodies wait, so that none waits for another's backlog; whether there was any. */
async function flushSome(stores: Stores, projections: Projections): Promise<boolean> {
  let some = false;
  for (const workspaceId of await waitingWorkspaces(stores.pg.global)) {
    const one = projections.get(workspaceId) ?? projection(stores, workspaceId);
    projections.set(workspaceId, one);
    some = (await one.step()) || some;
    await sweepNowAndThen(stores, workspaceId);
  }
  return some;
}

const isAhead = (projections: Projections): boolean => [...projections.values()].some((one) => one.isAhead());

/** Projects until stopped, where that duty is ours: one process at a time does. What was read is stored before it stops. */
export function startFlusher(stores: Stores, log: Logger, holds: Holds = ours): { stop(): Promise<void>; wake(): void } {
  const projections: Projections = new Map(), kept = atHandIn(stores);
  let stopping = false, faults = 0;
  let woken: () => void = () => undefined, ended: () => void = () => undefined;
  const pause = (ms: number, until: 'woken' | 'over'): Promise<void> => new Promise((go) => {
    const timer = setTimeout(go, ms);
    ended = () => { clearTimeout(timer); go(); };
    woken = until === 'woken' ? ended : () => undefined;
  });
  const turn = async (): Promise<void> => {
    const begunMs = performance.now(), isOurs = await holds('events');
    kept.open(isOurs);
    // Whoever has the duty now takes up what we had read.
    if (!isOurs) projections.clear();
    const some = isOurs && (await flushSome(stores, projections));
    faults = 0;
    if (!stopping && !isAhead(projections)) await (some ? pause(Math.min(GATHER_MS, performance.now() - begunMs), 'over') : pause(IDLE_MS, 'woken'));
  };
  const work = async (): Promise<void> => {
    while (!stopping) {
      await turn().catch(async (error: unknown) => {
        log.error({ err: error }, 'events could not be projected; they stay in the log and are tried again');
        if (!stopping) await pause(Math.min(AGAIN_MS.most, IDLE_MS * AGAIN_MS.growth ** ++faults), 'over');
      });
    }
    kept.open(false);
    await eachApart([...projections.values()].filter((one) => one.isAhead()), (one) => one.step({ ahead: false })).catch((error: unknown) => log.error({ err: error }, 'a batch stays open until the next start'));
  };
  const done = work();
  return { wake: () => woken(), stop: async () => { stopping = true; ended(); await done; } };
}
