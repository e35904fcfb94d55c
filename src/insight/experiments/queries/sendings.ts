import type { Day } from '../../../kernel/day.ts';
import type { CustomerId, SubjectId, WorkspaceId } from '../../../kernel/ids.ts';
import { many, maybe, run, sql, type Tx } from '../../../kernel/sql.ts';
import { joinInBulk } from './experiments.ts';

export type Batch = {
  id: string; experimentId: string; code: string; channel: string; day: Day; reason: string; costMinor: number; capDays: number; personalised: boolean; minutesEach: number;
  people: number; leftOut: Record<string, number>; madeBy: string; madeAt: Date;
};

const COLUMNS = sql`id, experiment_id as "experimentId", code, channel, day, reason, cost_minor as "costMinor", cap_days as "capDays", personalised, minutes_each as "minutesEach",
  people, left_out as "leftOut", made_by as "madeBy", made_at as "madeAt"`;

export const batchesOf = (tx: Tx, workspaceId: WorkspaceId, experimentIds: readonly string[]): Promise<Batch[]> =>
  many(tx, sql<Batch>`select ${COLUMNS} from experiment_batch where workspace_id = ${workspaceId} and experiment_id = any(${[...experimentIds]}::uuid[]) order by made_at, id`);

export const batchById = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<Batch | undefined> =>
  maybe(tx, sql<Batch>`select ${COLUMNS} from experiment_batch where workspace_id = ${workspaceId} and id = ${id}`);

/** A treated person as they are today, to be sent something: the channels open now, tags borne now, when something else was last sent. */
export type Treated = { anchor: CustomerId; owner: CustomerId; arm: string; reach: string[]; tags: string[]; lastSent: Day | null };

/**
 * Treated people something has not been sent to yet, and whose record is still there. The control is never among them: whoever
 * was drawn twice and is one person today is sent nothing where the other draw says control, and nothing twice.
 */
export async function unsent(tx: Tx, workspaceId: WorkspaceId, experimentId: string): Promise<Treated[]> {
  await joinInBulk(tx);
  return many(tx, sql<Treated>`
    with mine as materialized (
      select p.customer_id as anchor, s.customer_id as owner, p.arm, x.customer_id is not null as sent
        from experiment_person p
        join subject s on s.workspace_id = p.workspace_id and s.id = p.customer_id
        left join experiment_sending x on x.workspace_id = p.workspace_id and x.experiment_id = p.experiment_id and x.customer_id = p.customer_id
       where p.workspace_id = ${workspaceId} and p.experiment_id = ${experimentId}),
    waiting as materialized (
      select (array_agg(anchor order by anchor <> owner, anchor))[1] as anchor, owner, (array_agg(arm order by anchor <> owner, anchor))[1] as arm
        from mine
       group by owner
      having not bool_or(arm = 'control') and not bool_or(sent)),
    other as materialized (
      select s.customer_id as owner, max(b.day) as day
        from experiment_sending x
        join experiment_batch b on b.workspace_id = x.workspace_id and b.id = x.batch_id
        join subject s on s.workspace_id = x.workspace_id and s.id = x.customer_id
       where x.workspace_id = ${workspaceId} and x.experiment_id <> ${experimentId}
       group by s.customer_id)
    select w.anchor, w.owner, w.arm, c.reach, c.tags, o.day as "lastSent"
      from waiting w
      join customer c on c.workspace_id = ${workspaceId} and c.id = w.owner and c.merged_into is null
      left join other o on o.owner = w.owner
     order by w.anchor`);
}

export async function insertBatch(tx: Tx, workspaceId: WorkspaceId, batch: Batch, anchors: readonly CustomerId[]): Promise<void> {
  await run(tx, sql`
    insert into experiment_batch (workspace_id, id, experiment_id, code, channel, day, reason, cost_minor, cap_days, personalised, minutes_each, people, left_out, made_by, made_at)
    values (${workspaceId}, ${batch.id}, ${batch.experimentId}, ${batch.code}, ${batch.channel}, ${batch.day}, ${batch.reason}, ${batch.costMinor}, ${batch.capDays}, ${batch.personalised}, ${batch.minutesEach},
            ${batch.people}, ${JSON.stringify(batch.leftOut)}::jsonb, ${batch.madeBy}, ${batch.madeAt})`);
  await run(tx, sql`
    insert into experiment_sending (workspace_id, experiment_id, batch_id, customer_id)
    select ${workspaceId}::uuid, ${batch.experimentId}::uuid, ${batch.id}::uuid, id from unnest(${`{${anchors.join(',')}}`}::uuid[]) as id`);
}

/** One whom a batch went to: the record of the draw, who that is today, their arm. `isAgain`: an earlier record of the batch is the same person today. */
export type BatchPerson = { anchor: CustomerId; owner: CustomerId; arm: string; isAgain: boolean };

/**
 * Whom a batch went to, page by page in the order of their records. Each is looked up by a subquery of its own: right after a draw the
 * planner takes these tables for empty, and as a join it would compare every person of the page with every one of the draw.
 */
export const peopleOfBatch = (tx: Tx, workspaceId: WorkspaceId, { id, experimentId }: Pick<Batch, 'id' | 'experimentId'>, after: CustomerId | null, limit: number): Promise<BatchPerson[]> =>
  many(tx, sql<BatchPerson>`
    with page as materialized (
      select x.customer_id as anchor,
             coalesce((select s.customer_id from subject s where s.workspace_id = ${workspaceId} and s.id = x.customer_id), x.customer_id) as owner
        from experiment_sending x
       where x.workspace_id = ${workspaceId} and x.experiment_id = ${experimentId} and x.batch_id = ${id} and (${after === null} or x.customer_id > ${after}::uuid)
       order by x.customer_id
       limit ${limit})
    select g.anchor, g.owner,
           (select p.arm from experiment_person p where p.workspace_id = ${workspaceId} and p.experiment_id = ${experimentId} and p.customer_id = g.anchor) as arm,
           exists (select from subject o
                    where o.workspace_id = ${workspaceId} and o.customer_id = g.owner and o.id < g.anchor
                      and (select y.batch_id from experiment_sending y where y.workspace_id = ${workspaceId} and y.experiment_id = ${experimentId} and y.customer_id = o.id) = ${id}::uuid) as "isAgain"
      from page g
     order by g.anchor`);

export type Sent = { batchId: string; code: string; channel: string; arm: string; experimentId: string; name: string; madeAt: Date };

/** What was sent to some subjects, newest first: the exposures of a timeline. */
export const sentTo = (tx: Tx, workspaceId: WorkspaceId, subjects: readonly (SubjectId | CustomerId)[], { before, limit }: { before: Date | null; limit: number }): Promise<Sent[]> =>
  many(tx, sql<Sent>`
    select b.id as "batchId", b.code, b.channel, p.arm, e.id as "experimentId", e.name, b.made_at as "madeAt"
      from experiment_sending x
      join experiment_batch b on b.workspace_id = x.workspace_id and b.id = x.batch_id
      join experiment e on e.workspace_id = x.workspace_id and e.id = x.experiment_id
      join experiment_person p on p.workspace_id = x.workspace_id and p.experiment_id = x.experiment_id and p.customer_id = x.customer_id
     where x.workspace_id = ${workspaceId} and x.customer_id = any(${[...subjects]}::uuid[])
       and (${before === null} or b.made_at < ${before}::timestamptz)
     order by b.made_at desc, b.id
     limit ${limit}`);

export type MonthSent = { month: string; sends: number; personalised: number; minutesSaved: number };

/** Sendings by month, from the batches. */
export const sentByMonth = (tx: Tx, workspaceId: WorkspaceId): Promise<MonthSent[]> =>
  many(tx, sql<MonthSent>`
    select to_char(day, 'YYYY-MM') as month, sum(people)::int as sends, coalesce(sum(people) filter (where personalised), 0)::int as personalised,
           coalesce(sum(people * minutes_each) filter (where personalised), 0)::float8 as "minutesSaved"
      from experiment_batch
     where workspace_id = ${workspaceId}
     group by month
     order by month desc`);

/** What the messages sent to each arm cost, in minor units. */
export async function messageCosts(tx: Tx, workspaceId: WorkspaceId, experimentId: string): Promise<{ arm: string; minor: number }[]> {
  await joinInBulk(tx);
  return many(tx, sql`
    select p.arm, sum(b.cost_minor)::float8 as minor
      from experiment_sending x
      join experiment_batch b on b.workspace_id = x.workspace_id and b.id = x.batch_id
      join experiment_person p on p.workspace_id = x.workspace_id and p.experiment_id = x.experiment_id and p.customer_id = x.customer_id
     where x.workspace_id = ${workspaceId} and x.experiment_id = ${experimentId}
     group by p.arm`);
}
