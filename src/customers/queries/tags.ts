import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { many, maybe, run, sql, type Tx } from '../../kernel/sql.ts';
import type { OnEmpty, TagKind } from '../core/tags.ts';

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

/** Makes plain imported tags of these keys where there are none; every key's id. */
export async function ensureTags(tx: Tx, workspaceId: WorkspaceId, keys: readonly { id: string; key: string }[], owner: string, at: Date): Promise<Map<string, string>> {
  if (keys.length === 0) return new Map();
  await run(tx, sql`
    insert into tag (workspace_id, id, key, name, kind, owner, created_at)
    select ${workspaceId}, t.id, t.key, t.key, 'import', ${owner}, ${at}
      from unnest(${keys.map(({ id }) => id)}::uuid[], ${keys.map(({ key }) => key)}::text[]) as t (id, key)
    on conflict (workspace_id, key) do nothing`);
  const rows = await many(tx, sql<{ id: string; key: string }>`
    select id, key from tag where workspace_id = ${workspaceId} and key = any (${keys.map(({ key }) => key)}::text[])`);
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

export type MemberRow = { tagId: string; customerId: CustomerId; value: string; source: string; since: Date };

/** Gives tags; a member that already bears the same value is left as it is, another value ends it first. `vouched`: not by a file. */
export async function startMembers(tx: Tx, workspaceId: WorkspaceId, members: readonly MemberRow[], vouched = true): Promise<void> {
  if (members.length === 0) return;
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

export const membersNow = (tx: Tx, workspaceId: WorkspaceId, tagId: string): Promise<{ owner: CustomerId; value: string }[]> =>
  many(tx, sql<{ owner: CustomerId; value: string }>`
    select distinct on (s.customer_id) s.customer_id as owner, m.value
      from tag_member m
      join subject s on s.workspace_id = m.workspace_id and s.id = m.customer_id
     where m.workspace_id = ${workspaceId} and m.tag_id = ${tagId} and m.ended_at is null
     order by s.customer_id, m.since desc`);

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
