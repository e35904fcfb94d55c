import type { Day } from '../../kernel/day.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { many, sql, type Tx } from '../../kernel/sql.ts';

/** Whom something left for, what it cost as the ledger wrote it down, and on which day of the workspace: messages of ways that an experiment measures. */
const SENT = sql`
  from enrolment e
  join workspace w on w.id = e.workspace_id
  join message m on m.workspace_id = e.workspace_id and m.source_id = e.journey_id::text and m.enrolment = e.id::text and m.sent_at is not null`;
const DAY = sql`(m.sent_at at time zone w.timezone)::date`;

export type Spent = { experimentId: string; arm: string; people: number; minor: number };

/** The same within each one's own window. */
const within = (experiments: readonly { id: string; windowDays: number }[]) => sql`
  ${SENT}
  join jsonb_to_recordset(${JSON.stringify(experiments)}::jsonb) as x (id uuid, "windowDays" int) on x.id = e.experiment_id
  join experiment_person p on p.workspace_id = e.workspace_id and p.experiment_id = e.experiment_id and p.customer_id = e.customer_id
   and ${DAY} >= coalesce(p.starts_on, ${DAY}) and ${DAY} < coalesce(p.starts_on, ${DAY}) + x."windowDays"`;
const MINOR = sql`coalesce(sum((m.facts ->> 'costMinor')::float8), 0)`;

/** What messages to the people of experiments cost, by arm, and how many people got any. */
export const spentBy = (tx: Tx, workspaceId: WorkspaceId, experiments: readonly { id: string; windowDays: number }[]): Promise<Spent[]> =>
  many(tx, sql<Spent>`
    select p.experiment_id as "experimentId", p.arm, count(distinct p.customer_id)::int as people, ${MINOR} as minor
      ${within(experiments)}
     where e.workspace_id = ${workspaceId}
     group by p.experiment_id, p.arm`);

export type SpentOn = { experimentId: string; customer: CustomerId; minor: number };

/** The same of some people, one by one, as they were drawn. */
export const spentOn = (tx: Tx, workspaceId: WorkspaceId, experiments: readonly { id: string; windowDays: number }[], customers: readonly string[]): Promise<SpentOn[]> =>
  many(tx, sql<SpentOn>`
    select p.experiment_id as "experimentId", p.customer_id as customer, ${MINOR} as minor
      ${within(experiments)}
     where e.workspace_id = ${workspaceId} and p.customer_id = any(${`{${customers.join(',')}}`}::uuid[])
     group by p.experiment_id, p.customer_id`);

export type FirstSent = { experimentId: string; customer: CustomerId; day: Day };

/** When the first message left for each: of an experiment, or for some people whatever measures them. `customer` is as they entered. */
export const firstSent = (tx: Tx, workspaceId: WorkspaceId, { experimentId = null, customers = null }: { experimentId?: string | null; customers?: readonly string[] | null }): Promise<FirstSent[]> =>
  many(tx, sql<FirstSent>`
    select e.experiment_id as "experimentId", e.customer_id as customer, min(${DAY}) as day
      ${SENT}
     where e.workspace_id = ${workspaceId} and e.experiment_id is not null and (${experimentId}::uuid is null or e.experiment_id = ${experimentId}::uuid)
       and (${customers === null} or e.customer_id = any(${`{${(customers ?? []).join(',')}}`}::uuid[]))
     group by e.experiment_id, e.customer_id`);
