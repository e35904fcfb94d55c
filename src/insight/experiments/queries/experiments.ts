import type { Day } from '../../../kernel/day.ts';
import type { CustomerId, Id, WorkspaceId } from '../../../kernel/ids.ts';
import { many, maybe, one, run, sql, type Tx } from '../../../kernel/sql.ts';
import type { Audience, Plan } from '../contract.ts';

export type ExperimentId = Id<'experiment'>;
/** What the draw fixed. */
export type Drawn = { drawId: string; drawnAt: Date; drawnBy: string; registeredOn: Day; excluded: Record<string, number> };
export type ExperimentRow = {
  id: ExperimentId; name: string; hypothesis: string; goalId: string | null; audience: Audience; plan: Plan; shops: string[]; startsOn: Day; owner: string; createdAt: Date;
  /** Takes people in as they come, each with a window of their own; `closesOn`: nobody is taken in after that day. */
  rolling: boolean; closesOn: Day | null;
  drawn: Drawn | null;
  /** Since when its figures stand. */
  settled: { settledAt: Date; settledAsOf: Day } | null;
};

type Flat = Omit<ExperimentRow, 'drawn' | 'settled'> & { settledAt: Date | null; settledAsOf: Day | null } & { drawId: string | null; drawnAt: Date | null; drawnBy: string | null; registeredOn: Day | null; excluded: Record<string, number> };

const COLUMNS = sql`id, name, hypothesis, goal_id as "goalId", audience, plan, shops, starts_on as "startsOn", owner, created_at as "createdAt", rolling, closes_on as "closesOn",
  draw_id as "drawId", drawn_at as "drawnAt", drawn_by as "drawnBy", registered_on as "registeredOn", excluded,
  (select settled_at from experiment_settlement x where x.workspace_id = experiment.workspace_id and x.experiment_id = experiment.id) as "settledAt",
  (select as_of from experiment_settlement x where x.workspace_id = experiment.workspace_id and x.experiment_id = experiment.id) as "settledAsOf"`;

const rowOf = ({ drawId, drawnAt, drawnBy, registeredOn, excluded, settledAt, settledAsOf, ...row }: Flat): ExperimentRow => ({
  ...row, drawn: drawId && drawnAt && registeredOn ? { drawId, drawnAt, drawnBy: drawnBy ?? '', registeredOn, excluded } : null,
  settled: settledAt && settledAsOf ? { settledAt, settledAsOf } : null,
});

/** Newest first, after a place in that order; only those wholly within `shops`, where any are given. */
export async function experimentsAfter(tx: Tx, workspaceId: WorkspaceId, shops: readonly string[], after: { at: Date; id: string } | null, limit: number): Promise<ExperimentRow[]> {
  return (await many(tx, sql<Flat>`
    select ${COLUMNS}
      from experiment
     where workspace_id = ${workspaceId}
       and (${shops.length === 0} or (shops <@ ${[...shops]}::text[] and shops <> '{}'))
       and (${after === null} or (created_at, id) < (${after?.at ?? null}::timestamptz, ${after?.id ?? null}::uuid))
     order by created_at desc, id desc
     limit ${limit}`)).map(rowOf);
}

/** Drawn experiments that nobody has settled yet. */
export const unsettled = async (tx: Tx, workspaceId: WorkspaceId): Promise<ExperimentRow[]> =>
  (await many(tx, sql<Flat>`
    select ${COLUMNS}
      from experiment
     where workspace_id = ${workspaceId} and drawn_at is not null
       and not exists (select from experiment_settlement x where x.workspace_id = experiment.workspace_id and x.experiment_id = experiment.id)
     order by created_at, id`)).map(rowOf);

export const countExperiments = async (tx: Tx, workspaceId: WorkspaceId, shops: readonly string[]): Promise<number> =>
  (await one(tx, sql<{ count: number }>`
    select count(*) as count from experiment
     where workspace_id = ${workspaceId} and (${shops.length === 0} or (shops <@ ${[...shops]}::text[] and shops <> '{}'))`)).count;

/** `lock`: nobody else changes, draws or exports it until the transaction ends. */
export async function experimentById(tx: Tx, workspaceId: WorkspaceId, id: string, { lock = false } = {}): Promise<ExperimentRow | undefined> {
  const row = await maybe(tx, sql<Flat>`select ${COLUMNS} from experiment where workspace_id = ${workspaceId} and id = ${id} ${lock ? sql`for update` : sql``}`);
  return row && rowOf(row);
}

export const saveExperiment = (tx: Tx, workspaceId: WorkspaceId, row: Omit<ExperimentRow, 'drawn' | 'settled'>): Promise<number> =>
  run(tx, sql`
    insert into experiment (workspace_id, id, name, hypothesis, goal_id, audience, plan, shops, starts_on, owner, created_at, rolling, closes_on)
    values (${workspaceId}, ${row.id}, ${row.name}, ${row.hypothesis}, ${row.goalId}, ${JSON.stringify(row.audience)}::jsonb, ${JSON.stringify(row.plan)}::jsonb, ${row.shops}::text[], ${row.startsOn}, ${row.owner}, ${row.createdAt}, ${row.rolling}, ${row.closesOn})
    on conflict (workspace_id, id) do update
       set name = excluded.name, hypothesis = excluded.hypothesis, goal_id = excluded.goal_id, audience = excluded.audience, plan = excluded.plan, starts_on = excluded.starts_on
     where experiment.drawn_at is null`);

export const dropDraft = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<number> =>
  run(tx, sql`delete from experiment where workspace_id = ${workspaceId} and id = ${id} and drawn_at is null`);

export const markDrawn = (tx: Tx, workspaceId: WorkspaceId, id: string, { drawId, drawnAt, drawnBy, registeredOn, excluded }: Drawn): Promise<number> =>
  run(tx, sql`
    update experiment
       set draw_id = ${drawId}, drawn_at = ${drawnAt}, drawn_by = ${drawnBy}, registered_on = ${registeredOn}, excluded = ${JSON.stringify(excluded)}::jsonb
     where workspace_id = ${workspaceId} and id = ${id} and drawn_at is null`);

/** Arrays as text: the driver's own conversion costs more than the insert. */
const texts = (values: readonly string[]): string => `{${values.join(',')}}`;

export type Place = { customer: CustomerId; arm: string; startsOn?: Day };

export const insertPeople = (tx: Tx, workspaceId: WorkspaceId, id: string, places: readonly Place[]): Promise<number> =>
  run(tx, sql`
    insert into experiment_person (workspace_id, experiment_id, customer_id, arm, starts_on)
    select ${workspaceId}::uuid, ${id}::uuid, p.customer, p.arm, p.starts_on
      from unnest(${texts(places.map(({ customer }) => customer))}::uuid[], ${texts(places.map(({ arm }) => arm))}::text[], ${texts(places.map(({ startsOn }) => startsOn ?? 'null'))}::date[]) as p (customer, arm, starts_on)
    on conflict do nothing`);

/** From this day on nobody is taken in any more; a day that is said already stands. */
export const closeRolling = (tx: Tx, workspaceId: WorkspaceId, id: string, closesOn: Day): Promise<number> =>
  run(tx, sql`update experiment set closes_on = ${closesOn} where workspace_id = ${workspaceId} and id = ${id} and rolling and closes_on is null`);

/**
 * For statements over everybody of an experiment: right after a draw the planner has no figures about its rows, takes them for one
 * or two, and would compare each with every other. For the rest of the transaction it joins by hashing.
 */
export const joinInBulk = (tx: Tx): Promise<number> => run(tx, sql`select set_config('enable_nestloop', 'off', true)`);

export type ArmCount = { experimentId: string; arm: string; customers: number; sent: number };

export async function armCounts(tx: Tx, workspaceId: WorkspaceId, ids: readonly string[]): Promise<ArmCount[]> {
  await joinInBulk(tx);
  return many(tx, sql<ArmCount>`
    select p.experiment_id as "experimentId", p.arm, count(*) as customers, count(s.customer_id) as sent
      from experiment_person p
      left join experiment_sending s on s.workspace_id = p.workspace_id and s.experiment_id = p.experiment_id and s.customer_id = p.customer_id
     where p.workspace_id = ${workspaceId} and p.experiment_id = any(${[...ids]}::uuid[])
     group by p.experiment_id, p.arm
     order by p.experiment_id, p.arm`);
}

/** Drawn people of other experiments that still run on a day: their draw ids. */
export const drawnBefore = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<{ id: string; drawId: string; startsOn: Day; plan: Plan; rolling: boolean; closesOn: Day | null }[]> =>
  many(tx, sql`select id, draw_id as "drawId", starts_on as "startsOn", plan, rolling, closes_on as "closesOn" from experiment where workspace_id = ${workspaceId} and drawn_at is not null and id <> ${id}`);

export type Anchor = { experimentId: string; drawId: string; anchor: CustomerId; owner: CustomerId; arm: string; sentOn: Day | null; startsOn: Day | null };

/** Draws as they stand today: whose each anchor is now, and when something was sent. `of`: the anchors, or whoever they belong to; null for the whole experiment. */
export async function anchorsOf(tx: Tx, workspaceId: WorkspaceId, { experimentId, customers }: { experimentId?: string; customers?: readonly string[] }): Promise<Anchor[]> {
  if (experimentId !== undefined) await joinInBulk(tx);
  return many(tx, sql<Anchor>`
    select e.id as "experimentId", e.draw_id as "drawId", p.customer_id as anchor, coalesce(s.customer_id, p.nobody, p.customer_id) as owner, p.arm, coalesce(b.day, p.sent_on) as "sentOn", p.starts_on as "startsOn"
      from experiment_person p
      join experiment e on e.workspace_id = p.workspace_id and e.id = p.experiment_id
      left join subject s on s.workspace_id = p.workspace_id and s.id = p.customer_id
      left join experiment_sending x on x.workspace_id = p.workspace_id and x.experiment_id = p.experiment_id and x.customer_id = p.customer_id
      left join experiment_batch b on b.workspace_id = x.workspace_id and b.id = x.batch_id
     where p.workspace_id = ${workspaceId}
       and (${experimentId === undefined} or p.experiment_id = ${experimentId ?? null}::uuid)
       and (${customers === undefined} or p.customer_id = any(${texts(customers ?? [])}::uuid[])
            or p.customer_id in (select id from subject where workspace_id = ${workspaceId} and customer_id = any(${texts(customers ?? [])}::uuid[])))`);
}

export const nextVersion = async (tx: Tx): Promise<number> => (await one(tx, sql<{ version: number }>`select nextval('experiment_version') as version`)).version;
