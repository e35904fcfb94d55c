import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { many, run, sql, type Tx } from '../../kernel/sql.ts';
import type { FieldValue } from '../core/fold.ts';

export type TraitSaid = { customer: CustomerId; value: FieldValue | null };
export type TraitRow = { key: string; value: FieldValue | null; since: Date; seenAt: Date };

/** Notes values: an unchanged one is seen again, a new one starts a row of its own. Customers whose value changed. */
export async function noteTraits(tx: Tx, workspaceId: WorkspaceId, key: string, said: readonly TraitSaid[], at: Date): Promise<CustomerId[]> {
  const ids = said.map(({ customer }) => customer);
  const values = said.map(({ value }) => JSON.stringify(value));
  const rows = await many(tx, sql<{ id: CustomerId }>`
    with given as (select * from unnest(${ids}::uuid[], ${values}::text[]) as g (id, value)),
    latest as (
      select distinct on (h.customer_id) h.customer_id, h.value, h.since
        from trait_history h
       where h.workspace_id = ${workspaceId} and h.key = ${key} and h.customer_id = any (${ids}::uuid[])
       order by h.customer_id, h.since desc),
    seen as (
      update trait_history h set seen_at = ${at}
        from given g join latest l on l.customer_id = g.id and l.value = g.value::jsonb
       where h.workspace_id = ${workspaceId} and h.key = ${key} and h.customer_id = g.id and h.since = l.since)
    insert into trait_history (workspace_id, customer_id, key, value, since, seen_at)
    select ${workspaceId}, g.id, ${key}, g.value::jsonb, ${at}, ${at}
      from given g left join latest l on l.customer_id = g.id
     where case when l.customer_id is null then g.value <> 'null' else l.value <> g.value::jsonb end
    on conflict (workspace_id, customer_id, key, since) do update set value = excluded.value
    returning customer_id as id`);
  return rows.map(({ id }) => id);
}

/** A customer's values of computed traits through time, newest first, by present owner. */
export const traitRows = (tx: Tx, workspaceId: WorkspaceId, owner: CustomerId, key: string | undefined): Promise<TraitRow[]> =>
  many(tx, sql<TraitRow>`
    select h.key, h.value, h.since, h.seen_at as "seenAt"
      from subject s join trait_history h on h.workspace_id = s.workspace_id and h.customer_id = s.id
     where s.workspace_id = ${workspaceId} and s.customer_id = ${owner} and (${key ?? null}::text is null or h.key = ${key ?? null})
     order by h.since desc, h.key
     limit 500`);

export const insertRelations = (tx: Tx, workspaceId: WorkspaceId, relations: readonly { kind: string; from: string; to: string }[], at: Date): Promise<number> =>
  run(tx, sql`
    insert into relation (workspace_id, kind, from_id, to_id, at)
    select ${workspaceId}, r.kind, r.from_id, r.to_id, ${at}
      from unnest(${relations.map(({ kind }) => kind)}::text[], ${relations.map(({ from }) => from)}::uuid[], ${relations.map(({ to }) => to)}::uuid[]) as r (kind, from_id, to_id)
    on conflict do nothing`);

/** How many different customers each has referred. */
export const referredCounts = (tx: Tx, workspaceId: WorkspaceId, owners: readonly CustomerId[]): Promise<{ owner: CustomerId; count: number }[]> =>
  many(tx, sql<{ owner: CustomerId; count: number }>`
    select f.customer_id as owner, count(distinct t.customer_id)::int as count
      from relation r
      join subject f on f.workspace_id = r.workspace_id and f.id = r.from_id
      join subject t on t.workspace_id = r.workspace_id and t.id = r.to_id
     where r.workspace_id = ${workspaceId} and r.kind = 'referrer' and f.customer_id = any (${owners}::uuid[]) and t.customer_id <> f.customer_id
     group by f.customer_id`);
