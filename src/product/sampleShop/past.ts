import { livePast } from '../../engage/index.ts';
import { workspaceById } from '../../kernel/access/index.ts';
import { systemCaller } from '../../kernel/access/caller.ts';
import { PERMISSIONS } from '../../kernel/access/permissions.ts';
import { addDays } from '../../kernel/day.ts';
import { waitingReactions } from '../../kernel/facts.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import { enqueue, type JobHandlers } from '../../kernel/jobs.ts';
import type { Stores } from '../../kernel/stores.ts';
import { type StoryClock, setStoryClock, storyClock } from '../../kernel/storyClock.ts';
import { dataDay } from '../../lifecycle/index.ts';
import { loop } from '../../loop.ts';
import { TELL_PAST } from '../sampleStory.ts';
import { LAUNCHED, launchAll, morningOf } from './journeys.ts';
import { setUpShop } from './setUp.ts';
import { publishTexts } from './texts.ts';

const AGAIN_MS = 1_000;
/** What else happens in the installation is waited for, but not for ever. */
const PATIENCE = 120;

const dayBefore = (at: Date): Date => new Date(at.getTime() - 86_400_000);

/** Where the clock of the story stands until the shop is set up. */
const UNBEGUN = new Date(0);

/** Sets the shop up and launches its journeys on days of its past; then the clock of the story stands before the first of them. */
async function beginPast(stores: Stores, workspaceId: WorkspaceId, until: Date): Promise<void> {
  const { language, timezone: zone } = await workspaceById(stores, workspaceId), caller = { ...systemCaller(workspaceId, PERMISSIONS), language };
  const today = addDays(await dataDay(stores, workspaceId), 1), at = dayBefore(morningOf(zone, addDays(today, -Math.max(...LAUNCHED.map(({ daysBack }) => daysBack)))));
  await stores.pg.tx(workspaceId, (tx) => setStoryClock(tx, workspaceId, { at: UNBEGUN, until }));
  await setUpShop(stores, caller);
  await launchAll({ stores, caller, zone, today, texts: await publishTexts(stores, caller) });
  await stores.pg.tx(workspaceId, (tx) => setStoryClock(tx, workspaceId, { at, until }));
}

/** Lives on from where the clock of the story stands, until today or until told to stop. Whether it came to its end. */
async function liveOn(stores: Stores, workspaceId: WorkspaceId, { at, until }: StoryClock, stopping: AbortSignal): Promise<boolean> {
  const clockAt = (now: Date): Promise<number> => stores.pg.tx(workspaceId, (tx) => setStoryClock(tx, workspaceId, { at: now, until }));
  const isThrough = await livePast(stores, workspaceId, { from: at, until, lived: clockAt, stopping });
  if (isThrough) await clockAt(until);
  return isThrough;
}

/**
 * Tells what a simulated shop did by its journeys before today: in parts, each once all that happened before is answered. Begun anew where it was cut off;
 * what was lived through already stays. True when there is nothing left to tell.
 */
export async function tellPast(stores: Stores, workspaceId: WorkspaceId, stopping: AbortSignal): Promise<boolean> {
  const clock = await stores.pg.tx(workspaceId, (tx) => storyClock(tx, workspaceId));
  if (clock && clock.at >= clock.until) return true;
  if (!clock || clock.at <= UNBEGUN) return beginPast(stores, workspaceId, clock?.until ?? stores.clock.now()).then(() => false);
  return liveOn(stores, workspaceId, clock, stopping);
}

export const pastJobs: JobHandlers = {
  [TELL_PAST]: async (stores, workspaceId, { tries = 0 }, stopping) => {
    const waits = (await waitingReactions(stores.pg, loop)).length > 0 && Number(tries) < PATIENCE;
    if (!waits && await tellPast(stores, workspaceId, stopping)) return;
    const again = { runAt: new Date(stores.clock.now().getTime() + AGAIN_MS) };
    await stores.pg.tx(workspaceId, (tx) => enqueue(tx, workspaceId, TELL_PAST, { tries: waits ? Number(tries) + 1 : 0 }, again));
  },
};
