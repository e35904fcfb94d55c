import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.ts';
import { Refusal } from '../errors.ts';
import { open, seal } from '../seal.ts';
import { maybe, run, sql } from '../sql.ts';
import type { Stores } from '../stores.ts';

type Known = { requestHash: Buffer; status: number | null; reply: Buffer | null };
/** A finished answer: its status and its body as sent ('' for none). Files are not kept for a second time: asking again makes them anew. */
export type Answer = { status: number; body: string; kept: boolean };

const KEY_MAX = 200;
/** A reply is kept for a day; a request that never finished frees its key after ten minutes (its process is gone). */
const KEPT_MS = 24 * 3_600_000;
const ABANDONED_MS = 10 * 60_000;

const isStream = (body: unknown): boolean => typeof (body as { pipe?: unknown } | null)?.pipe === 'function';

function hashOf({ actor }: Caller, { method, url, body }: FastifyRequest): Buffer {
  const content = isStream(body) ? '' : Buffer.isBuffer(body) ? body : JSON.stringify(body ?? null);
  return createHash('sha256').update(`${actor.kind} ${actor.id}\n${method} ${url}\n`).update(content).digest();
}

function keyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key !== 'string' || key.length === 0 || key.length > KEY_MAX) throw new Refusal('idempotency.key_invalid', { max: KEY_MAX }, 400);
  return key;
}

async function claim(stores: Stores, { workspaceId }: Caller, key: string, hash: Buffer): Promise<Known | undefined> {
  const now = stores.clock.now();
  const before = (ms: number): Date => new Date(now.getTime() - ms);
  return stores.pg.tx(workspaceId, async (tx) => {
    await run(tx, sql`
      delete from idempotency
       where workspace_id = ${workspaceId}
         and (at < ${before(KEPT_MS)} or (key = ${key} and status is null and at < ${before(ABANDONED_MS)}))`);
    const mine = await maybe(tx, sql<{ key: string }>`
      insert into idempotency (workspace_id, key, request_hash, at)
      values (${workspaceId}, ${key}, ${hash}, ${now})
      on conflict do nothing returning key`);
    if (mine) return undefined;
    return maybe(tx, sql<Known>`
      select request_hash as "requestHash", status, reply from idempotency
       where workspace_id = ${workspaceId} and key = ${key}`);
  });
}

const contextOf = (key: string): string => `idempotency:${key}`;

async function settle(stores: Stores, { workspaceId }: Caller, key: string, answer: Answer | undefined): Promise<void> {
  const reply = answer && seal(await stores.keys.of(workspaceId), answer.body, contextOf(key));
  await stores.pg.tx(workspaceId, (tx) => run(tx, answer
    ? sql`update idempotency set status = ${answer.status}, reply = ${reply} where workspace_id = ${workspaceId} and key = ${key}`
    : sql`delete from idempotency where workspace_id = ${workspaceId} and key = ${key}`));
}

async function replay(stores: Stores, { workspaceId }: Caller, key: string, { status, reply }: Known): Promise<Answer> {
  if (status === null || reply === null) throw new Refusal('idempotency.in_progress', { retryAfterSeconds: 1 }, 409);
  return { status, kept: true, body: open(await stores.keys.of(workspaceId), reply, contextOf(key)) };
}

/**
 * Runs a write once per Idempotency-Key: the same key with the same request gets the stored reply, with another request
 * `idempotency.key_reused`, and while the first is still running `idempotency.in_progress`. A failed write frees its key.
 */
export async function once(stores: Stores, caller: Caller, request: FastifyRequest, work: () => Promise<Answer>): Promise<Answer> {
  const key = keyOf(request);
  if (key === undefined) return work();
  const hash = hashOf(caller, request);
  const known = await claim(stores, caller, key, hash);
  if (known && !known.requestHash.equals(hash)) throw new Refusal('idempotency.key_reused', {}, 422);
  if (known) return replay(stores, caller, key, known);
  try {
    const answer = await work();
    await settle(stores, caller, key, answer.kept ? answer : undefined);
    return answer;
  } catch (error) {
    await settle(stores, caller, key, undefined);
    throw error;
  }
}
