import { userNames } from '../kernel/access/index.ts';
import { audit } from '../kernel/audit.ts';
import { type Caller, demand } from '../kernel/access/caller.ts';
import { announce } from '../kernel/facts.ts';
import { notFound, Refusal } from '../kernel/errors.ts';
import { isUuid, newId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { demandJourney } from './demand.ts';
import { peopleExpected } from './expected.ts';
import { digestOf } from './ids.ts';
import { type ApprovalRow, approvalById, approvalsOf, approvedFor, decideApproval, dropOpen, insertApproval, saveSetting, settingOf } from './queries/approvals.ts';
import { journeyById, type JourneyRow } from './queries/journeys.ts';

const LIST_MAX = 200;

/** What a yes is to: the definition with its keys in the order they are kept in. */
const digestFor = ({ draft }: Pick<JourneyRow, 'draft'>): string => digestOf(draft);

/** More people than one may reach alone need somebody else's yes to exactly this definition. Refuses `journey.approval_needed`. */
export async function demandApproved(tx: Tx, caller: Caller, journey: JourneyRow, people: number): Promise<void> {
  const { approvalPeople } = await settingOf(tx, caller.workspaceId);
  if (people <= approvalPeople) return;
  const answer = await approvedFor(tx, caller.workspaceId, journey.id, digestFor(journey));
  if (answer?.decision !== 'approved') throw new Refusal('journey.approval_needed', { people, allowed: approvalPeople, refused: answer?.decision === 'refused' }, 409);
}

/** Asks for a yes to the draft as it stands; an earlier question nobody has answered is dropped. */
export async function askApproval(stores: Stores, caller: Caller, id: string, note: string): Promise<ApprovalRow> {
  const read = await stores.pg.tx(caller.workspaceId, (tx) => demandJourney(tx, caller, id));
  const people = await peopleExpected(stores, caller, read.draft);
  return stores.pg.tx(caller.workspaceId, async (tx) => {
    const journey = await demandJourney(tx, caller, id, { lock: 'update' });
    const asked = { id: newId(), journeyId: id, digest: digestFor(journey), people, note, askedBy: caller.actor.id, askedAt: stores.clock.now() };
    await dropOpen(tx, caller.workspaceId, id);
    await insertApproval(tx, caller.workspaceId, asked);
    await audit(tx, stores.clock, caller, { action: 'journey.approval_asked', target: id, detail: { approval: asked.id, people } });
    await announce(tx, stores.clock, caller.workspaceId, 'journey.approval_asked', { journey: id, approval: asked.id, people });
    return { ...asked, decision: null, decidedBy: null, decidedAt: null, decisionNote: '' };
  });
}

/**
 * Answers. Nobody approves what they asked for themselves, or last changed: refuses `journey.own_approval`. Refuses `approval.not_found`, `approval.decided`, and
 * `approval.outdated` where the draft has changed since it was asked.
 */
export async function decide(stores: Stores, caller: Caller, approval: string, { decision, note }: { decision: 'approved' | 'refused'; note: string }): Promise<void> {
  demand(caller, 'engage.approve');
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    const found = await approvalById(tx, caller.workspaceId, approval);
    if (!found) throw notFound('approval', { id: approval });
    if (found.decision !== null) throw new Refusal('approval.decided', { decision: found.decision }, 409);
    const journey = await demandJourney(tx, caller, found.journeyId, { lock: 'share' });
    if ([found.askedBy, journey.changedBy].includes(caller.actor.id) || caller.actor.kind !== 'user') throw new Refusal('journey.own_approval', {}, 403);
    if (digestFor(journey) !== found.digest) throw new Refusal('approval.outdated', {}, 409);
    await decideApproval(tx, caller.workspaceId, { id: approval, decision, by: caller.actor.id, at: stores.clock.now(), note });
    await audit(tx, stores.clock, caller, { action: `journey.approval_${decision}`, target: found.journeyId, detail: { approval, people: found.people } });
    await announce(tx, stores.clock, caller.workspaceId, 'journey.approval_decided', { journey: found.journeyId, approval, decision });
  });
}

/** Questions and answers, the newest first; `open`: those nobody has answered. Names of people beside their ids; `own`: the caller asked or drew it, so that somebody else has to answer. */
export async function listApprovals(stores: Stores, caller: Caller, { journeyId = null, open = false }: { journeyId?: string | null; open?: boolean }): Promise<(ApprovalRow & { journeyName: string; askedByName: string; decidedByName: string; outdated: boolean; own: boolean })[]> {
  const rows = await stores.pg.tx(caller.workspaceId, async (tx) => {
    const found = await approvalsOf(tx, caller.workspaceId, { journeyId, open, limit: LIST_MAX });
    const journeys = new Map<string, JourneyRow | undefined>();
    for (const id of new Set(found.map((one) => one.journeyId))) journeys.set(id, await journeyById(tx, caller.workspaceId, id));
    return found.map((one) => {
      const journey = journeys.get(one.journeyId);
      return { ...one, journeyName: journey?.name ?? '', outdated: !journey || digestFor(journey) !== one.digest, own: [one.askedBy, journey?.changedBy].includes(caller.actor.id) };
    });
  });
  const names = await userNames(stores, rows.flatMap(({ askedBy, decidedBy }) => [askedBy, decidedBy ?? '']).filter(isUuid));
  return rows.map((row) => ({ ...row, askedByName: names.get(row.askedBy) ?? '', decidedByName: names.get(row.decidedBy ?? '') ?? '' }));
}

/** How many people a journey may reach without somebody else's word. */
export async function changeSetting(stores: Stores, caller: Caller, approvalPeople: number): Promise<void> {
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    const before = await settingOf(tx, caller.workspaceId);
    await saveSetting(tx, caller.workspaceId, { approvalPeople, by: caller.actor.id, at: stores.clock.now() });
    await audit(tx, stores.clock, caller, { action: 'journey.setting_changed', target: 'journey_setting', detail: { from: before.approvalPeople, to: approvalPeople } });
  });
}
export const readSetting = (stores: Stores, caller: Caller): Promise<{ approvalPeople: number }> => stores.pg.tx(caller.workspaceId, (tx) => settingOf(tx, caller.workspaceId));
