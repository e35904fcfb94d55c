import type { WorkspaceId } from '../../kernel/ids.ts';
import { SEAL_BYTES } from '../../kernel/seal.ts';
import { many, maybe, run, sql, type Tx } from '../../kernel/sql.ts';

export type NewBody = { sourceId: string; receivedAt: Date; sealed: Buffer };
export type Body = { id: number; sourceId: string; source: string; shop: string; channel: string; receivedAt: Date };
/** `mark`: how its blob begins, which no other does. */
export type MarkedBody = Body & { mark: Buffer };
/** `takenUp`: left open by a flusher that was killed, so that parts of it may be stored already. */
export type Batch = { id: string; version: number; fromId: number; toId: number; takenUp: boolean; takenAt: Date };

/** A statement takes 65,535 parameters. */
const BODIES_PER_STATEMENT = 1_000;

/** Request bodies, one row each, in few statements; bodies as parameters of their own, which travel as bytes, while a list of them would travel as text of twice the length. */
export async function insertBodies(tx: Tx, workspaceId: WorkspaceId, bodies: readonly NewBody[]): Promise<void> {
  for (let at = 0; at < bodies.length; at += BODIES_PER_STATEMENT) {
    const rows = bodies.slice(at, at + BODIES_PER_STATEMENT).map(({ sourceId, receivedAt, sealed }) => sql`(${workspaceId}::uuid, ${sourceId}::uuid, ${receivedAt}::timestamptz, ${sealed}::bytea)`);
    await run(tx, sql`insert into ingest_body (workspace_id, source_id, received_at, sealed) values ${sql.join(rows)}`);
  }
}

export const waitingWorkspaces = async (db: Tx): Promise<WorkspaceId[]> =>
  (await many(db, sql<{ workspaceId: WorkspaceId }>`select workspace_id as "workspaceId" from bodies_waiting()`)).map(({ workspaceId }) => workspaceId);

/** Whether a body of the workspace is not projected yet, held back or not. */
export const bodiesWait = async (tx: Tx, workspaceId: WorkspaceId): Promise<boolean> =>
  (await maybe(tx, sql<{ id: number }>`select id from ingest_body where workspace_id = ${workspaceId} and projected_at is null limit 1`)) !== undefined;

/** The oldest batch a killed flusher left open: it may have read one while it stored another. */
export const openBatch = (tx: Tx, workspaceId: WorkspaceId): Promise<Batch | undefined> =>
  maybe(tx, sql<Batch>`
    select id, version, from_id as "fromId", to_id as "toId", true as "takenUp", taken_at as "takenAt" from ingest_batch
     where workspace_id = ${workspaceId} and done_at is null
     order by version
     limit 1`);

/** Takes the oldest bodies into a new batch, as many as fit; none whose transaction might still be open. */
export async function takeBatch(tx: Tx, workspaceId: WorkspaceId, batch: { id: string; at: Date }, { bodies, bytes }: { bodies: number; bytes: number }): Promise<Batch | undefined> {
  return maybe(tx, sql<Batch>`
    with taken as (
      select id from (
        select id, sum(length(sealed)) over (order by id) as so_far, row_number() over (order by id) as nth
          from ingest_body
         where workspace_id = ${workspaceId} and projected_at is null and batch is null and xid < pg_snapshot_xmin(pg_current_snapshot())
         order by id
         limit ${bodies}) as waiting
       where so_far <= ${bytes} or nth = 1
    ), marked as (
      update ingest_body set batch = ${batch.id}
       where workspace_id = ${workspaceId} and id in (select id from taken)
      returning id
    )
    insert into ingest_batch (workspace_id, id, version, from_id, to_id, taken_at)
    select ${workspaceId}, ${batch.id}::uuid, nextval('fact_version'), min(id), max(id), ${batch.at}
      from marked
    having count(*) > 0
    returning id, version, from_id as "fromId", to_id as "toId", false as "takenUp", taken_at as "takenAt"`);
}

export const bodiesOf = (tx: Tx, workspaceId: WorkspaceId, batch: string): Promise<MarkedBody[]> =>
  many(tx, sql<MarkedBody>`
    select b.id, b.source_id as "sourceId", s.key as source, s.shop, s.channel, b.received_at as "receivedAt", substr(b.sealed, 1, ${SEAL_BYTES}) as mark
      from ingest_body b
      join source s on s.workspace_id = b.workspace_id and s.id = b.source_id
     where b.workspace_id = ${workspaceId} and b.batch = ${batch}
     order by b.id`);

/** The blobs of some bodies. */
export async function blobsOf(tx: Tx, workspaceId: WorkspaceId, ids: readonly number[]): Promise<Map<number, Buffer>> {
  if (ids.length === 0) return new Map();
  const rows = await many(tx, sql<{ id: number; sealed: Buffer }>`select id, sealed from ingest_body where workspace_id = ${workspaceId} and id = any (${[...ids]}::bigint[])`);
  return new Map(rows.map(({ id, sealed }) => [id, sealed]));
}

/** Ends a batch and notes which events of its bodies were repeats; false when another flusher has ended it. */
export async function endBatch(tx: Tx, workspaceId: WorkspaceId, batch: string, { at, repeats }: { at: Date; repeats: readonly { body: number; places: readonly number[] }[] }): Promise<boolean> {
  const ended = await run(tx, sql`update ingest_batch set done_at = ${at} where workspace_id = ${workspaceId} and id = ${batch} and done_at is null`);
  if (ended === 0) return false;
  await run(tx, sql`update ingest_body set projected_at = ${at} where workspace_id = ${workspaceId} and batch = ${batch}`);
  if (repeats.length > 0) await run(tx, sql`
    update ingest_body b set repeated = array(select jsonb_array_elements_text(r.places)::int)
      from jsonb_to_recordset(${JSON.stringify(repeats)}::jsonb) as r (body bigint, places jsonb)
     where b.workspace_id = ${workspaceId} and b.id = r.body`);
  return true;
}

/** Drops bodies and batches projected before an instant. */
export async function dropProjected(tx: Tx, workspaceId: WorkspaceId, before: Date): Promise<void> {
  // Received before it was projected: the index on the time of receipt finds them.
  await run(tx, sql`delete from ingest_body where workspace_id = ${workspaceId} and received_at < ${before} and projected_at < ${before}`);
  await run(tx, sql`delete from ingest_batch where workspace_id = ${workspaceId} and done_at < ${before}`);
}
