import type { CustomerId, SubjectId, WorkspaceId } from '../../kernel/ids.ts';
import { many, one, run, sql, type Tx } from '../../kernel/sql.ts';
import type { FieldValue } from '../core/fold.ts';
import type { HotKey } from '../builtins.ts';
import { uuids } from './arrays.ts';

/** `gone`: customers that are no more; `newcomers`: nothing but customers that are new. */
export type Batch = { id: string; customers: readonly CustomerId[]; subjects: readonly SubjectId[]; gone: readonly CustomerId[]; newcomers: boolean };

export const insertBatch = (tx: Tx, workspaceId: WorkspaceId, { id, customers, subjects, gone, newcomers }: Batch, at: Date): Promise<number> =>
  run(tx, sql`
    insert into mirror_batch (workspace_id, id, customers, subjects, gone, newcomers, at)
    values (${workspaceId}, ${id}, ${uuids(customers)}::uuid[], ${uuids(subjects)}::uuid[], ${uuids(gone)}::uuid[], ${newcomers}, ${at})`);

export const pendingBatches = (tx: Tx, workspaceId: WorkspaceId, newcomers: boolean): Promise<Batch[]> =>
  many(tx, sql<Batch>`select id, customers, subjects, gone, newcomers from mirror_batch where workspace_id = ${workspaceId} and (${newcomers} or not newcomers) order by at`);

export const dropBatches = (tx: Tx, workspaceId: WorkspaceId, ids: readonly string[]): Promise<number> =>
  run(tx, sql`delete from mirror_batch where workspace_id = ${workspaceId} and id = any (${uuids(ids)}::uuid[])`);

export const nextVersion = async (tx: Tx): Promise<number> => (await one(tx, sql<{ version: number }>`select nextval('mirror_version') as version`)).version;

export const timezoneOf = async (tx: Tx, workspaceId: WorkspaceId): Promise<string> =>
  (await one(tx, sql<{ timezone: string }>`select timezone from workspace where id = ${workspaceId}`, 'workspace')).timezone;

export type StateRow = Record<HotKey, FieldValue | null> & {
  id: CustomerId; absorbed: boolean; name: string; createdAt: Date; fields: Record<string, FieldValue>; published: Record<string, FieldValue>; tags: string[]; reach: string[];
  /** The newest word on each 'channel purpose', by any of the identifiers. */
  given: string[]; withdrawn: string[];
};

/** Consents are looked up one by one (`offset 0` keeps the planner to it): for thousands of customers it would read everybody's at each call. */
export const statesOf = (tx: Tx, workspaceId: WorkspaceId, ids: readonly CustomerId[]): Promise<StateRow[]> =>
  many(tx, sql<StateRow>`
    with word as (
      select distinct on (s.customer_id, c.channel, c.purpose) s.customer_id, c.channel || ' ' || c.purpose as told, c.state
        from subject s
       cross join lateral (select channel, purpose, at, state from consent where consent.workspace_id = s.workspace_id and consent.customer_id = s.id offset 0) as c
       where s.workspace_id = ${workspaceId} and s.customer_id = any (${uuids(ids)}::uuid[])
       order by s.customer_id, c.channel, c.purpose, c.at desc, c.state desc),
    said as (
      select customer_id, array_agg(told order by told) filter (where state = 'given') as given, array_agg(told order by told) filter (where state = 'withdrawn') as withdrawn
        from word
       group by customer_id)
    select id, merged_into is not null as absorbed, name, created_at as "createdAt", fields, published, tags, reach, coalesce(given, '{}') as given, coalesce(withdrawn, '{}') as withdrawn,
           stage, stage_since, branch, cycle, order_count, first_on, last_on, net_minor, gap_days, rfm, b2b, churn_probability
      from customer
      left join said on said.customer_id = customer.id
     where workspace_id = ${workspaceId} and id = any (${uuids(ids)}::uuid[])`);
