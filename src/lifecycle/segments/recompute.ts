import { imports } from '../../collect/index.ts';
import { compileMany, type Moment } from '../../kernel/conditions/index.ts';
import { addDays } from '../../kernel/day.ts';
import type { Facts } from '../../kernel/errors.ts';
import { enqueue, type JobHandlers } from '../../kernel/jobs.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { activity } from '../../kernel/readings.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { isScoring } from '../scoring/store.ts';
import { lookAtSegments } from './lookAt.ts';
import { applyDraft, doersSince, dropDraft, lookedBetween, newestLook, newRun, writeDraft } from './queries/membership.ts';
import { lockSegments, type Look, newestRound, noteDue, noteLook, saveRound, saveState, type State, statesOfSegments } from './queries/looks.ts';
import type { SegmentId } from './queries/store.ts';
import { type Scene, tellLeftOver, tellLook } from './tell.ts';
import { type Broken, type Watched, watchedSegments } from './watched.ts';
import { momentNow } from './writtenOut.ts';

/** Candidates for a second look by the clock; more are left to the next day's round. */
const DUE_MOST = 100_000;
/** Days before today in which something may still be waited for. */
const WAITING_DAYS = 32;
/** More who were looked at while everybody was are looked at with everybody. */
const AGAIN_MOST = 20_000;

/** `only`: no other segments. `backfill`: nothing of it is news. */
export type RecomputeOptions = { only?: readonly SegmentId[]; backfill?: boolean };
export type Recomputed = { segments: number; entered: number; left: number; backfill: boolean };

/** Whether a file came in, or was taken back, since everybody was last looked at: what it says is no news. */
export async function importedSince(stores: Stores, workspaceId: WorkspaceId, since: Date | undefined): Promise<boolean> {
  const { rows } = await imports(stores, workspaceId);
  return rows.some(({ finishedAt, undoneAt, status }) => status === 'running' || status === 'undoing' || [finishedAt, undoneAt].some((at) => at !== null && (since === undefined || new Date(at) >= since)));
}

type Plan = { look: Look; asked: Watched[]; held: number[]; broken: Broken[]; moment: Moment };

async function planOf(stores: Stores, workspaceId: WorkspaceId, { only, backfill = false }: RecomputeOptions): Promise<Plan & { catalogue: Awaited<ReturnType<typeof watchedSegments>>['catalogue'] }> {
  const [{ watched, broken, catalogue }, moment] = await Promise.all([watchedSegments(stores, workspaceId), momentNow(stores, workspaceId)]);
  const { states, round } = await stores.pg.tx(workspaceId, async (tx) => ({ states: await statesOfSegments(tx, workspaceId), round: await newestRound(tx, workspaceId) }));
  const known = new Map(states.map((state) => [state.segment, state.basis])), wanted = only && new Set(only);
  const asked = watched.filter(({ id }) => !wanted || wanted.has(id)), names = new Set(asked);
  const isQuiet = backfill || (await importedSince(stores, workspaceId, round?.lookedAt));
  const look: Look = {
    at: stores.clock.now().toISOString(), day: moment.day, backfill: isQuiet, everybody: true,
    asked: asked.map(({ number, id, version, basis }) => ({ number, segment: id, version, basis, isFresh: known.get(id) !== basis })),
  };
  return { look, asked, held: [...watched.filter((one) => !names.has(one)), ...broken].map(({ number }) => number), broken, moment, catalogue };
}

/** What of a draft holds once it may be told: while it was made segments may have been changed, and others made and looked at. Those it says nothing true of are held as they are. */
async function inForce(stores: Stores, workspaceId: WorkspaceId, options: RecomputeOptions, drafted: Plan): Promise<Plan> {
  const plan = await planOf(stores, workspaceId, options), basisOf = new Map(drafted.asked.map(({ id, basis }) => [id, basis]));
  const [asked, changed] = [true, false].map((same) => plan.asked.filter(({ id, basis }) => (basisOf.get(id) === basis) === same)) as [Watched[], Watched[]];
  const { at, day, backfill } = drafted.look, names = new Set(asked.map(({ id }) => id));
  return {
    ...plan, asked, moment: drafted.moment, held: [...plan.held, ...changed.map(({ number }) => number)],
    look: { ...plan.look, at, day, backfill: backfill || plan.look.backfill, asked: plan.look.asked.filter(({ segment }) => names.has(segment)) },
  };
}

async function tellProblems(tx: Tx, workspaceId: WorkspaceId, { broken, look }: Plan): Promise<void> {
  const states = new Map((await statesOfSegments(tx, workspaceId)).map((state): [SegmentId, State] => [state.segment, state]));
  for (const { id, problem } of broken) await saveState(tx, workspaceId, { segment: id, basis: '', people: 0, lookedAt: new Date(look.at), asOf: look.day, ...states.get(id), problem });
}

type Draft = { run: string; since: number; plan: Plan };

/** Everybody as they fit the filters now, written down beside what is held. */
async function draftOf(stores: Stores, workspaceId: WorkspaceId, options: RecomputeOptions): Promise<Draft> {
  const { catalogue, ...plan } = await planOf(stores, workspaceId, options), { asked, moment } = plan;
  const since = await newestLook(stores.ch, workspaceId), run = newRun(stores.clock.now());
  if (asked.length > 0) await writeDraft(stores.ch, workspaceId, run, compileMany(asked.map(({ tree }) => tree), catalogue, moment), asked.map(({ number }) => number));
  return { run, since, plan };
}

/** Makes what holds of a draft what is held, and tells it. Under the lock. */
async function tellDraft({ tx, stores, workspaceId }: Scene, options: RecomputeOptions, { run, since, plan: drafted }: Draft) {
  const plan = await inForce(stores, workspaceId, options, drafted), { look, held } = plan, asked = plan.asked.map(({ number }) => number);
  const version = Math.max(stores.clock.now().getTime(), 1 + (await newestLook(stores.ch, workspaceId)));
  await stores.pg.tx(workspaceId, (note) => noteLook(note, workspaceId, { version, look }));
  await applyDraft(stores.ch, workspaceId, { run, version, since, asked, dropped: drafted.asked.map(({ number }) => number).filter((number) => !asked.includes(number)), held });
  const moved = await tellLook({ tx, stores, workspaceId }, { version, look });
  await tellProblems(tx, workspaceId, plan);
  if (!options.only) await saveRound(tx, workspaceId, { asOf: look.day, lookedAt: new Date(look.at) });
  return { version, plan, moved };
}

/**
 * Looks at everybody for all watched segments in one pass over customers, events and stages, and tells what changed: first tellings and changed
 * filters as back-fill. Others may look meanwhile: what they found, being newer, stands, and those they looked at are looked at again. Safe to repeat and to cut off.
 */
export async function recomputeSegments(stores: Stores, workspaceId: WorkspaceId, options: RecomputeOptions = {}): Promise<Recomputed> {
  const draft = await draftOf(stores, workspaceId, options), { run, since } = draft;
  const { version, plan: { asked, moment, look }, moved } = await stores.pg.tx(workspaceId, async (tx) => {
    await lockSegments(tx, workspaceId);
    const scene = { tx, stores, workspaceId };
    await tellLeftOver(scene);
    return tellDraft(scene, options, draft);
  });
  if (draft.plan.asked.length > 0) await dropDraft(stores.ch, workspaceId, run);
  await expectPeople(stores, workspaceId, asked, moment);
  await lookAgainAt(stores, workspaceId, await lookedBetween(stores.ch, workspaceId, { since, version }));
  const sum = (of: 'entered' | 'left'): number => moved.reduce((all, one) => all + one[of], 0);
  return { segments: asked.length, entered: sum('entered'), left: sum('left'), backfill: look.backfill };
}

/** Whoever was looked at meanwhile was not asked about segments that were new then; of what is not new everything was told. */
const lookAgainAt = async (stores: Stores, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<unknown> =>
  (customers.length > AGAIN_MOST ? recomputeSegments(stores, workspaceId, { backfill: true }) : lookAtSegments(stores, workspaceId, customers, { backfill: true }));

/** Where minutes decide, whoever lately did what such segments ask of is looked at once more, by the clock. */
async function expectPeople(stores: Stores, workspaceId: WorkspaceId, asked: readonly Watched[], { day, at }: Moment): Promise<void> {
  const events = [...new Set(asked.filter(({ needs }) => needs.time === 'any_moment').flatMap(({ needs }) => needs.events))];
  if (events.length === 0 || at < stores.clock.now().getTime() - 1) return;
  const customers = await doersSince(stores.ch, workspaceId, { activity: activity.since('{day:Date32}', 'customer', 'event', 'day'), events, day: addDays(day, -WAITING_DAYS), most: DUE_MOST });
  await stores.pg.tx(workspaceId, (tx) => noteDue(tx, workspaceId, customers.map((customer) => ({ customer, at: stores.clock.now() })), stores.clock.now()));
}

/** Looks at everybody for the segments that nobody has looked at with their present filter, for these alone and together. */
export async function recomputeFresh(stores: Stores, workspaceId: WorkspaceId): Promise<void> {
  const [{ watched }, states] = await Promise.all([watchedSegments(stores, workspaceId), stores.pg.tx(workspaceId, (tx) => statesOfSegments(tx, workspaceId))]);
  const known = new Map(states.map(({ segment, basis }) => [segment, basis])), only = watched.filter(({ id, basis }) => known.get(id) !== basis).map(({ id }) => id);
  if (only.length > 0) await recomputeSegments(stores, workspaceId, { only });
}

/** Why everybody is looked at: for segments whose filter is new, or for all of them; a `backfill` is no news. */
type Occasion = 'fresh' | 'news' | 'backfill';

/** Asks for a look at everybody, to be made soon by the queue. Those asked for and not begun are one, so that two hundred new segments take one pass. */
export const askSegments = (tx: Tx, workspaceId: WorkspaceId, occasion: Occasion, { since, runAt }: { since?: number; runAt?: Date } = {}): Promise<void> =>
  enqueue(tx, workspaceId, 'lifecycle.segments', { fresh: occasion === 'fresh', backfill: occasion === 'backfill', since }, { key: `segments:${workspaceId}:${occasion}`, runAt });

/** How soon it is seen whether scores are made, and how long they are waited for. */
const SCORES_MS = 5_000, SCORES_MOST_MS = 15 * 60_000;

/** Whether a look that is no news is better made once everybody has been scored: what scores say asks for one anyway. Asks for it anew if so. */
async function postponed(stores: Stores, workspaceId: WorkspaceId, { since }: Facts): Promise<boolean> {
  const now = stores.clock.now(), began = typeof since === 'number' ? since : now.getTime();
  if (now.getTime() - began > SCORES_MOST_MS) return false;
  return stores.pg.tx(workspaceId, async (tx) => {
    const isAwaited = await isScoring(tx, workspaceId, now);
    if (isAwaited) await askSegments(tx, workspaceId, 'backfill', { since: began, runAt: new Date(now.getTime() + SCORES_MS) });
    return isAwaited;
  });
}

/** Work of the queue. */
export const segmentJobs: JobHandlers = {
  'lifecycle.segments': async (stores, workspaceId, asked) => {
    const { fresh, backfill } = asked;
    if (fresh === true) await recomputeFresh(stores, workspaceId);
    else if (backfill !== true || !(await postponed(stores, workspaceId, asked))) await recomputeSegments(stores, workspaceId, { backfill: backfill === true });
  },
};
