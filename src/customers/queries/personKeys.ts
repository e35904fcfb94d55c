import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, maybe, one, run, sql, type Tx } from '../../kernel/sql.ts';
import { bytes, plain } from './arrays.ts';

/** A block of keys as it is stored: wrapped by the workspace's data key. */
export type KeyBlock = { id: number; sealed: Buffer };

export const keyBlocks = (tx: Tx, workspaceId: WorkspaceId, ids: readonly number[]): Promise<KeyBlock[]> =>
  many(tx, sql<KeyBlock>`select id, sealed from person_key where workspace_id = ${workspaceId} and id = any (${plain(ids)}::bigint[])`);

/** The first of 1,024 numbers that are this transaction's own. */
export const firstBlock = async (tx: Tx): Promise<number> => (await one(tx, sql<{ first: number }>`select nextval('person_key_block') as first`)).first;

export const insertKeyBlocks = (tx: Tx, workspaceId: WorkspaceId, blocks: readonly KeyBlock[]): Promise<number> =>
  run(tx, sql`
    insert into person_key (workspace_id, id, sealed)
    select ${workspaceId}, b.* from unnest(${plain(blocks.map(({ id }) => id))}::bigint[], ${bytes(blocks.map(({ sealed }) => sealed))}::bytea[]) as b`);

/** A block that nobody else may change until the transaction ends. */
export const lockedBlock = (tx: Tx, workspaceId: WorkspaceId, id: number): Promise<KeyBlock | undefined> =>
  maybe(tx, sql<KeyBlock>`select id, sealed from person_key where workspace_id = ${workspaceId} and id = ${id} for update`);

export const saveKeyBlock = (tx: Tx, workspaceId: WorkspaceId, { id, sealed }: KeyBlock): Promise<number> =>
  run(tx, sql`update person_key set sealed = ${sealed} where workspace_id = ${workspaceId} and id = ${id}`);
