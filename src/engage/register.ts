import { registerEraser } from '../customers/index.ts';
import { registerPlayBook, registerSendings } from '../insight/index.ts';
import { NOBODY, type WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { registerPlays, registerSegmentUses } from '../lifecycle/index.ts';
import { type IsWanted, registerLastLook, registerTemplateUsers } from '../reach/index.ts';
import { forgetEnrolments, forgetMembers, standing } from './queries/enrolments.ts';
import { journeyById, journeysAfter, journeysMeasuredBy } from './queries/journeys.ts';
import { firstSent, spentBy, spentOn } from './queries/sent.ts';
import { journeySegments, journeyTemplates } from './uses.ts';

/**
 * A message is wanted as long as its journey goes on and the person was not taken out of it: through to the end by the graph's own way counts as wanted. While the journey
 * is paused it is held.
 */
async function stillWanted(stores: Stores, workspaceId: WorkspaceId, enrolments: readonly (string | null)[]): Promise<IsWanted[]> {
  const found = new Map((await stores.pg.tx(workspaceId, (tx) => standing(tx, workspaceId, enrolments.flatMap((id) => id ?? [])))).map((one) => [one.id, one]));
  return enrolments.map((id) => {
    const one = id === null ? undefined : found.get(id);
    const isOnTheWay = one !== undefined && (one.status === 'inside' || one.status === 'done');
    return isOnTheWay && one.state === 'paused' ? 'held' : isOnTheWay && one.state === 'live';
  });
}

const JOURNEYS_MAX = 1_000;

/** What journeys tell the modules below: whether a message is still wanted, what was sent and what it cost, which plays a stage has, which segments they work with and which templates they send, what is forgotten of somebody. */
export function registerEngage(): void {
  registerLastLook('journey', (stores, workspaceId, sources) => stillWanted(stores, workspaceId, sources.map(({ enrolment }) => enrolment)));
  registerSendings('journeys', { spentBy, spentOn, firstSent });
  registerPlayBook('journeys', {
    playsBy: async (tx, workspaceId, experiments) => (await journeysMeasuredBy(tx, workspaceId, experiments)).map((one) => ({ kind: 'journey', ...one })),
    experimentOf: async (tx, workspaceId, id) => (await journeyById(tx, workspaceId, id))?.experimentId,
  });
  registerPlays('journeys', async (stores, workspaceId) => {
    const journeys = await stores.pg.tx(workspaceId, (tx) => journeysAfter(tx, workspaceId, { state: null, after: null, limit: JOURNEYS_MAX }));
    return journeys.flatMap(({ id, name, stage, state }) => (stage !== null && (state === 'live' || state === 'paused') ? [{ id, name, stage: stage as never, status: state === 'live' ? 'active' as const : 'paused' as const, kind: 'journey' }] : []));
  });
  registerSegmentUses('journeys', journeySegments);
  registerTemplateUsers(journeyTemplates);
  registerEraser({
    name: 'journeys',
    inPostgres: async (tx, { clock }, workspaceId, { subjects }) => ({ enrolment: await forgetEnrolments(tx, workspaceId, subjects, NOBODY, clock.now()), journey_member: await forgetMembers(tx, workspaceId, subjects) }),
  });
}
