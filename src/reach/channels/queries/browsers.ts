import type { WorkspaceId } from '../../../kernel/ids.ts';
import { many, run, sql, type Tx } from '../../../kernel/sql.ts';

export type SubscriptionRow = { id: string; subject: string; sealed: Buffer };

/** Keeps a browser's subscription; one that is known belongs from now on to whoever is there now. */
export const putSubscription = (tx: Tx, workspaceId: WorkspaceId, { id, subject, sealed }: SubscriptionRow, at: Date): Promise<number> => run(tx, sql`
  insert into push_subscription (workspace_id, id, subject_id, sealed, at) values (${workspaceId}, ${id}, ${subject}, ${sealed}, ${at})
  on conflict (workspace_id, id) do update set subject_id = excluded.subject_id, sealed = excluded.sealed, at = excluded.at`);

/** Subscriptions of these customers, as they are one today: the newest ten each. */
export const subscriptionsOf = (tx: Tx, workspaceId: WorkspaceId, customers: readonly string[]): Promise<(SubscriptionRow & { customer: string })[]> => many(tx, sql<SubscriptionRow & { customer: string }>`
  select * from (
    select s.customer_id as customer, p.id, p.subject_id as subject, p.sealed, row_number() over (partition by s.customer_id order by p.at desc) as place
      from subject s join push_subscription p on p.workspace_id = s.workspace_id and p.subject_id = s.id
     where s.workspace_id = ${workspaceId} and s.customer_id = any (${[...customers]}::uuid[])) newest
   where place <= 10`);

export const dropSubscriptions = (tx: Tx, workspaceId: WorkspaceId, ids: readonly string[]): Promise<number> => run(tx, sql`delete from push_subscription where workspace_id = ${workspaceId} and id = any (${[...ids]}::uuid[])`);

export type InAppRow = { id: string; customer: string; sealed: Buffer };

/** Lays messages out for their readers; one that lies there stays as it is. */
export const putInApp = (tx: Tx, workspaceId: WorkspaceId, rows: readonly InAppRow[], { at, until }: { at: Date; until: Date }): Promise<number> => run(tx, sql`
  insert into in_app_message (workspace_id, id, customer_id, sealed, at, until)
  select ${workspaceId}, r.id, r.customer, decode(r.sealed, 'base64'), ${at}, ${until}
    from jsonb_to_recordset(${JSON.stringify(rows.map((row) => ({ ...row, sealed: row.sealed.toString('base64') })))}::jsonb) as r (id uuid, customer uuid, sealed text)
  on conflict do nothing`);

/** What waits for whoever a subject is today, the oldest first. */
export const inAppFor = (tx: Tx, workspaceId: WorkspaceId, subject: string, now: Date): Promise<{ id: string; sealed: Buffer }[]> => many(tx, sql<{ id: string; sealed: Buffer }>`
  select i.id, i.sealed
    from subject me
    join subject s on s.workspace_id = me.workspace_id and s.customer_id = me.customer_id
    join in_app_message i on i.workspace_id = s.workspace_id and i.customer_id = s.id
   where me.workspace_id = ${workspaceId} and me.id = ${subject} and i.done_at is null and i.until > ${now}
   order by i.at, i.id limit 5`);

export const endInApp = (tx: Tx, workspaceId: WorkspaceId, id: string, at: Date): Promise<number> => run(tx, sql`update in_app_message set done_at = ${at} where workspace_id = ${workspaceId} and id = ${id} and done_at is null`);

/** Removes what is of people who are erased. */
export async function forgetBrowsers(tx: Tx, workspaceId: WorkspaceId, subjects: readonly string[]): Promise<{ push_subscription: number; in_app_message: number }> {
  const ids = [...subjects];
  return {
    push_subscription: await run(tx, sql`delete from push_subscription where workspace_id = ${workspaceId} and subject_id = any (${ids}::uuid[])`),
    in_app_message: await run(tx, sql`delete from in_app_message where workspace_id = ${workspaceId} and customer_id = any (${ids}::uuid[])`),
  };
}
