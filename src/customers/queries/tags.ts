import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { many, maybe, run, sql, type Tx } from '../../kernel/sql.ts';
import { type OnEmpty, type TagKind, VALUED_KINDS } from '../core/tags.ts';

export type TagRow = {
  id: string; parentId: string | null; key: string; name: string; kind: TagKind; owner: string; onEmpty: OnEmpty; everyHours: number | null;
  spec: unknown; version: number; createdAt: Date; refreshedAt: Date | null;
};

const columns = sql`id, parent_id as "parentId", key, name, kind, owner, on_empty as "onEmpty", every_hours as "everyHours", spec, version,
                    created_at as "createdAt", refreshed_at as "refreshedAt"`;

export const allTags = (tx: Tx, workspaceId: WorkspaceId): Promise<TagRow[]> =>
  many(tx, sql<TagRow>`select ${columns} from tag where workspace_id = ${workspaceId} and archived_at is null order by name, id`);

export const tagById = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<TagRow | undefined> =>
  maybe(tx, sql<TagRow>`select ${columns} from tag where workspace_id = ${workspaceId} and id = ${id} and archived_at is null`);

/** Makes plain imported tags of these keys where there are none; every key's id. A tag that carries a value is decided by its rule alone: its key has none here. */
export async function ensureTags(tx: Tx, workspaceId: WorkspaceId, keys: readonly { id: string; key: string }[], owner: string, at: Date): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map();
  await run(tx, sql`
    insert into tag (workspace_id, id, key, name, kind, owner, created_at)
    select ${workspaceId}, t.id, t.key, t.key, 'import', ${owner}, ${at}
      from unnest(${keys.map(({ id }) => id)}::uuid[], ${keys.map(({ key }) => key)}::text[]) as t (id, key)
    on conflict (workspace_id, key) do nothing`);
  const rows = await many(tx, sql<{ id: string; key: string }>`
    select id, key from tag where workspace_id = ${workspaceId} and key = any (${keys.map(({ key }) => key)}::text[]) and kind <> all (${[...VALUED_KINDS]}::text[])`);
  return new Map(rows.map(({ id, key }) => [key, id]));
}

export async function insertTag(tx: Tx, workspaceId: WorkspaceId, tag: TagRow): Promise<number> {
  return run(tx, sql`
    insert into tag (workspace_id, id, parent_id, key, name, kind, owner, on_empty, every_hours, spec, version, created_at)
    values (${workspaceId}, ${tag.id}, ${tag.parentId}, ${tag.key}, ${tag.name}, ${tag.kind}, ${tag.owner}, ${tag.onEmpty}, ${tag.everyHours},
            ${JSON.stringify(tag.spec)}::jsonb, ${tag.version}, ${tag.createdAt})
    on conflict (workspace_id, key) do nothing`);
}

export const updateTag = (tx: Tx, workspaceId: WorkspaceId, tag: TagRow): Promise<number> =>
  run(tx, sql`
    update tag set parent_id = ${tag.parentId}, name = ${tag.name}, owner = ${tag.owner}, on_empty = ${tag.onEmpty}, every_hours = ${tag.everyHours},
           spec = ${JSON.stringify(tag.spec)}::jsonb, version = ${tag.version}
     where workspace_id = ${workspaceId} and id = ${tag.id}`);

export const insertTagVersion = (tx: Tx, workspaceId: WorkspaceId, tag: TagRow, author: string, at: Date): Promise<number> =>
  run(tx, sql`
    insert into tag_version (workspace_id, tag_id, version, spec, on_empty, author, at)
    values (${workspaceId}, ${tag.id}, ${tag.version}, ${JSON.stringify(tag.spec)}::jsonb, ${tag.onEmpty}, ${author}, ${at})`);

export const archiveTag = (tx: Tx, workspaceId: WorkspaceId, id: string, at: Date): Promise<number> =>
  run(tx, sql`update tag set archived_at = ${at}, key = key || '~' || id where workspace_id = ${workspaceId} and id = ${id} and archived_at is null`);

export const stampTag = (tx: Tx, workspaceId: WorkspaceId, id: string, at: Date): Promise<number> =>
  run(tx, sql`update tag set refreshed_at = ${at} where workspace_id = ${workspaceId} and id = ${id}`);

const ROWS_PER_STATEMENT = 20_000;

export type MemberRow = { tagId: string; customerId: CustomerId; value: string; source: string; since: Date };

/** Gives tags; a member that already bears the same value is left as it is, another value ends it first. `vouched`: not by a file. */
export async function startMembers(tx: Tx, workspaceId: WorkspaceId, all: readonly MemberRow[], vouched = true): Promise<void> {
  for (let at = 0; at < all.length; at += ROWS_PER_STATEMENT) await startSome(tx, workspaceId, all.slice(at, at + ROWS_PER_STATEMENT), vouched);
}

async function startSome(tx: Tx, workspaceId: WorkspaceId, members: readonly MemberRow[], vouched: boolean): Promise<void> {
  const column = <K extends keyof MemberRow>(key: K): MemberRow[K][] => members.map((member) => member[key]);
  await run(tx, sql`
    update tag_member m set ended_at = n.since
      from unnest(${column('tagId')}::uuid[], ${column('customerId')}::uuid[], ${column('value')}::text[], ${column('since')}::timestamptz[]) as n (tag_id, customer_id, value, since)
     where m.workspace_id = ${workspaceId} and m.tag_id = n.tag_id and m.customer_id = n.customer_id and m.ended_at is null and m.value <> n.value`);
  await run(tx, sql`
    insert into tag_member (workspace_id, vouched, tag_id, customer_id, value, source, since)
    select ${workspaceId}, ${vouched}, n.*
      from unnest(${column('tagId')}::uuid[], ${column('customerId')}::uuid[], ${column('value')}::text[], ${column('source')}::text[], ${column('since')}::timestamptz[]) as n
    on conflict (workspace_id, tag_id, customer_id) where ended_at is null do update set vouched = true where excluded.vouched and not tag_member.vouched`);
}

/** Takes a tag from customers, whichever of their anchors bears it. */
export const endMembers = (tx: Tx, workspaceId: WorkspaceId, tagId: string, owners: readonly CustomerId[], at: Date): Promise<number> =>
  run(tx, sql`
    update tag_member m set ended_at = ${at}, vouched = true
      from subject s
     where m.workspace_id = ${workspaceId} and m.tag_id = ${tagId} and m.ended_at is null
       and s.workspace_id = m.workspace_id and s.id = m.customer_id and s.customer_id = any (${owners}::uuid[])`);

/** Who bears a tag, or who of some customers, with the newest value. `split`: merged from people who bore different ones. */
export const membersNow = (tx: Tx, workspaceId: WorkspaceId, tagId: string, among?: readonly CustomerId[]): Promise<{ owner: CustomerId; value: string; split: boolean }[]> =>
  many(tx, sql<{ owner: CustomerId; value: string; split: boolean }>`
    select distinct on (s.customer_id) s.customer_id as owner, m.value, min(m.value) over whole <> max(m.value) over whole as split
      from tag_member m
      join subject s on s.workspace_id = m.workspace_id and s.id = m.customer_id
     where m.workspace_id = ${workspaceId} and m.tag_id = ${tagId} and m.ended_at is null ${among ? sql`and s.customer_id = any (${among}::uuid[])` : sql``}
    window whole as (partition by s.customer_id)
     order by s.customer_id, m.since desc`);

/** Computing a tag waits for whoever computes it already: what is found later is written later. */
export const lockTag = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<number> =>
  run(tx, sql`select pg_advisory_xact_lock(hashtextextended(${`tag:${workspaceId}:${id}`}, 0))`);

/** The values of tags that carry one, with how many bear each, the most frequent first. */
export const valueCounts = (tx: Tx, workspaceId: WorkspaceId, most: number): Promise<{ tagId: string; value: string; count: number }[]> =>
  many(tx, sql<{ tagId: string; value: string; count: number }>`
    select "tagId", value, count from (
      select m.tag_id as "tagId", m.value, count(distinct s.customer_id)::int as count, row_number() over (partition by m.tag_id order by count(distinct s.customer_id) desc, m.value) as nth
        from tag_member m
        join subject s on s.workspace_id = m.workspace_id and s.id = m.customer_id
       where m.workspace_id = ${workspaceId} and m.ended_at is null and m.value <> ''
       group by m.tag_id, m.value) as counted
     where nth <= ${most}
     order by "tagId", nth`);

export type TagVersion = { version: number; spec: unknown; onEmpty: OnEmpty; author: string; at: Date };
export const versionsOf = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<TagVersion[]> =>
  many(tx, sql<TagVersion>`
    select version, spec, on_empty as "onEmpty", author, at from tag_version where workspace_id = ${workspaceId} and tag_id = ${id} order by version desc`);

export const memberCounts = (tx: Tx, workspaceId: WorkspaceId): Promise<{ tagId: string; count: number }[]> =>
  many(tx, sql<{ tagId: string; count: number }>`
    select m.tag_id as "tagId", count(distinct s.customer_id)::int as count
      from tag_member m
      join subject s on s.workspace_id = m.workspace_id and s.id = m.customer_id
     where m.workspace_id = ${workspaceId} and m.ended_at is null
     group by m.tag_id`);

export type HeldTag = { tagId: string; key: string; name: string; kind: TagKind; value: string; source: string; since: Date; endedAt: Date | null };

/** Tags of one customer by present owner, ended ones too, newest first. */
export const tagsOf = (tx: Tx, workspaceId: WorkspaceId, owner: CustomerId): Promise<HeldTag[]> =>
  many(tx, sql<HeldTag>`
    select m.tag_id as "tagId", t.key, t.name, t.kind, m.value, m.source, m.since, m.ended_at as "endedAt"
      from subject s
      join tag_member m on m.workspace_id = s.workspace_id and m.customer_id = s.id
      join tag t on t.workspace_id = m.workspace_id and t.id = m.tag_id and t.archived_at is null
     where s.workspace_id = ${workspaceId} and s.customer_id = ${owner}
     order by m.ended_at nulls first, m.since desc`);
