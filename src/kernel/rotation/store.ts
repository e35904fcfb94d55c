import type { WorkspaceId } from '../ids.ts';
import { many, maybe, one, run, sql, type Tx } from '../sql.ts';

export type RotationState = 'spreading' | 'sealing' | 'finished';
/** `total` blobs were to be sealed anew, `done` are. */
export type RotationRow = { id: string; toKey: number; state: RotationState; total: number; done: number; startedBy: string; startedAt: Date; finishedAt: Date | null };

const COLUMNS = sql`id, to_key as "toKey", state, total, done, started_by as "startedBy", started_at as "startedAt", finished_at as "finishedAt"`;

export const insertRotation = (tx: Tx, workspaceId: WorkspaceId, { id, toKey, startedBy }: Pick<RotationRow, 'id' | 'toKey' | 'startedBy'>, at: Date): Promise<number> => run(tx, sql`
  insert into key_rotation (workspace_id, id, to_key, state, started_by, started_at, beat_at)
  values (${workspaceId}, ${id}, ${toKey}, 'spreading', ${startedBy}, ${at}, ${at})
  on conflict do nothing`);

export const rotationById = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<RotationRow> =>
  one(tx, sql<RotationRow>`select ${COLUMNS} from key_rotation where workspace_id = ${workspaceId} and id = ${id}`);

export const newestRotation = (tx: Tx, workspaceId: WorkspaceId): Promise<RotationRow | undefined> =>
  maybe(tx, sql<RotationRow>`select ${COLUMNS} from key_rotation where workspace_id = ${workspaceId} order by started_at desc, to_key desc limit 1`);

export const beginSealing = (tx: Tx, workspaceId: WorkspaceId, id: string, total: number): Promise<number> =>
  run(tx, sql`update key_rotation set state = 'sealing', total = ${total} where workspace_id = ${workspaceId} and id = ${id}`);

export const noteDone = (tx: Tx, workspaceId: WorkspaceId, id: string, more: number, at: Date): Promise<number> =>
  run(tx, sql`update key_rotation set done = done + ${more}, total = greatest(total, done + ${more}), beat_at = ${at} where workspace_id = ${workspaceId} and id = ${id}`);

export const finishRotation = (tx: Tx, workspaceId: WorkspaceId, id: string, at: Date): Promise<number> =>
  run(tx, sql`update key_rotation set state = 'finished', finished_at = ${at} where workspace_id = ${workspaceId} and id = ${id} and state <> 'finished'`);

export const rotationsLeft = (db: Tx, quietSince: Date): Promise<{ workspaceId: WorkspaceId; id: string }[]> =>
  many(db, sql<{ workspaceId: WorkspaceId; id: string }>`select workspace_id as "workspaceId", id from rotations_left(${quietSince})`);

export const activateKey = (tx: Tx, workspaceId: WorkspaceId, keyId: number): Promise<number> =>
  run(tx, sql`update workspace_key set state = 'active' where workspace_id = ${workspaceId} and purpose = 'data' and key_id = ${keyId}`);

/** Waits for everybody who is about to write something sealed with an older key, and keeps new ones waiting. */
export const lockOlderKeys = (tx: Tx, workspaceId: WorkspaceId, keyId: number): Promise<{ keyId: number }[]> =>
  many(tx, sql<{ keyId: number }>`select key_id as "keyId" from workspace_key where workspace_id = ${workspaceId} and purpose = 'data' and key_id < ${keyId} for update`);

export const destroyOlderKeys = (tx: Tx, workspaceId: WorkspaceId, keyId: number): Promise<number> =>
  run(tx, sql`delete from workspace_key where workspace_id = ${workspaceId} and purpose = 'data' and key_id < ${keyId}`);

/** The data key that seals, and when it was made. */
export const sealingKey = (tx: Tx, workspaceId: WorkspaceId): Promise<{ keyId: number; madeAt: Date } | undefined> =>
  maybe(tx, sql<{ keyId: number; madeAt: Date }>`
    select key_id as "keyId", created_at as "madeAt" from workspace_key
     where workspace_id = ${workspaceId} and purpose = 'data' and state = 'active'
     order by key_id desc limit 1`);
