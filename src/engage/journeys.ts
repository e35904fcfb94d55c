import { audit } from '../kernel/audit.ts';
import type { Caller } from '../kernel/access/caller.ts';
import { announce } from '../kernel/facts.ts';
import { notFound, Refusal } from '../kernel/errors.ts';
import { newId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { holdSegments } from '../lifecycle/index.ts';
import { release, withdrawAll } from '../reach/index.ts';
import type { JourneyState } from './contract.ts';
import type { Definition } from './core/definition.ts';
import { stop, type Walked } from './core/journey.ts';
import { keep } from './advance.ts';
import { demandAskable, demandJourney } from './demand.ts';
import { type Enrolment, lockInside, shiftTimers } from './queries/enrolments.ts';
import { archiveJourney, insertJourney, type JourneyRow, updateJourney } from './queries/journeys.ts';
import { closeOf } from './effect.ts';
import { segmentsIn } from './uses.ts';

export type JourneyInput = { name: string; description: string; stage: string | null; playbook: string; definition: Definition };

/** Keeps a draft; it may be incomplete. Refuses what the catalogue has against its conditions, and `segment.not_found`. */
export async function createJourney(stores: Stores, caller: Caller, { definition, ...rest }: JourneyInput): Promise<JourneyRow> {
  await demandAskable(stores, caller, definition);
  const at = stores.clock.now();
  const row: JourneyRow = {
    id: newId(), ...rest, state: 'draft', draft: definition, revision: 1, version: 0, experimentId: null, holdOutReason: '', owner: caller.actor.id, createdAt: at, changedAt: at, changedBy: caller.actor.id, launchedAt: null, pausedAt: null, lookedAt: null,
  };
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    await holdSegments(tx, caller.workspaceId, segmentsIn(definition));
    await insertJourney(tx, caller.workspaceId, row);
    await audit(tx, stores.clock, caller, { action: 'journey.created', target: row.id });
  });
  return row;
}

export type JourneyChange = Partial<Omit<JourneyInput, 'playbook'>> & { revision: number; holdOutReason?: string | undefined };

/** Whoever leaves everybody, or nobody, out of the comparison, or other than a tenth, says why. */
function demandReason(before: Definition, after: Definition, reason: string): void {
  if (after.holdOut !== before.holdOut && reason.trim() === '') throw new Refusal('journey.hold_out_reason', { from: before.holdOut, to: after.holdOut });
}

/** Changes the draft; people inside go on by their versions. `revision` is the one that was read: refuses `journey.changed` when somebody was faster, `journey.hold_out_reason` where the hold-out changes without a word, `segment.not_found` for one it did not name before. */
export async function changeJourney(stores: Stores, caller: Caller, id: string, { revision, definition, holdOutReason, ...rest }: JourneyChange): Promise<JourneyRow> {
  if (definition) await demandAskable(stores, caller, definition);
  return stores.pg.tx(caller.workspaceId, async (tx) => {
    const before = await demandJourney(tx, caller, id, { lock: 'update' });
    if (before.revision !== revision) throw new Refusal('journey.changed', { revision: before.revision }, 409);
    const draft = definition ?? before.draft;
    demandReason(before.draft, draft, holdOutReason ?? '');
    const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
    const row: JourneyRow = { ...before, ...given, draft, revision: revision + 1, holdOutReason: holdOutReason ?? before.holdOutReason, changedAt: stores.clock.now(), ...(definition ? { changedBy: caller.actor.id } : {}) };
    await holdSegments(tx, caller.workspaceId, segmentsIn(draft), segmentsIn(before.draft));
    await updateJourney(tx, caller.workspaceId, row);
    await audit(tx, stores.clock, caller, { action: 'journey.changed', target: id, detail: { revision: row.revision, ...(draft.holdOut === before.draft.holdOut ? {} : { holdOut: draft.holdOut, holdOutBefore: before.draft.holdOut, reason: holdOutReason }) } });
    return row;
  });
}

/** A state that a journey may be brought to from some others. Refuses `journey.state` otherwise. */
async function moveTo(tx: Tx, stores: Stores, caller: Caller, id: string, { from, to }: { from: readonly JourneyState[]; to: Exclude<JourneyState, 'draft'> }): Promise<{ before: JourneyRow; after: JourneyRow }> {
  const before = await demandJourney(tx, caller, id, { lock: 'update' });
  if (!from.includes(before.state)) throw new Refusal('journey.state', { state: before.state, wanted: to }, 409);
  const at = stores.clock.now();
  const after: JourneyRow = { ...before, state: to, changedAt: at, pausedAt: to === 'paused' ? at : null };
  await updateJourney(tx, caller.workspaceId, after);
  await audit(tx, stores.clock, caller, { action: `journey.${to === 'live' ? 'resumed' : to}`, target: id });
  await announce(tx, stores.clock, caller.workspaceId, 'journey.state_changed', { journey: id, from: before.state, to });
  return { before, after };
}

/** Holds a journey: nobody enters, nobody moves, nothing leaves; what waits to be sent is held with it. Waits for the batch under way. Refuses `journey.state`. */
export const pauseJourney = (stores: Stores, caller: Caller, id: string): Promise<JourneyRow> =>
  stores.pg.tx(caller.workspaceId, async (tx) => (await moveTo(tx, stores, caller, id, { from: ['live'], to: 'paused' })).after);

/** Lets a journey go on, and its messages that have not expired. `waits`: whether waits went on meanwhile (whoever is overdue goes on at once), or are put off by as long as it was paused. */
export const resumeJourney = (stores: Stores, caller: Caller, id: string, { waits }: { waits: 'ran' | 'stood' }): Promise<JourneyRow> =>
  stores.pg.tx(caller.workspaceId, async (tx) => {
    const { before, after } = await moveTo(tx, stores, caller, id, { from: ['paused'], to: 'live' });
    await release(tx, stores.clock, caller.workspaceId, { kind: 'journey', id });
    if (waits === 'stood' && before.pausedAt) await shiftTimers(tx, caller.workspaceId, id, stores.clock.now().getTime() - before.pausedAt.getTime());
    return after;
  });

const STOP_AT_ONCE = 5_000;

/** Ends enrolments, taking back what still waits to be sent. */
export async function endAll(tx: Tx, stores: Stores, caller: Caller, rows: readonly Enrolment[], reason: string): Promise<void> {
  await keep(tx, stores, caller.workspaceId, rows.map((row): { row: Enrolment; walked: Walked } => ({ row, walked: stop(row.state, 'stopped', reason) })));
}

/** Ends a journey and everybody's way in it, for good. Refuses `journey.state`. */
export async function stopJourney(stores: Stores, caller: Caller, id: string): Promise<JourneyRow> {
  const row = await stores.pg.tx(caller.workspaceId, async (tx) => {
    const { after } = await moveTo(tx, stores, caller, id, { from: ['live', 'paused'], to: 'stopped' });
    await closeOf(tx, stores, caller.workspaceId, after);
    // Also of those who are through: what they have waiting would only be refused.
    await withdrawAll(tx, stores.clock, caller.workspaceId, { kind: 'journey', id }, 'journey.journey_stopped');
    return after;
  });
  for (let count = STOP_AT_ONCE; count === STOP_AT_ONCE;) {
    count = await stores.pg.tx(caller.workspaceId, async (tx) => {
      const rows = await lockInside(tx, caller.workspaceId, { journeyId: id, limit: STOP_AT_ONCE });
      await endAll(tx, stores, caller, rows, 'journey_stopped');
      return rows.length;
    });
  }
  return row;
}

/** Takes one person out. Refuses `journey.not_inside`. */
export const takeOut = (stores: Stores, caller: Caller, id: string, enrolment: string): Promise<void> =>
  stores.pg.tx(caller.workspaceId, async (tx) => {
    await demandJourney(tx, caller, id, { lock: 'share' });
    const rows = await lockInside(tx, caller.workspaceId, { ids: [enrolment], journeyId: id });
    if (rows.length === 0) throw new Refusal('journey.not_inside', {}, 404);
    await endAll(tx, stores, caller, rows, 'staff');
    await audit(tx, stores.clock, caller, { action: 'journey.taken_out', target: id, detail: { enrolment } });
  });

/** Puts a draft or a stopped journey away. Refuses `journey.not_found`, also for one that is under way. */
export const dropJourney = (stores: Stores, caller: Caller, id: string): Promise<void> =>
  stores.pg.tx(caller.workspaceId, async (tx) => {
    if (await archiveJourney(tx, caller.workspaceId, id, stores.clock.now()) === 0) throw notFound('journey', { id });
    await audit(tx, stores.clock, caller, { action: 'journey.archived', target: id });
  });
