import type { CustomerId, SubjectId, WorkspaceId } from '../../kernel/ids.ts';
import { many, one, run, sql, type Tx } from '../../kernel/sql.ts';
import type { FieldValue } from '../core/fold.ts';
import type { HotKey } from '../builtins.ts';

/** `gone`: customers that are no more. */
export type Batch = { id: string; customers: readonly CustomerId[]; subjects: readonly SubjectId[]; gone: readonly CustomerId[] };

export const insertBatch = (tx: Tx, workspaceId: WorkspaceId, { id, customers, subjects, gone }: Batch, at: Date): Promise<number> =>
  run(tx, sql`
    insert into mirror_batch (workspace_id, id, customers, subjects, gone, at)
    values (${workspaceId}, ${id}, ${customers}::uuid[], ${subjects}::uuid[], ${gone}::uuid[], ${at})`);

export const pendingBatches = (tx: Tx, workspaceId: WorkspaceId): Promise<Batch[]> =>
  many(tx, sql<Batch>`select id, customers, subjects, gone from mirror_batch where workspace_id = ${workspaceId} order by at`);

export const dropBatches = (tx: Tx, workspaceId: WorkspaceId, ids: readonly string[]): Promise<number> =>
  run(tx, sql`delete from mirror_batch where workspace_id = ${workspaceId} and id = any (${ids}::uuid[])`);

export const nextVersion = async (tx: Tx): Promise<number> => (await one(tx, sql<{ version: number }>`select nextval('mirror_version') as version`)).version;

export const timezoneOf = async (tx: Tx, workspaceId: WorkspaceId): Promise<string> =>
  (await one(tx, sql<{ timezone: string }>`select timezone from workspace where id = ${workspaceId}`, 'workspace')).timezone;

export type StateRow = Record<HotKey, FieldValue | null> & {
  id: CustomerId; absorbed: boolean; name: string; createdAt: Date; fields: Record<string, FieldValue>; published: Record<string, FieldValue>; tags: string[]; reach: string[];
};

export const statesOf = (tx: Tx, workspaceId: WorkspaceId, ids: readonly CustomerId[]): Promise<StateRow[]> =>
  many(tx, sql<StateRow>`
    select id, merged_into is not null as absorbed, name, created_at as "createdAt", fields, published, tags, reach,
           stage, stage_since, branch, cycle, order_count, first_on, last_on, net_minor, gap_days, rfm, b2b, churn_probability
      from customer
     where workspace_id = ${workspaceId} and id = any (${ids}::uuid[])`);
