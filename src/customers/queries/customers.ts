import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { many, one, run, sql, type Tx } from '../../kernel/sql.ts';
import type { Own } from '../core/fold.ts';
import type { IdentifierKind } from '../core/identifiers.ts';
import { bytes, texts, uuids } from './arrays.ts';
import type { ConsentChannel, ConsentState } from '../core/reach.ts';

/** What files said stands apart (`taught`, `taughtSealed`) from what everybody else said (`own`, `sealed`), since it can be taken back. */
export type Words = { own: Own; sealed: Buffer | null; taught: Own; taughtSealed: Buffer | null };
export type AnchorRow = Words & { id: CustomerId; mergedInto: CustomerId | null; preferredAt: Date | null };

export async function anchorsById(tx: Tx, workspaceId: WorkspaceId, ids: readonly CustomerId[]): Promise<Map<CustomerId, AnchorRow>> {
  if (ids.length === 0) return new Map();
  const rows = await many(tx, sql<AnchorRow>`
    select id, merged_into as "mergedInto", preferred_at as "preferredAt", own, sealed, taught, taught_sealed as "taughtSealed"
      from customer
     where workspace_id = ${workspaceId} and id = any (${uuids(ids)}::uuid[])`);
  return new Map(rows.map((row) => [row.id, row]));
}

export type NewCustomer = { id: CustomerId; name: string; said: string; fields: string; sealed: Buffer | null; tags: string; kinds: string; reach: string };

/** Where words are kept: those of files, or everybody else's. */
const columnsOf = (vouched: boolean) => (vouched ? sql`own, sealed` : sql`taught, taught_sealed`);

/** Inserts customers with what was said of them; the array columns come as Postgres array text. */
export async function insertCustomers(tx: Tx, workspaceId: WorkspaceId, customers: readonly NewCustomer[], at: Date, vouched = true): Promise<void> {
  if (customers.length === 0) return;
  const column = <K extends keyof NewCustomer>(key: K): NewCustomer[K][] => customers.map((customer) => customer[key]);
  await run(tx, sql`
    insert into customer (workspace_id, id, name, ${columnsOf(vouched)}, fields, tags, kinds, reach, created_at)
    select ${workspaceId}, c.id, c.name, c.said::jsonb, c.sealed, c.fields::jsonb, c.tags::text[], c.kinds::text[], c.reach::text[], ${at}
      from unnest(${uuids(column('id'))}::uuid[], ${texts(column('name'))}::text[], ${texts(column('said'))}::text[], ${texts(column('fields'))}::text[], ${bytes(column('sealed'))}::bytea[],
                  ${texts(column('tags'))}::text[], ${texts(column('kinds'))}::text[], ${texts(column('reach'))}::text[]) as c (id, name, said, fields, sealed, tags, kinds, reach)`);
}

/** On whose record more orders stand than so many, read off their index. */
export const idsOfMoreOrders = async (tx: Tx, workspaceId: WorkspaceId, than: number): Promise<CustomerId[]> =>
  (await many(tx, sql<{ id: CustomerId }>`select id from customer where workspace_id = ${workspaceId} and order_count > ${than} and merged_into is null`)).map(({ id }) => id);

export const countCreated = async (tx: Tx, workspaceId: WorkspaceId, customers: readonly CustomerId[], since: Date): Promise<number> => (await one(tx, sql<{ count: number }>`
  select count(*)::int as count from customer where workspace_id = ${workspaceId} and id = any (${[...customers]}::uuid[]) and merged_into is null and created_at >= ${since}`)).count;

/** The words of one kind of teller about an anchor. */
export type Said = { id: CustomerId; said: Own; sealed: Buffer | null };

/** Writes what was said of anchors: by files, or (`vouched`) by everybody else. */
export async function saveSaid(tx: Tx, workspaceId: WorkspaceId, anchors: readonly Said[], vouched: boolean): Promise<void> {
  if (anchors.length === 0) return;
  await run(tx, sql`
    update customer c set (${columnsOf(vouched)}) = (a.said::jsonb, a.sealed)
      from unnest(${uuids(anchors.map(({ id }) => id))}::uuid[], ${texts(anchors.map(({ said }) => JSON.stringify(said)))}::text[], ${bytes(anchors.map(({ sealed }) => sealed))}::bytea[]) as a (id, said, sealed)
     where c.workspace_id = ${workspaceId} and c.id = a.id`);
}

/** Which row stands for which: null makes it live. */
export async function pointAnchors(tx: Tx, workspaceId: WorkspaceId, anchors: readonly { id: CustomerId; into: CustomerId | null }[]): Promise<void> {
  if (anchors.length === 0) return;
  await run(tx, sql`
    update customer c set merged_into = a.into_id
      from unnest(${anchors.map(({ id }) => id)}::uuid[], ${anchors.map(({ into }) => into)}::uuid[]) as a (id, into_id)
     where c.workspace_id = ${workspaceId} and c.id = a.id`);
}

/** A customer whose id changed keeps what was published under the old one, until the modules above look again. */
export async function inheritPublished(tx: Tx, workspaceId: WorkspaceId, pairs: readonly { from: CustomerId; to: CustomerId }[]): Promise<void> {
  if (pairs.length === 0) return;
  await run(tx, sql`
    update customer c
       set published = o.published, published_at = o.published_at, stage = o.stage, stage_since = o.stage_since, branch = o.branch, cycle = o.cycle,
           order_count = o.order_count, first_on = o.first_on, last_on = o.last_on, net_minor = o.net_minor, gap_days = o.gap_days, rfm = o.rfm,
           b2b = o.b2b, churn_probability = o.churn_probability, created_at = least(c.created_at, o.created_at)
      from unnest(${pairs.map(({ from }) => from)}::uuid[], ${pairs.map(({ to }) => to)}::uuid[]) as p (from_id, to_id)
      join customer o on o.workspace_id = ${workspaceId} and o.id = p.from_id
     where c.workspace_id = ${workspaceId} and c.id = p.to_id`);
}

export type FoldSource = {
  anchors: (AnchorRow & { owner: CustomerId; name: string })[];
  kinds: { owner: CustomerId; kinds: IdentifierKind[] }[];
  consents: { owner: CustomerId; channel: ConsentChannel; state: ConsentState }[];
  tags: { owner: CustomerId; tags: string[] }[];
};

/** Everything a live customer's folded columns are made of, by present owner. */
export async function loadFoldSource(tx: Tx, workspaceId: WorkspaceId, owners: readonly CustomerId[]): Promise<FoldSource> {
  const anchors = await many(tx, sql<FoldSource['anchors'][number]>`
    select c.id, s.customer_id as owner, c.merged_into as "mergedInto", c.preferred_at as "preferredAt", c.own, c.sealed, c.taught, c.taught_sealed as "taughtSealed", c.name
      from subject s
      join customer c on c.workspace_id = s.workspace_id and c.id = s.id
     where s.workspace_id = ${workspaceId} and s.customer_id = any (${owners}::uuid[])`);
  const kinds = await many(tx, sql<FoldSource['kinds'][number]>`
    select customer_id as owner, array_agg(distinct kind order by kind) as kinds
      from subject
     where workspace_id = ${workspaceId} and customer_id = any (${owners}::uuid[])
     group by customer_id`);
  const consents = await many(tx, sql<FoldSource['consents'][number]>`
    select distinct on (s.customer_id, c.channel) s.customer_id as owner, c.channel, c.state
      from subject s
      join consent c on c.workspace_id = s.workspace_id and c.customer_id = s.id
     where s.workspace_id = ${workspaceId} and s.customer_id = any (${owners}::uuid[]) and c.purpose = 'marketing'
     order by s.customer_id, c.channel, c.at desc, c.state desc`);
  const tags = await many(tx, sql<FoldSource['tags'][number]>`
    select s.customer_id as owner, array_agg(distinct word.tag) as tags
      from subject s
      join tag_member m on m.workspace_id = s.workspace_id and m.customer_id = s.id and m.ended_at is null
      join tag t on t.workspace_id = m.workspace_id and t.id = m.tag_id and t.archived_at is null
     cross join lateral unnest(case when m.value = '' then array[t.key] else array[t.key, t.key || ':' || m.value] end) as word (tag)
     where s.workspace_id = ${workspaceId} and s.customer_id = any (${owners}::uuid[])
     group by s.customer_id`);
  return { anchors, kinds, consents, tags };
}

export type Folded = { id: CustomerId; name: string; fields: string; tags: string; kinds: string; reach: string };

export async function saveFolded(tx: Tx, workspaceId: WorkspaceId, customers: readonly Folded[]): Promise<void> {
  if (customers.length === 0) return;
  const column = <K extends keyof Folded>(key: K): Folded[K][] => customers.map((customer) => customer[key]);
  await run(tx, sql`
    update customer c set name = f.name, fields = f.fields::jsonb, tags = f.tags::text[], kinds = f.kinds::text[], reach = f.reach::text[]
      from unnest(${uuids(column('id'))}::uuid[], ${texts(column('name'))}::text[], ${texts(column('fields'))}::text[], ${texts(column('tags'))}::text[], ${texts(column('kinds'))}::text[],
                  ${texts(column('reach'))}::text[]) as f (id, name, fields, tags, kinds, reach)
     where c.workspace_id = ${workspaceId} and c.id = f.id`);
}

export async function insertNameTokens(tx: Tx, workspaceId: WorkspaceId, tokens: readonly { token: string; id: CustomerId }[]): Promise<void> {
  if (tokens.length === 0) return;
  await run(tx, sql`
    insert into name_token (workspace_id, token, customer_id)
    select ${workspaceId}, t.token, t.id
      from unnest(${texts(tokens.map(({ token }) => token))}::text[], ${uuids(tokens.map(({ id }) => id))}::uuid[]) as t (token, id)
     order by t.token collate "C", t.id
    on conflict do nothing`);
}

export const dropNameTokens = (tx: Tx, workspaceId: WorkspaceId, ids: readonly CustomerId[]): Promise<number> =>
  run(tx, sql`delete from name_token where workspace_id = ${workspaceId} and customer_id = any (${ids}::uuid[])`);

export type ConsentRow = { id: string; customerId: CustomerId; channel: string; purpose: string; state: string; source: string; proof: string; at: Date };

export async function insertConsents(tx: Tx, workspaceId: WorkspaceId, consents: readonly ConsentRow[], vouched = true): Promise<void> {
  if (consents.length === 0) return;
  const column = <K extends keyof ConsentRow>(key: K): ConsentRow[K][] => consents.map((consent) => consent[key]);
  await run(tx, sql`
    insert into consent (workspace_id, vouched, id, customer_id, channel, purpose, state, source, proof, at)
    select distinct on (c.customer_id, c.channel, c.purpose, c.at, c.state) ${workspaceId}::uuid, ${vouched}::boolean, c.*
      from unnest(${column('id')}::uuid[], ${column('customerId')}::uuid[], ${column('channel')}::text[], ${column('purpose')}::text[], ${column('state')}::text[],
                  ${column('source')}::text[], ${column('proof')}::text[], ${column('at')}::timestamptz[]) as c (id, customer_id, channel, purpose, state, source, proof, at)
    on conflict (workspace_id, customer_id, channel, purpose, at, state) do update set vouched = true where excluded.vouched and not consent.vouched`);
}
