import { audit } from '../kernel/audit.ts';
import type { Caller } from '../kernel/access/caller.ts';
import { announce } from '../kernel/facts.ts';
import { Refusal } from '../kernel/errors.ts';
import type { Stores } from '../kernel/stores.ts';
import { demandApproved } from './approvals.ts';
import { migrate } from './core/journey.ts';
import { keep } from './advance.ts';
import { allFaults, demandJourney } from './demand.ts';
import { experimentFor } from './effect.ts';
import { peopleExpected } from './expected.ts';
import { lockInside } from './queries/enrolments.ts';
import { insertVersion, type JourneyRow, updateJourney, versionOf } from './queries/journeys.ts';
import { planFor } from './plans.ts';
import { seedMembers } from './segmentEntries.ts';
import { seedWarned } from './warnings.ts';

/**
 * Makes the draft the version that new people walk; those inside stay on theirs until they are moved. Refuses `journey.has_faults` (with the first), `journey.approval_needed`
 * where more people than may be reached without somebody else's word, `journey.state` for one that was stopped or is paused, `journey.unchanged`.
 */
export async function launchJourney(stores: Stores, caller: Caller, id: string): Promise<JourneyRow> {
  const read = await stores.pg.tx(caller.workspaceId, (tx) => demandJourney(tx, caller, id));
  const [fault, ...others] = await allFaults(stores, caller, read.draft);
  if (fault) throw new Refusal('journey.has_faults', { fault: fault.code, node: fault.node, others: others.length });
  const people = await peopleExpected(stores, caller, read.draft);
  const row = await stores.pg.tx(caller.workspaceId, async (tx) => {
    const journey = await demandJourney(tx, caller, id, { lock: 'update' });
    if (journey.revision !== read.revision) throw new Refusal('journey.changed', { revision: journey.revision }, 409);
    if (journey.state !== 'draft' && journey.state !== 'live') throw new Refusal('journey.state', { state: journey.state, wanted: 'live' }, 409);
    const before = journey.version > 0 ? await versionOf(tx, caller.workspaceId, id, journey.version) : undefined;
    if (before && JSON.stringify(before.definition) === JSON.stringify(journey.draft)) throw new Refusal('journey.unchanged', { version: journey.version }, 409);
    await demandApproved(tx, caller, journey, people);
    const at = stores.clock.now(), version = journey.version + 1;
    const next: JourneyRow = { ...journey, state: 'live', version, experimentId: await experimentFor(tx, stores, caller, journey), launchedAt: journey.launchedAt ?? at, lookedAt: journey.lookedAt ?? at, changedAt: at };
    await insertVersion(tx, caller.workspaceId, id, { version, definition: journey.draft, madeBy: caller.actor.id, madeAt: at });
    await updateJourney(tx, caller.workspaceId, next);
    await audit(tx, stores.clock, caller, { action: 'journey.launched', target: id, detail: { version, people, holdOut: journey.draft.holdOut } });
    await announce(tx, stores.clock, caller.workspaceId, 'journey.state_changed', { journey: id, from: journey.state, to: 'live', version });
    return next;
  });
  await seedMembers(stores, caller.workspaceId, row);
  await seedWarned(stores, caller.workspaceId, row);
  return row;
}

/**
 * Moves everybody inside from one version to another, node by node as told; a node that keeps its name need not be told. Whoever's node is neither told nor there leaves.
 * Refuses `journey.version_gone`, `journey.node_unknown`. How many were moved, and how many of them left.
 */
export async function migrateInside(stores: Stores, caller: Caller, id: string, { from, to, nodes }: { from: number; to: number; nodes: Readonly<Record<string, string>> }): Promise<{ moved: number; left: number }> {
  const done = { moved: 0, left: 0 };
  for (let count = 1; count > 0;) {
    count = await stores.pg.tx(caller.workspaceId, async (tx) => {
      await demandJourney(tx, caller, id, { lock: 'share' });
      for (const version of [from, to]) if (!(await versionOf(tx, caller.workspaceId, id, version))) throw new Refusal('journey.version_gone', { version }, 404);
      const [before, plan] = [await planFor(tx, caller.workspaceId, id, from), await planFor(tx, caller.workspaceId, id, to)];
      const unknown = Object.entries(nodes).flatMap((pair) => (before.nodes.has(pair[0]) ? [] : [pair[0]]).concat(plan.nodes.has(pair[1]) ? [] : [pair[1]]))[0];
      if (unknown !== undefined) throw new Refusal('journey.node_unknown', { node: unknown });
      const rows = await lockInside(tx, caller.workspaceId, { journeyId: id, version: from, limit: MOVE_AT_ONCE });
      const walked = rows.map((row) => ({ row: { ...row, version: to }, walked: migrate(plan, before.nodes.get(row.state.node), row.state, nodes, stores.clock.now().getTime()) }));
      if (rows.length > 0) await keep(tx, stores, caller.workspaceId, walked);
      done.moved += rows.length;
      done.left += walked.filter((one) => one.walked.state.status !== 'inside').length;
      return from === to ? 0 : rows.length;
    });
  }
  await stores.pg.tx(caller.workspaceId, (tx) => audit(tx, stores.clock, caller, { action: 'journey.migrated', target: id, detail: { from, to, ...done } }));
  return done;
}
const MOVE_AT_ONCE = 2_000;
