import { openWith, sealWith, type WorkspaceKeys } from '../../kernel/seal.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { insertBodies, type NewBody } from '../queries/ingest.ts';
import { atHandIn, type OpenedBody } from './atHand.ts';

/** A request as it came: to which endpoint, which bytes. `heardAtMs`: when it first came, where it is sent again from quarantine. */
export type IncomingBody = { sourceId: string; endpoint: string; body: Uint8Array; receivedAt: Date; heardAtMs?: number };

const contextOf = (sourceId: string): string => `ingest-body:${sourceId}`;
const LINE_END = 10;

function newestKey({ data, newest }: WorkspaceKeys): Buffer {
  const key = data.get(newest);
  if (!key) throw new Error('a workspace without a data key');
  return key;
}

/** One line that says where the body came in, then the body, byte for byte. */
async function sealedBody(stores: Stores, workspaceId: WorkspaceId, { sourceId, endpoint, body, receivedAt, heardAtMs }: IncomingBody): Promise<NewBody> {
  const keys = await stores.keys.of(workspaceId);
  const head = Buffer.from(`${JSON.stringify([endpoint, heardAtMs ?? null])}\n`);
  return { sourceId, receivedAt, sealed: sealWith(newestKey(keys), keys.newest, Buffer.concat([head, body]), contextOf(sourceId)) };
}

export async function openBody(stores: Pick<Stores, 'keys'>, workspaceId: WorkspaceId, { sourceId, sealed }: Pick<NewBody, 'sourceId' | 'sealed'>): Promise<OpenedBody> {
  const { data } = await stores.keys.of(workspaceId);
  const plain = openWith((id) => data.get(id), sealed, contextOf(sourceId));
  const end = plain.indexOf(LINE_END);
  const [endpoint, heardAtMs] = JSON.parse(plain.subarray(0, end).toString()) as [string, number | null];
  return { endpoint, body: plain.subarray(end + 1), heardAtMs: heardAtMs ?? undefined };
}

/** Appends one body inside the caller's transaction. */
export async function appendBody(tx: Tx, stores: Stores, workspaceId: WorkspaceId, body: IncomingBody): Promise<void> {
  await insertBodies(tx, workspaceId, [await sealedBody(stores, workspaceId, body)]);
}

type Waiting = { body: NewBody; done(error?: unknown): void };
/** A store that says nothing is as good as away: the sender is told to send again, long before it gives up on us. */
const STORED_WITHIN_MS = 25_000;

/**
 * Appends bodies durably; bodies that arrive while a write is under way share the next one, so that a thousand small
 * requests cost a few transactions. Resolves once the body is committed, and keeps it at hand; fails where that takes longer than twenty-five seconds, and what has
 * not been begun by then is let go, so that silence does not fill the memory.
 */
export function openAppender(stores: Stores): (workspaceId: WorkspaceId, body: IncomingBody) => Promise<void> {
  const queues = new Map<WorkspaceId, Waiting[]>(), { keep } = atHandIn(stores);
  const write = async (workspaceId: WorkspaceId): Promise<void> => {
    for (let batch = queues.get(workspaceId) ?? []; batch.length > 0; batch = queues.get(workspaceId) ?? []) {
      queues.set(workspaceId, []);
      try {
        await stores.pg.tx(workspaceId, (tx) => insertBodies(tx, workspaceId, batch.map(({ body }) => body)));
        for (const { done } of batch) done();
      } catch (error) {
        for (const { done } of batch) done(error);
      }
    }
    queues.delete(workspaceId);
  };
  return async (workspaceId, incoming) => {
    const body = await sealedBody(stores, workspaceId, incoming);
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => {
        const queue = queues.get(workspaceId) ?? [];
        if (queue.includes(waiting)) queue.splice(queue.indexOf(waiting), 1);
        waiting.done(new Error('not stored in time'));
      }, STORED_WITHIN_MS);
      const waiting: Waiting = { body, done: (error) => { clearTimeout(late); if (error) reject(error as Error); else resolve(); } };
      const queue = queues.get(workspaceId);
      if (queue) return void queue.push(waiting);
      queues.set(workspaceId, [waiting]);
      void write(workspaceId);
    });
    keep(workspaceId, body.sealed, { endpoint: incoming.endpoint, body: incoming.body, heardAtMs: incoming.heardAtMs });
  };
}
