import type { Tree } from '../../../kernel/conditions/index.ts';
import type { Day } from '../../../kernel/day.ts';
import type { Id, WorkspaceId } from '../../../kernel/ids.ts';
import { many, maybe, run, sql, type Tx } from '../../../kernel/sql.ts';

export type SegmentId = Id<'segment'>;
/** Of a frozen segment: the one it was made of, or null for a filter that was never saved; its filter, and the data's day of that moment. */
export type Origin = { segment: SegmentId | null; version: number | null; tree: Tree; day: Day; people: number };
/** A saved filter at its newest version. The tree of a frozen one names the list of those it was made of. */
export type Segment = { id: SegmentId; name: string; description: string; version: number; tree: Tree; owner: string; kind: 'dynamic' | 'frozen'; origin: Origin | null; createdAt: Date; updatedAt: Date };

const COLUMNS = sql`id, name, description, version, tree, owner, kind, origin, created_at as "createdAt", updated_at as "updatedAt"`;

export const allSegments = (tx: Tx, workspaceId: WorkspaceId): Promise<Segment[]> =>
  many(tx, sql<Segment>`
    select ${COLUMNS}
      from segment
     where workspace_id = ${workspaceId} and archived_at is null
     order by lower(name), id`);

export const segmentById = (tx: Tx, workspaceId: WorkspaceId, id: SegmentId): Promise<Segment | undefined> =>
  maybe(tx, sql<Segment>`
    select ${COLUMNS}
      from segment
     where workspace_id = ${workspaceId} and id = ${id} and archived_at is null
       for update`);

/** Which of some segments are not put away. None of them is until the transaction ends: whoever would must first lock it for themselves (`segmentById`). */
export const lockNamed = async (tx: Tx, workspaceId: WorkspaceId, ids: readonly SegmentId[]): Promise<SegmentId[]> =>
  (await many(tx, sql<{ id: SegmentId; isThere: boolean }>`
    select id, archived_at is null as "isThere"
      from segment
     where workspace_id = ${workspaceId} and id = any (${ids}::uuid[])
     order by id
       for key share`)).flatMap(({ id, isThere }) => (isThere ? [id] : []));

/** Names of segments that are not put away. */
export const segmentNames = (tx: Tx, workspaceId: WorkspaceId): Promise<{ id: SegmentId; name: string }[]> =>
  many(tx, sql<{ id: SegmentId; name: string }>`select id, name from segment where workspace_id = ${workspaceId} and archived_at is null`);

/** Trees by id, also of segments that were put away. */
export const treesOfSegments = async (tx: Tx, workspaceId: WorkspaceId, ids: readonly string[]): Promise<Map<string, Tree>> =>
  new Map((await many(tx, sql<{ id: string; tree: Tree }>`select id, tree from segment where workspace_id = ${workspaceId} and id = any (${ids}::uuid[])`)).map(({ id, tree }) => [id, tree]));

/** The tree alone, also of a segment that was put away: goals and reports made with it still count. */
export const treeOfSegment = (tx: Tx, workspaceId: WorkspaceId, id: SegmentId): Promise<{ tree: Tree } | undefined> =>
  maybe(tx, sql<{ tree: Tree }>`select tree from segment where workspace_id = ${workspaceId} and id = ${id}`);

export const segmentNamed = (tx: Tx, workspaceId: WorkspaceId, name: string): Promise<{ id: SegmentId } | undefined> =>
  maybe(tx, sql<{ id: SegmentId }>`
    select id
      from segment
     where workspace_id = ${workspaceId} and lower(name) = lower(${name}) and archived_at is null`);

/** Names and numbers of segments are given to one at a time, until the transaction ends. */
export const takeTurn = (tx: Tx, workspaceId: WorkspaceId): Promise<unknown> => run(tx, sql`select pg_advisory_xact_lock(hashtextextended(${`segment numbers:${workspaceId}`}, 0))`);

/** Writes a segment and, when its tree is new, the version that keeps it. */
export async function saveSegment(tx: Tx, workspaceId: WorkspaceId, segment: Segment, author: string): Promise<void> {
  const { id, name, description, version, tree, owner, kind, origin, createdAt, updatedAt } = segment;
  await takeTurn(tx, workspaceId);
  await run(tx, sql`
    insert into segment (workspace_id, id, name, description, version, tree, owner, kind, origin, created_at, updated_at, number)
    select ${workspaceId}, ${id}, ${name}, ${description}, ${version}, ${JSON.stringify(tree)}::jsonb, ${owner}, ${kind}, ${origin && JSON.stringify(origin)}::jsonb, ${createdAt}, ${updatedAt}, coalesce(max(number), 0) + 1
      from segment
     where workspace_id = ${workspaceId}
    on conflict (workspace_id, id) do update
       set name = excluded.name, description = excluded.description, version = excluded.version, tree = excluded.tree,
           owner = excluded.owner, updated_at = excluded.updated_at`);
  await run(tx, sql`
    insert into segment_version (workspace_id, segment_id, version, tree, author, at)
    values (${workspaceId}, ${id}, ${version}, ${JSON.stringify(tree)}::jsonb, ${author}, ${updatedAt})
    on conflict do nothing`);
}

export type SegmentVersion = { version: number; tree: Tree; author: string; at: Date };
export const versionsOf = (tx: Tx, workspaceId: WorkspaceId, id: SegmentId): Promise<SegmentVersion[]> =>
  many(tx, sql<SegmentVersion>`
    select version, tree, author, at
      from segment_version
     where workspace_id = ${workspaceId} and segment_id = ${id}
     order by version desc`);

export const archiveSegment = (tx: Tx, workspaceId: WorkspaceId, id: SegmentId, at: Date): Promise<number> =>
  run(tx, sql`update segment set archived_at = ${at} where workspace_id = ${workspaceId} and id = ${id} and archived_at is null`);

export type WatchedRow = { number: number; id: SegmentId; version: number; tree: Tree; isWatched: boolean };
/** Every segment with its number, those made first first; frozen ones and those put away are not watched, but others may name them. */
export const watchedRows = (tx: Tx, workspaceId: WorkspaceId): Promise<WatchedRow[]> =>
  many(tx, sql<WatchedRow>`
    select number, id, version, tree, archived_at is null and kind = 'dynamic' as "isWatched"
      from segment
     where workspace_id = ${workspaceId}
     order by number`);

/** The number that stands for a segment in memberships. */
export const numberOf = async (tx: Tx, workspaceId: WorkspaceId, id: SegmentId): Promise<number | undefined> =>
  (await maybe(tx, sql<{ number: number }>`select number from segment where workspace_id = ${workspaceId} and id = ${id}`))?.number;

/** The numbers of all segments. */
export const numberedSegments = async (tx: Tx, workspaceId: WorkspaceId): Promise<Map<SegmentId, number>> =>
  new Map((await many(tx, sql<{ id: SegmentId; number: number }>`select id, number from segment where workspace_id = ${workspaceId}`)).map(({ id, number }) => [id, number]));
