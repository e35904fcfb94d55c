import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, sql, type Tx } from '../../kernel/sql.ts';

/** How many stand at each node now, by version; and how many are through each way of it so far. Held out ones apart. */
export const standingBy = (tx: Tx, workspaceId: WorkspaceId, journeyId: string): Promise<{ node: string; version: number; people: number; control: number }[]> =>
  many(tx, sql`
    select node, version, count(*)::int as people, (count(*) filter (where arm = 'control'))::int as control
      from enrolment where workspace_id = ${workspaceId} and journey_id = ${journeyId} and status = 'inside'
     group by node, version order by node, version`);

export const passedBy = (tx: Tx, workspaceId: WorkspaceId, journeyId: string): Promise<{ node: string; outcome: string; people: number }[]> =>
  many(tx, sql`
    select node, outcome, count(*)::int as people from enrolment_log
     where workspace_id = ${workspaceId} and journey_id = ${journeyId}
     group by node, outcome order by node, outcome`);

export type Totals = { journeyId: string; entered: number; inside: number; control: number; goal: number; ended: Record<string, number> };
export const totalsOf = (tx: Tx, workspaceId: WorkspaceId, ids: readonly string[]): Promise<Totals[]> =>
  many(tx, sql<Totals>`
    select journey_id as "journeyId", sum(people)::int as entered, coalesce(sum(people) filter (where status = 'inside'), 0)::int as inside, sum(control)::int as control, sum(goal)::int as goal,
           coalesce(jsonb_object_agg(status, people) filter (where status <> 'inside'), '{}') as ended
      from (select journey_id, status, count(*) as people, count(*) filter (where arm = 'control') as control, count(goal_at) as goal
              from enrolment where workspace_id = ${workspaceId} and journey_id = any(${[...ids]}::uuid[]) group by journey_id, status) as t
     group by journey_id`);

/** How long it took to the goal, in ms: median of those who reached it. */
export const medianToGoal = async (tx: Tx, workspaceId: WorkspaceId, journeyId: string): Promise<number | null> =>
  (await many(tx, sql<{ ms: number | null }>`
    select percentile_cont(0.5) within group (order by extract(epoch from goal_at - entered_at) * 1000) as ms
      from enrolment where workspace_id = ${workspaceId} and journey_id = ${journeyId} and goal_at is not null`))[0]?.ms ?? null;

export type PathRow = { visit: number; node: string; outcome: string; at: Date };
export const pathOf = (tx: Tx, workspaceId: WorkspaceId, enrolmentId: string): Promise<PathRow[]> =>
  many(tx, sql<PathRow>`select visit, node, outcome, at from enrolment_log where workspace_id = ${workspaceId} and enrolment_id = ${enrolmentId} order by visit, at, outcome`);

export type Listed = { id: string; personId: string; key: string; arm: string; version: number; status: string; reason: string; node: string; enteredAt: Date; dueAt: Date; endedAt: Date | null; goalAt: Date | null; journeyId: string; journeyName: string };
/** Enrolments, newest first: of a journey, of a person, or at one node. */
export const listed = (tx: Tx, workspaceId: WorkspaceId, { id = null, journeyId, people, node, status, after, limit }: { id?: string | null; journeyId: string | null; people: readonly string[] | null; node: string | null; status: string | null; after: { at: Date; id: string } | null; limit: number }): Promise<Listed[]> =>
  many(tx, sql<Listed>`
    select e.id, e.person_id as "personId", e.key, e.arm, e.version, e.status, e.reason, e.node, e.entered_at as "enteredAt", e.due_at as "dueAt", e.ended_at as "endedAt", e.goal_at as "goalAt", e.journey_id as "journeyId", j.name as "journeyName"
      from enrolment e join journey j on j.workspace_id = e.workspace_id and j.id = e.journey_id
     where e.workspace_id = ${workspaceId} and (${id}::uuid is null or e.id = ${id}::uuid) and (${journeyId}::uuid is null or e.journey_id = ${journeyId}::uuid) and (${people === null} or e.person_id = any(${`{${(people ?? []).join(',')}}`}::uuid[]))
       and (${node}::text is null or e.node = ${node}) and (${status}::text is null or e.status = ${status})
       and (${after === null} or (e.entered_at, e.id) < (${after?.at ?? null}::timestamptz, ${after?.id ?? null}::uuid))
     order by e.entered_at desc, e.id desc
     limit ${limit}`);
