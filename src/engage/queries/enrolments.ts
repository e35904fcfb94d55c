import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { tellNews } from '../../kernel/news.ts';
import { many, run, sql, type Tx } from '../../kernel/sql.ts';
import { CONTROL, type State } from '../core/journey.ts';

/** What brought somebody in: plain data of the event, which templates may use. */
export type Occasion = { kind: string; event?: string; at?: string; properties?: Record<string, unknown> };
export type Enrolment = {
  id: string; journeyId: string; version: number; customerId: CustomerId; personId: CustomerId; key: string; arm: string; zone: string; occasion: Occasion; state: State;
};
/** Somebody who enters now, measured by an experiment where the journey has one. */
/** Which of these ids are enrolments already. */
export const enrolledBy = async (tx: Tx, workspaceId: WorkspaceId, ids: readonly string[]): Promise<Set<string>> =>
  new Set((await many(tx, sql<{ id: string }>`select id from enrolment where workspace_id = ${workspaceId} and id = any (${[...ids]}::uuid[])`)).map(({ id }) => id));

export type NewEnrolment = Enrolment & { experimentId: string | null };

type Flat = Omit<Enrolment, 'state'> & Omit<State, 'enteredAt' | 'since' | 'dueAt' | 'goalAt'> & { enteredAt: Date; since: Date; dueAt: Date; goalAt: Date | null };
const COLUMNS = sql`id, journey_id as "journeyId", version, customer_id as "customerId", person_id as "personId", key, arm, zone, occasion, status, reason, node, visit, arrived,
  entered_at as "enteredAt", since, due_at as "dueAt", goal_at as "goalAt"`;
const read = ({ status, reason, node, visit, arrived, enteredAt, since, dueAt, goalAt, ...row }: Flat): Enrolment =>
  ({ ...row, state: { status, reason, node, visit, arrived, enteredAt: enteredAt.getTime(), since: since.getTime(), dueAt: dueAt.getTime(), goalAt: goalAt?.getTime() ?? null } });

/** Takes a batch of those due; others who work on the same journey get other people. */
export const claimDue = async (tx: Tx, workspaceId: WorkspaceId, journeyId: string, at: Date, limit: number): Promise<Enrolment[]> =>
  (await many(tx, sql<Flat>`
    select ${COLUMNS} from enrolment
     where workspace_id = ${workspaceId} and journey_id = ${journeyId} and status = 'inside' and next_at <= ${at}
     order by next_at
     limit ${limit}
       for update skip locked`)).map(read);

/** People inside, by their enrolments or by where they stand, held until the transaction ends. */
export const lockInside = async (tx: Tx, workspaceId: WorkspaceId, { ids = null, journeyId = null, version = null, people = null, limit = null }: { ids?: readonly string[] | null; journeyId?: string | null; version?: number | null; people?: readonly string[] | null; limit?: number | null }): Promise<Enrolment[]> =>
  (await many(tx, sql<Flat>`
    select ${COLUMNS} from enrolment
     where workspace_id = ${workspaceId} and status = 'inside'
       and (${ids === null} or id = any(${idsText(ids ?? [])}::uuid[])) and (${journeyId === null} or journey_id = ${journeyId}::uuid)
       and (${version === null} or version = ${version}::int) and (${people === null} or person_id = any(${idsText(people ?? [])}::uuid[]))
     order by id
     limit ${limit}
       for update`)).map(read);

export const enrolmentById = async (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<Enrolment | undefined> =>
  (await many(tx, sql<Flat>`select ${COLUMNS} from enrolment where workspace_id = ${workspaceId} and id = ${id}`)).map(read)[0];

/** Arrays as text: the driver's own conversion costs more than the statement. */
export const idsText = (ids: readonly string[]): string => `{${ids.join(',')}}`;
const json = (rows: readonly unknown[]): string => JSON.stringify(rows);

/** Where people stand now. `version` of a row is where they were moved to. */
export const saveStates = (tx: Tx, workspaceId: WorkspaceId, rows: readonly Enrolment[], at: Date): Promise<number> =>
  (rows.length === 0 ? Promise.resolve(0) : run(tx, sql`
    update enrolment e
       set version = s.version, status = s.status, reason = s.reason, node = s.node, visit = s.visit, arrived = s.arrived, since = to_timestamp(s.since / 1000.0), due_at = to_timestamp(s.due / 1000.0),
           goal_at = to_timestamp(s.goal / 1000.0), next_at = to_timestamp(s.due / 1000.0), ended_at = case when s.status = 'inside' then null else ${at}::timestamptz end
      from jsonb_to_recordset(${json(rows.map(({ id, version, state }) => ({ id, version, status: state.status, reason: state.reason, node: state.node, visit: state.visit, arrived: state.arrived, since: state.since, due: state.dueAt, goal: state.goalAt })))}::jsonb)
           as s (id uuid, version int, status text, reason text, node text, visit int, arrived boolean, since float8, due float8, goal float8)
     where e.workspace_id = ${workspaceId} and e.id = s.id`));

export type LogRow = { enrolmentId: string; journeyId: string; visit: number; node: string; outcome: string };
export const insertLog = (tx: Tx, workspaceId: WorkspaceId, rows: readonly LogRow[], at: Date): Promise<number> =>
  (rows.length === 0 ? Promise.resolve(0) : run(tx, sql`
    insert into enrolment_log (workspace_id, enrolment_id, visit, node, outcome, at, journey_id)
    select ${workspaceId}::uuid, r."enrolmentId", r.visit, r.node, r.outcome, ${at}, r."journeyId"
      from jsonb_to_recordset(${json(rows)}::jsonb) as r ("enrolmentId" uuid, visit int, node text, outcome text, "journeyId" uuid)
    on conflict do nothing`));

/** New rows; whoever is inside already with the same key, or came by the same occasion before, is passed over. The ids that are new. */
export const insertEnrolments = async (tx: Tx, workspaceId: WorkspaceId, rows: readonly NewEnrolment[]): Promise<Set<string>> =>
  (rows.length === 0 ? new Set() : new Set((await many(tx, sql<{ id: string }>`
    insert into enrolment (workspace_id, id, journey_id, version, customer_id, person_id, key, arm, zone, node, entered_at, since, due_at, next_at, occasion, experiment_id)
    select ${workspaceId}::uuid, r.id, r.journey, r.version, r.customer, r.person, r.key, r.arm, r.zone, r.node, to_timestamp(r.entered / 1000.0), to_timestamp(r.entered / 1000.0), to_timestamp(r.due / 1000.0), to_timestamp(r.due / 1000.0), r.occasion, r.experiment
      from jsonb_to_recordset(${json(rows.map(({ id, journeyId, version, customerId, personId, key, arm, zone, occasion, state, experimentId }) => ({ id, experiment: experimentId, journey: journeyId, version, customer: customerId, person: personId, key, arm, zone, node: state.node, entered: state.enteredAt, due: state.dueAt, occasion })))}::jsonb)
           as r (id uuid, journey uuid, version int, customer uuid, person uuid, key text, arm text, zone text, node text, entered float8, due float8, occasion jsonb, experiment uuid)
    on conflict do nothing
    returning id`)).map(({ id }) => id)));

/** When each person (and key) last entered a journey, and whether they are inside. */
export const lastEntries = (tx: Tx, workspaceId: WorkspaceId, journeyId: string, people: readonly string[]): Promise<{ personId: CustomerId; key: string; enteredAt: Date; inside: boolean }[]> =>
  many(tx, sql`
    select person_id as "personId", key, max(entered_at) as "enteredAt", bool_or(status = 'inside') as inside
      from enrolment
     where workspace_id = ${workspaceId} and journey_id = ${journeyId} and person_id = any(${idsText(people)}::uuid[]) and status <> 'merged'
     group by person_id, key`);

/** Something happened to these people: their enrolments in these journeys are looked at now. Waits for whoever is stepping them, so that nothing is missed. */
export async function wake(tx: Tx, workspaceId: WorkspaceId, { people, journeys }: { people: readonly string[]; journeys: readonly string[] }, at: Date): Promise<void> {
  if (people.length === 0 || journeys.length === 0) return;
  const woken = await run(tx, sql`
    update enrolment set next_at = least(next_at, ${at})
     where workspace_id = ${workspaceId} and status = 'inside' and person_id = any(${idsText(people)}::uuid[]) and journey_id = any(${idsText(journeys)}::uuid[])`);
  if (woken > 0) await tellNews(tx, 'journeys');
}

/** Everybody inside a journey is looked at now. */
export const wakeAll = (tx: Tx, workspaceId: WorkspaceId, journeyId: string, at: Date): Promise<number> =>
  run(tx, sql`update enrolment set next_at = least(next_at, ${at}) where workspace_id = ${workspaceId} and journey_id = ${journeyId} and status = 'inside'`);

/** Whose these enrolments are. */
export const peopleOf = async (tx: Tx, workspaceId: WorkspaceId, ids: readonly string[]): Promise<CustomerId[]> => (await many(tx, sql<{ id: CustomerId }>`
  select distinct person_id as id from enrolment where workspace_id = ${workspaceId} and id = any(${idsText(ids)}::uuid[])`)).map(({ id }) => id);

/** Who entered a journey and is not held out, in the order of their ids. */
export const treatedOf = async (tx: Tx, workspaceId: WorkspaceId, journeyId: string): Promise<CustomerId[]> => (await many(tx, sql<{ id: CustomerId }>`
  select distinct person_id as id from enrolment where workspace_id = ${workspaceId} and journey_id = ${journeyId} and arm <> ${CONTROL} order by id`)).map(({ id }) => id);

/** Every timer of a journey is put off by as long as it was paused. */
export const shiftTimers = (tx: Tx, workspaceId: WorkspaceId, journeyId: string, ms: number): Promise<number> =>
  run(tx, sql`
    update enrolment set due_at = due_at + ${ms / 1_000} * interval '1 second', next_at = next_at + ${ms / 1_000} * interval '1 second', since = since + ${ms / 1_000} * interval '1 second'
     where workspace_id = ${workspaceId} and journey_id = ${journeyId} and status = 'inside'`);

/** Whose enrolments may have become somebody else's. */
export const ofMerged = async (tx: Tx, workspaceId: WorkspaceId, people: readonly string[]): Promise<(Enrolment & { owner: CustomerId })[]> =>
  (await many(tx, sql<Flat & { owner: CustomerId }>`
    select ${COLUMNS}, coalesce((select s.customer_id from subject s where s.workspace_id = enrolment.workspace_id and s.id = enrolment.customer_id), customer_id) as owner
      from enrolment
     where workspace_id = ${workspaceId}
       and (person_id = any(${idsText(people)}::uuid[]) or customer_id in (select id from subject where workspace_id = ${workspaceId} and customer_id = any(${idsText(people)}::uuid[])))
     order by entered_at, id
       for update`)).map(({ owner, ...row }) => ({ ...read(row as Flat), owner }));

export const saveOwners = (tx: Tx, workspaceId: WorkspaceId, rows: readonly { id: string; owner: string }[]): Promise<number> =>
  (rows.length === 0 ? Promise.resolve(0) : run(tx, sql`
    update enrolment e set person_id = r.owner from jsonb_to_recordset(${json(rows)}::jsonb) as r (id uuid, owner uuid) where e.workspace_id = ${workspaceId} and e.id = r.id`));

/** Whether each of some enrolments still wants what it proposed: inside, or through by its own way, and its journey not held. */
export const standing = (tx: Tx, workspaceId: WorkspaceId, ids: readonly string[]): Promise<{ id: string; status: string; state: string }[]> =>
  many(tx, sql`
    select e.id, e.status, j.state
      from enrolment e join journey j on j.workspace_id = e.workspace_id and j.id = e.journey_id
     where e.workspace_id = ${workspaceId} and e.id = any(${idsText(ids)}::uuid[])`);

/** What an erased person leaves: that somebody was there. */
export const forgetEnrolments = (tx: Tx, workspaceId: WorkspaceId, subjects: readonly string[], nobody: string, at: Date): Promise<number> =>
  run(tx, sql`
    update enrolment
       set status = case when status = 'inside' then 'stopped' else status end, reason = case when status = 'inside' then 'erased' else reason end, ended_at = coalesce(ended_at, ${at}),
           customer_id = ${nobody}, person_id = ${nobody}, key = '', occasion = '{}'
     where workspace_id = ${workspaceId} and (customer_id = any(${idsText(subjects)}::uuid[]) or person_id = any(${idsText(subjects)}::uuid[]))`);
export const forgetMembers = (tx: Tx, workspaceId: WorkspaceId, subjects: readonly string[]): Promise<number> =>
  run(tx, sql`delete from journey_member where workspace_id = ${workspaceId} and customer_id = any(${idsText(subjects)}::uuid[])`);
