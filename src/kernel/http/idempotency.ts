import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.ts';
import { Refusal } from '../errors.ts';
import { maybe, run, sql } from '../sql.ts';
import type { Stores } from '../stores.ts';

type Known = { requestHash: Buffer; status: number | null; reply: unknown };
export type Answer = { status: number; reply: unknown };

const KEY_MAX = 200;

const hashOf = (request: FastifyRequest): Buffer =>
  createHash('sha256').update(`${request.method} ${request.url}\n`).update(JSON.stringify(request.body ?? null)).digest();

function keyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || key.length === 0 || key.length > KEY_MAX) throw new Refusal('idempotency.key_invalid', { max: KEY_MAX }, 400);
  return key;
}

async function claim(stores: Stores, { workspaceId }: Caller, key: string, hash: Buffer): Promise<Known | undefined> {
  return stores.pg.tx(workspaceId, async (tx) => {
    const mine = await maybe(tx, sql<{ key: string }>`
      insert into idempotency (workspace_id, key, request_hash, at)
      values (${workspaceId}, ${key}, ${hash}, ${stores.clock.now()})
      on conflict do nothing returning key`);
    if (mine) return undefined;
    return maybe(tx, sql<Known>`
      select request_hash as "requestHash", status, reply from idempotency
       where workspace_id = ${workspaceId} and key = ${key}`);
  });
}

async function settle(stores: Stores, { workspaceId }: Caller, key: string, answer: Answer | undefined): Promise<void> {
  await stores.pg.tx(workspaceId, (tx) => run(tx, answer
    ? sql`update idempotency set status = ${answer.status}, reply = ${JSON.stringify(answer.reply ?? null)}::jsonb where workspace_id = ${workspaceId} and key = ${key}`
    : sql`delete from idempotency where workspace_id = ${workspaceId} and key = ${key}`));
}

/**
 * Runs a write once per Idempotency-Key: the same key with the same request gets the stored reply, with another request
 * `idempotency.key_reused`, and while the first is still running `idempotency.in_progress`. A failed write frees its key.
 */
export async function once(stores: Stores, caller: Caller, request: FastifyRequest, work: () => Promise<Answer>): Promise<Answer> {
  const key = keyOf(request);
  if (key === undefined) return work();
  const hash = hashOf(request);
  const known = await claim(stores, caller, key, hash);
  if (known && !known.requestHash.equals(hash)) throw new Refusal('idempotency.key_reused', {}, 422);
  if (known?.status) return { status: known.status, reply: known.reply };
  if (known) throw new Refusal('idempotency.in_progress', { retryAfterSeconds: 1 }, 409);
  try {
    const answer = await work();
    await settle(stores, caller, key, answer);
    return answer;
  } catch (error) {
    await settle(stores, caller, key, undefined);
    throw error;
  }
}
