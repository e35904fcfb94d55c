import type { WorkspaceId } from '../../../kernel/ids.ts';
import { many, maybe, run, sql, type Tx } from '../../../kernel/sql.ts';
import type { SharedBlock, SharedDocument } from '../../core/templates/shared.ts';

export type BlockRow = { id: string; key: string; name: string; version: number; document: SharedDocument; createdBy: string; createdAt: Date; updatedBy: string; updatedAt: Date };
export type BlockVersionRow = { version: number; document: SharedDocument; reason: string; savedBy: string; savedAt: Date };

const BLOCK = sql`b.id, b.key, b.name, b.version, v.document, b.created_by as "createdBy", b.created_at as "createdAt", b.updated_by as "updatedBy", b.updated_at as "updatedAt"`;
const FROM = sql`shared_block b join shared_block_version v on v.workspace_id = b.workspace_id and v.block_id = b.id and v.version = b.version`;

export const blockRows = (tx: Tx, workspaceId: WorkspaceId): Promise<BlockRow[]> => many(tx, sql<BlockRow>`
  select ${BLOCK} from ${FROM} where b.workspace_id = ${workspaceId} and b.archived_at is null order by b.key`);

export const blockById = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<BlockRow | undefined> => maybe(tx, sql<BlockRow>`
  select ${BLOCK} from ${FROM} where b.workspace_id = ${workspaceId} and b.id = ${id} and b.archived_at is null`);

/** Blocks as they speak for what was published: those put away too, where no other took their key. */
export const spokenBlocks = (tx: Tx, workspaceId: WorkspaceId): Promise<SharedBlock[]> => many(tx, sql<SharedBlock>`
  select distinct on (b.key) b.key, b.version, v.document from ${FROM} where b.workspace_id = ${workspaceId} order by b.key, b.archived_at desc nulls first`);

/** Which versions of some blocks speak now, by key. */
export const versionsNow = async (tx: Tx, workspaceId: WorkspaceId, keys: readonly string[]): Promise<Map<string, number>> => new Map((await many(tx, sql<{ key: string; version: number }>`
  select distinct on (key) key, version from shared_block where workspace_id = ${workspaceId} and key = any (${[...keys]}::text[]) order by key, archived_at desc nulls first`)).map(({ key, version }) => [key, version]));

/** One change of blocks at a time: what each would break was looked at for all that stand. */
export const lockBlocks = (tx: Tx, workspaceId: WorkspaceId): Promise<number> => run(tx, sql`select pg_advisory_xact_lock(hashtextextended(${`shared blocks:${workspaceId}`}, 0))`);

export const saveBlock = (tx: Tx, workspaceId: WorkspaceId, b: Omit<BlockRow, 'document'>): Promise<number> => run(tx, sql`
  insert into shared_block (workspace_id, id, key, name, version, created_by, created_at, updated_by, updated_at)
  values (${workspaceId}, ${b.id}, ${b.key}, ${b.name}, ${b.version}, ${b.createdBy}, ${b.createdAt}, ${b.updatedBy}, ${b.updatedAt})
  on conflict (workspace_id, id) do update set name = excluded.name, version = excluded.version, updated_by = excluded.updated_by, updated_at = excluded.updated_at`);

/** Writes a version, which nobody changes afterwards. */
export const insertBlockVersion = (tx: Tx, workspaceId: WorkspaceId, id: string, v: BlockVersionRow): Promise<number> => run(tx, sql`
  insert into shared_block_version (workspace_id, block_id, version, document, reason, saved_by, saved_at)
  values (${workspaceId}, ${id}, ${v.version}, ${JSON.stringify(v.document)}::jsonb, ${v.reason}, ${v.savedBy}, ${v.savedAt})`);

export const blockVersions = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<BlockVersionRow[]> => many(tx, sql<BlockVersionRow>`
  select version, document, reason, saved_by as "savedBy", saved_at as "savedAt" from shared_block_version where workspace_id = ${workspaceId} and block_id = ${id} order by version desc limit 200`);

export const archiveBlock = (tx: Tx, workspaceId: WorkspaceId, id: string, at: Date): Promise<number> => run(tx, sql`
  update shared_block set archived_at = ${at} where workspace_id = ${workspaceId} and id = ${id} and archived_at is null`);
