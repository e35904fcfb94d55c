import { open, seal } from '../../kernel/seal.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Tx } from '../../kernel/sql.ts';
import type { Stores } from '../../kernel/stores.ts';
import { insertBodies, type NewBody } from '../queries/ingest.ts';

/** A request as it came: which endpoint, what text. */
export type IncomingBody = { sourceId: string; endpoint: string; text: string; receivedAt: Date };

const CONTEXT = 'ingest-body';

async function sealedBody(stores: Stores, workspaceId: WorkspaceId, { sourceId, endpoint, text, receivedAt }: IncomingBody): Promise<NewBody> {
  return { sourceId, receivedAt, sealed: seal(await stores.keys.of(workspaceId), JSON.stringify([endpoint, text]), `${CONTEXT}:${sourceId}`) };
}

export async function openBody(stores: Stores, workspaceId: WorkspaceId, { sourceId, sealed }: Pick<NewBody, 'sourceId' | 'sealed'>): Promise<{ endpoint: string; text: string }> {
  const [endpoint, text] = JSON.parse(open(await stores.keys.of(workspaceId), sealed, `${CONTEXT}:${sourceId}`)) as [string, string];
  return { endpoint, text };
}

/** Appends one body inside the caller's transaction. */
export async function appendBody(tx: Tx, stores: Stores, workspaceId: WorkspaceId, body: IncomingBody): Promise<void> {
  await insertBodies(tx, workspaceId, [await sealedBody(stores, workspaceId, body)]);
}

type Waiting = { body: NewBody; done(error?: unknown): void };

/**
 * Appends bodies durably; bodies that arrive while a write is under way share the next one, so that a thousand small
 * requests cost a few transactions. Resolves once the body is committed.
 */
export function openAppender(stores: Stores): (workspaceId: WorkspaceId, body: IncomingBody) => Promise<void> {
  const queues = new Map<WorkspaceId, Waiting[]>();
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
      const waiting: Waiting = { body, done: (error) => (error ? reject(error as Error) : resolve()) };
      const queue = queues.get(workspaceId);
      if (queue) return void queue.push(waiting);
      queues.set(workspaceId, [waiting]);
      void write(workspaceId);
    });
  };
}
