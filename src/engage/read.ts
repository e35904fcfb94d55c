import type { z } from 'zod';
import { knownIn, seenBy } from '../customers/index.ts';
import { userNames } from '../kernel/access/index.ts';
import { type Caller, may } from '../kernel/access/caller.ts';
import { notFound, Refusal } from '../kernel/errors.ts';
import { fromCursor, toCursor } from '../kernel/http/cursor.ts';
import { isUuid } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { allFaults, demandCustomer, demandJourney, type JourneyFault } from './demand.ts';
import { peopleExpected } from './expected.ts';
import { settingOf } from './queries/approvals.ts';
import { type Listed, listed, medianToGoal, passedBy, pathOf, standingBy, type Totals, totalsOf } from './queries/counts.ts';
import { countJourneys, type JourneyRow, journeysAfter, versionOf, versionsOf, type VersionRow } from './queries/journeys.ts';
import type { JourneyReply, journeyShape } from './replies.ts';

const TOTAL_EXACT_TO = 10_000;
const NOBODY_YET: Omit<Totals, 'journeyId'> = { entered: 0, inside: 0, control: 0, goal: 0, ended: {} };

const placeOf = (cursor: string | undefined): { at: Date; id: string } | null => {
  if (cursor === undefined) return null;
  const [at, id] = fromCursor(cursor, 2);
  const place = { at: new Date(String(at)), id: String(id) };
  if (Number.isNaN(place.at.getTime()) || !isUuid(place.id)) throw new Refusal('cursor.invalid', {}, 400);
  return place;
};

async function namer(stores: Stores, ids: readonly (string | null)[]): Promise<(id: string | null) => string> {
  const names = await userNames(stores, ids.filter((id): id is string => id !== null && isUuid(id)));
  return (id) => names.get(id ?? '') ?? '';
}

const told = ({ draft, createdAt, changedAt, launchedAt, pausedAt, id, name, description, playbook, stage, state, revision, version, experimentId, holdOutReason, owner }: JourneyRow, totals: Omit<Totals, 'journeyId'>, ownerName: string): JourneyReply => ({
  id, name, description, playbook, stage, state, revision, version, experimentId, holdOutReason, owner, ownerName, holdOut: draft.holdOut, byHand: draft.entries.some(({ kind }) => kind === 'api'),
  totals: { entered: totals.entered, inside: totals.inside, control: totals.control, goal: totals.goal, ended: totals.ended },
  createdAt: createdAt.toISOString(), changedAt: changedAt.toISOString(), launchedAt: launchedAt?.toISOString() ?? null, pausedAt: pausedAt?.toISOString() ?? null,
});

/** A page of journeys, newest first. */
export async function listJourneys(stores: Stores, caller: Caller, { state, cursor, limit }: { state?: string | undefined; cursor?: string | undefined; limit: number }) {
  const after = placeOf(cursor);
  const { rows, count, totals } = await stores.pg.tx(caller.workspaceId, async (tx) => {
    const found = await journeysAfter(tx, caller.workspaceId, { state: state ?? null, after, limit: limit + 1 });
    return { rows: found, count: await countJourneys(tx, caller.workspaceId, state ?? null), totals: await totalsOf(tx, caller.workspaceId, found.map(({ id }) => id)) };
  });
  const nameOf = await namer(stores, rows.map(({ owner }) => owner));
  const page = rows.slice(0, limit), last = page.at(-1);
  return {
    rows: page.map((row) => told(row, totals.find(({ journeyId }) => journeyId === row.id) ?? NOBODY_YET, nameOf(row.owner))),
    next: rows.length > limit && last ? toCursor([last.createdAt.toISOString(), last.id]) : null, total: { count: Math.min(count, TOTAL_EXACT_TO), over: count > TOTAL_EXACT_TO },
  };
}

/** One journey with who stands where and how many went which way. Refuses `journey.not_found`. */
export async function readJourney(stores: Stores, caller: Caller, id: string): Promise<z.input<typeof journeyShape>> {
  const { workspaceId } = caller;
  const { row, versions, standing, passed, totals, ms } = await stores.pg.tx(workspaceId, async (tx) => ({
    row: await demandJourney(tx, caller, id), versions: await versionsOf(tx, workspaceId, id), standing: await standingBy(tx, workspaceId, id), passed: await passedBy(tx, workspaceId, id),
    totals: await totalsOf(tx, workspaceId, [id]), ms: await medianToGoal(tx, workspaceId, id),
  }));
  const nameOf = await namer(stores, [row.owner, ...versions.map(({ madeBy }) => madeBy)]);
  return {
    ...told(row, totals[0] ?? NOBODY_YET, nameOf(row.owner)), draft: row.draft as never, standing, passed, minutesToGoal: ms === null ? null : ms / 60_000,
    isLaunched: JSON.stringify(versions[0]?.definition) === JSON.stringify(row.draft),
    versions: versions.map(({ version, madeBy, madeAt }) => ({ version, madeBy, madeByName: nameOf(madeBy), madeAt: madeAt.toISOString(), inside: standing.filter((one) => one.version === version).reduce((sum, { people }) => sum + people, 0) })),
  };
}

/** A version as it was launched. Refuses `journey.version_gone`. */
export const readVersion = (stores: Stores, caller: Caller, id: string, version: number): Promise<VersionRow> => stores.pg.tx(caller.workspaceId, async (tx) => {
  const found = await versionOf(tx, caller.workspaceId, id, version);
  if (!found) throw new Refusal('journey.version_gone', { version }, 404);
  return found;
});

/** What keeps the draft from being launched, how many it may reach, and whether that needs somebody else's word. */
export async function validateJourney(stores: Stores, caller: Caller, id: string): Promise<{ faults: JourneyFault[]; people: number; approvalNeeded: boolean }> {
  const { row, approvalPeople } = await stores.pg.tx(caller.workspaceId, async (tx) => ({ row: await demandJourney(tx, caller, id), ...await settingOf(tx, caller.workspaceId) }));
  const faults = await allFaults(stores, caller, row.draft);
  const people = faults.length > 0 ? 0 : await peopleExpected(stores, caller, row.draft);
  return { faults, people, approvalNeeded: people > approvalPeople };
}

const person = ({ personId, enteredAt, dueAt, endedAt, goalAt, ...row }: Listed, names: ReadonlyMap<string, string>) =>
  ({ ...row, name: names.get(personId) ?? null, status: row.status as 'inside', customer: personId, enteredAt: enteredAt.toISOString(), dueAt: dueAt.toISOString(), endedAt: endedAt?.toISOString() ?? null, goalAt: goalAt?.toISOString() ?? null });

/** What these people are called, for whoever may read customers. */
const namesOf = async (stores: Stores, caller: Caller, rows: readonly Listed[]): Promise<ReadonlyMap<string, string>> =>
  new Map(may(caller, 'customers.read') ? (await stores.pg.tx(caller.workspaceId, (tx) => knownIn(tx, caller.workspaceId, [...new Set(rows.map(({ personId }) => personId))]))).map(({ id, name }) => [id, name]) : []);

/** People of a journey, or the journeys of a person, newest first. */
export async function listPeople(stores: Stores, caller: Caller, { journeyId = null, customer = null, node, status, cursor, limit }: { journeyId?: string | null; customer?: string | null; node?: string | undefined; status?: string | undefined; cursor?: string | undefined; limit: number }) {
  const people = customer === null ? null : [await demandCustomer(stores, caller, customer)];
  const rows = await stores.pg.tx(caller.workspaceId, async (tx) => {
    if (journeyId !== null) await demandJourney(tx, caller, journeyId);
    return listed(tx, caller.workspaceId, { journeyId, people, node: node ?? null, status: status ?? null, after: placeOf(cursor), limit: limit + 1 });
  });
  const last = rows.length > limit ? rows[limit - 1] : undefined;
  const page = rows.slice(0, limit), seen = new Set(await seenBy(stores, caller, page.map(({ personId }) => personId))), names = await namesOf(stores, caller, page);
  return { rows: page.filter(({ personId }) => seen.has(personId)).map((one) => person(one, names)), next: last ? toCursor([last.enteredAt.toISOString(), last.id]) : null };
}

/** The way somebody went, node by node. Refuses `enrolment.not_found`. */
export async function readPath(stores: Stores, caller: Caller, id: string, enrolment: string) {
  const { row, path } = await stores.pg.tx(caller.workspaceId, async (tx) => ({
    row: (await listed(tx, caller.workspaceId, { id: enrolment, journeyId: id, people: null, node: null, status: null, after: null, limit: 1 }))[0], path: await pathOf(tx, caller.workspaceId, enrolment),
  }));
  if (!row || (await seenBy(stores, caller, [row.personId])).length === 0) throw notFound('enrolment', { id: enrolment });
  return { ...person(row, await namesOf(stores, caller, [row])), path: path.map((one) => ({ ...one, at: one.at.toISOString() })) };
}
