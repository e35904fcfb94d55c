import { audit } from '../audit.ts';
import { notFound, Refusal } from '../errors.ts';
import { newId, type UserId, type WorkspaceId } from '../ids.ts';
import { many, maybe, one, run, sql } from '../sql.ts';
import type { Stores } from '../stores.ts';
import type { Caller } from './caller.ts';
import { PERMISSIONS, type Permission } from './permissions.ts';
import { digestOf, newToken, workspaceOfToken } from './tokens.ts';

/** A key of a program. The secret is shown once; `prefix` is its readable beginning, to tell keys apart. */
export type ApiKey = { id: string; name: string; prefix: string; scopes: Permission[]; createdBy: UserId; createdAt: Date; lastUsedAt: Date | null };
export type KeyHolder = { id: string; workspaceId: WorkspaceId; scopes: ReadonlySet<Permission> };

const PREFIX_LENGTH = 12;
/** How long a revoked key may still be believed by another process. */
const BELIEVED_MS = 1_000;
const USED_EVERY_MS = 60_000;
const CACHE_MAX = 10_000;

const KEY = sql`id, name, prefix, scopes, created_by as "createdBy", created_at as "createdAt", last_used_at as "lastUsedAt"`;

/** Makes a key; nobody can give more than they may do themselves (`key.scope_beyond_own`, 403). The secret is kept as a keyed hash only. */
export async function createKey(stores: Stores, caller: Caller, { name, scopes }: { name: string; scopes: readonly Permission[] }): Promise<{ key: ApiKey; secret: string }> {
  const beyond = scopes.filter((scope) => !caller.permissions.has(scope));
  if (beyond.length > 0) throw new Refusal('key.scope_beyond_own', { scopes: beyond.join(', ') }, 403);
  const { workspaceId } = caller;
  const secret = newToken('prn_', workspaceId);
  const key = await stores.pg.tx(workspaceId, async (tx) => {
    const made = await one(tx, sql<ApiKey>`
      insert into api_key (workspace_id, id, name, prefix, secret_hash, scopes, created_by, created_at)
      values (${workspaceId}, ${newId()}, ${name}, ${secret.slice(0, PREFIX_LENGTH)}, ${digestOf(stores.keys, 'api-key', secret)}, ${[...scopes]}, ${caller.actor.id}, ${stores.clock.now()})
      returning ${KEY}`);
    await audit(tx, stores.clock, caller, { action: 'key.create', target: made.id, detail: { scopes } });
    return made;
  });
  return { key, secret };
}

export const keysOf = ({ pg }: Stores, workspaceId: WorkspaceId): Promise<ApiKey[]> => pg.tx(workspaceId, (tx) => many(tx, sql<ApiKey>`
  select ${KEY} from api_key where workspace_id = ${workspaceId} and revoked_at is null order by created_at desc, id`));

/** Finds the holder of a bearer secret, from memory when it was asked within a second. */
export type KeyFinder = { find(secret: string): Promise<KeyHolder | undefined>; forget(): void };

const isPermission = (scope: string): scope is Permission => (PERMISSIONS as readonly string[]).includes(scope);

async function load({ pg }: Stores, workspaceId: WorkspaceId, digest: Buffer): Promise<KeyHolder | undefined> {
  const row = await pg.tx(workspaceId, (tx) => maybe(tx, sql<{ id: string; scopes: string[] }>`
    select id, scopes from api_key where workspace_id = ${workspaceId} and secret_hash = ${digest} and revoked_at is null`));
  return row && { id: row.id, workspaceId, scopes: new Set(row.scopes.filter(isPermission)) };
}

const touch = ({ pg, clock }: Stores, { workspaceId, id }: KeyHolder): Promise<number> => pg.tx(workspaceId, (tx) => run(tx, sql`
  update api_key set last_used_at = ${clock.now()} where workspace_id = ${workspaceId} and id = ${id}`));

/** One finder a process: a found key is believed for a second, and its use is written once a minute. */
export function keyFinder(stores: Stores): KeyFinder {
  const believed = new Map<string, { holder: KeyHolder; until: number }>();
  const touched = new Map<string, number>();
  const noteUse = async (holder: KeyHolder, now: number): Promise<void> => {
    if (now - (touched.get(holder.id) ?? -Infinity) < USED_EVERY_MS) return;
    touched.set(holder.id, now);
    await touch(stores, holder);
  };
  return {
    forget: () => believed.clear(),
    find: async (secret) => {
      const workspaceId = workspaceOfToken('prn_', secret);
      if (!workspaceId) return undefined;
      const digest = digestOf(stores.keys, 'api-key', secret);
      const at = digest.toString('base64');
      const now = stores.clock.now().getTime();
      const known = believed.get(at);
      const holder = known && known.until > now && known.until - now <= BELIEVED_MS ? known.holder : await load(stores, workspaceId, digest);
      if (!holder) return undefined;
      if (believed.size >= CACHE_MAX) believed.clear();
      if (holder !== known?.holder) believed.set(at, { holder, until: now + BELIEVED_MS });
      await noteUse(holder, now);
      return holder;
    },
  };
}

/** Ends a key. Refuses `key.not_found`. */
export async function revokeKey(stores: Stores, caller: Caller, keyId: string): Promise<void> {
  await stores.pg.tx(caller.workspaceId, async (tx) => {
    const ended = await run(tx, sql`
      update api_key set revoked_at = ${stores.clock.now()}
       where workspace_id = ${caller.workspaceId} and id = ${keyId} and revoked_at is null`);
    if (ended === 0) throw notFound('key');
    await audit(tx, stores.clock, caller, { action: 'key.revoke', target: keyId });
  });
}
