import { createHash } from 'node:crypto';
import type { Caller } from './access/caller.ts';
import type { AuditAction } from './words/auditActions.ts';
import type { Clock } from './clock.ts';
import type { Facts } from './errors.ts';
import type { WorkspaceId } from './ids.ts';
import { many, maybe, run, sql, type Tx } from './sql.ts';

/** One line of the audit log: who did what to what. `detail` holds counts and reasons, never values of personal data. */
export type AuditEntry = { action: AuditAction; target: string; detail?: Facts };
export type AuditRow = { seq: number; at: Date; actorKind: string; actorId: string; action: string; target: string; detail: Facts; prevHash: Buffer; hash: Buffer };

const GENESIS = Buffer.alloc(32);

const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner);

type Content = Omit<AuditRow, 'hash' | 'prevHash'>;

/** hash(n) = SHA-256(hash(n − 1) ‖ content(n)): no line can be changed or dropped without breaking every later one. */
export const chainHash = (prev: Buffer, { seq, at, actorKind, actorId, action, target, detail }: Content): Buffer =>
  createHash('sha256').update(prev).update(canonical([seq, at.toISOString(), actorKind, actorId, action, target, detail])).digest();

/** Appends a line to the workspace's chain, inside the transaction of what it reports. */
export async function audit(tx: Tx, clock: Clock, caller: Pick<Caller, 'workspaceId' | 'actor'>, entry: AuditEntry): Promise<void> {
  const { workspaceId, actor } = caller;
  // One writer at a time a workspace, or two lines would follow the same one.
  await run(tx, sql`select pg_advisory_xact_lock(hashtextextended(${`audit:${workspaceId}`}, 0))`);
  const last = await maybe(tx, sql<{ seq: number; hash: Buffer }>`
    select seq, hash from audit where workspace_id = ${workspaceId} order by seq desc limit 1`);
  const prev = last?.hash ?? GENESIS;
  const content: Content = { seq: (last?.seq ?? 0) + 1, at: clock.now(), actorKind: actor.kind, actorId: actor.id, action: entry.action, target: entry.target, detail: entry.detail ?? {} };
  await run(tx, sql`
    insert into audit (workspace_id, seq, at, actor_kind, actor_id, action, target, detail, prev_hash, hash)
    values (${workspaceId}, ${content.seq}, ${content.at}, ${content.actorKind}, ${content.actorId}, ${content.action}, ${content.target},
            ${JSON.stringify(content.detail)}::jsonb, ${prev}, ${chainHash(prev, content)})`);
}

/** Reads the chain from the start; the first broken line's number, or undefined when it verifies. */
export async function brokenLink(tx: Tx, workspaceId: WorkspaceId): Promise<number | undefined> {
  const rows = await many(tx, sql<AuditRow>`
    select seq, at, actor_kind as "actorKind", actor_id as "actorId", action, target, detail, prev_hash as "prevHash", hash
      from audit
     where workspace_id = ${workspaceId}
     order by seq`);
  let prev: Buffer = GENESIS;
  for (const [i, row] of rows.entries()) {
    if (row.seq !== i + 1 || !row.prevHash.equals(prev) || !row.hash.equals(chainHash(prev, row))) return i + 1;
    prev = row.hash;
  }
  return undefined;
}
