import { HOT_COLUMNS } from '../../customers/index.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { many, maybe, run, sql, type Tx } from '../../kernel/sql.ts';
import type { TouchPolicy } from '../core/touch/policy.ts';

export type PolicyRow = { version: number; policy: TouchPolicy; changedBy: string; changedAt: Date; lookedAt: Date | null };

export const policyRow = (tx: Tx, workspaceId: WorkspaceId, { lock = false } = {}): Promise<PolicyRow | undefined> => maybe(tx, sql<PolicyRow>`
  select version, policy, changed_by as "changedBy", changed_at as "changedAt", looked_at as "lookedAt" from touch_policy where workspace_id = ${workspaceId} ${lock ? sql`for update` : sql``}`);

/** One at a time in a workspace raises tasks whose number is limited: two would each miss the other's. Held until the transaction ends. */
export const lockContacts = (tx: Tx, workspaceId: WorkspaceId): Promise<number> => run(tx, sql`select pg_advisory_xact_lock(hashtextextended(${`contacts:${workspaceId}`}, 0))`);

export const savePolicy = (tx: Tx, workspaceId: WorkspaceId, { version, policy, by, at }: { version: number; policy: TouchPolicy; by: string; at: Date }): Promise<number> => run(tx, sql`
  insert into touch_policy (workspace_id, version, policy, changed_by, changed_at) values (${workspaceId}, ${version}, ${JSON.stringify(policy)}::jsonb, ${by}, ${at})
  on conflict (workspace_id) do update set version = excluded.version, policy = excluded.policy, changed_by = excluded.changed_by, changed_at = excluded.changed_at, looked_at = null`);

export const stampLooked = (tx: Tx, workspaceId: WorkspaceId, at: Date): Promise<number> => run(tx, sql`update touch_policy set looked_at = ${at} where workspace_id = ${workspaceId}`);

export type PlaceRow = { customer: CustomerId; tier: string; adviser: string | null };
export const placeRows = (tx: Tx, workspaceId: WorkspaceId): Promise<PlaceRow[]> => many(tx, sql<PlaceRow>`
  select customer_id as customer, tier, adviser from touch_place where workspace_id = ${workspaceId} order by customer_id`);

/** Where people stand today, whoever they were when it was worked out: of two rows of one person the one with an adviser. */
export const standingsOf = (tx: Tx, workspaceId: WorkspaceId, owners: readonly CustomerId[]): Promise<{ owner: CustomerId; tier: string; adviser: string | null }[]> => many(tx, sql<{ owner: CustomerId; tier: string; adviser: string | null }>`
  select distinct on (s.customer_id) s.customer_id as owner, p.tier, p.adviser
    from subject s join touch_place p on p.workspace_id = s.workspace_id and p.customer_id = s.id
   where s.workspace_id = ${workspaceId} and s.customer_id = any (${[...owners]}::uuid[])
   order by s.customer_id, p.adviser nulls last, p.since`);

export const putPlaces = (tx: Tx, workspaceId: WorkspaceId, rows: readonly PlaceRow[], at: Date): Promise<number> => run(tx, sql`
  insert into touch_place (workspace_id, customer_id, tier, adviser, since)
  select ${workspaceId}, r.customer, r.tier, r.adviser, ${at} from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as r (customer uuid, tier text, adviser text)
  on conflict (workspace_id, customer_id) do update set tier = excluded.tier, adviser = excluded.adviser,
     since = case when touch_place.adviser is not distinct from excluded.adviser then touch_place.since else excluded.since end`);

export const dropPlaces = (tx: Tx, workspaceId: WorkspaceId, customers: readonly CustomerId[]): Promise<number> => run(tx, sql`
  delete from touch_place where workspace_id = ${workspaceId} and customer_id = any (${[...customers]}::uuid[])`);

/** The value of a field as a number; what is none counts least. */
const amountOf = (key: string) => (key in HOT_COLUMNS ? sql`c.${sql.ref(key)}::float8` : sql`case jsonb_typeof(coalesce(c.published -> ${key}, c.fields -> ${key})) when 'number' then coalesce(c.published -> ${key}, c.fields -> ${key})::float8 end`);

/** Live customers of these by a field, the most first. */
export const rankedBy = async (tx: Tx, workspaceId: WorkspaceId, customers: readonly CustomerId[], key: string): Promise<CustomerId[]> => (await many(tx, sql<{ id: CustomerId }>`
  select c.id from customer c
   where c.workspace_id = ${workspaceId} and c.id = any (${[...customers]}::uuid[]) and c.merged_into is null
   order by ${amountOf(key)} desc nulls last, c.id`)).map(({ id }) => id);

/** How many are of each tier, by adviser. */
export const placeCounts = (tx: Tx, workspaceId: WorkspaceId): Promise<{ tier: string; adviser: string | null; customers: number }[]> => many(tx, sql<{ tier: string; adviser: string | null; customers: number }>`
  select tier, adviser, count(*)::int as customers from touch_place where workspace_id = ${workspaceId} group by tier, adviser`);
