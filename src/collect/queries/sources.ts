import type { Day } from '../../kernel/day.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, maybe, one, run, sql, type Tx } from '../../kernel/sql.ts';
import type { SourceKind } from '../contract.ts';

export type SourceRow = {
  id: string; key: string; name: string; kind: SourceKind; platform: string; shop: string; channel: string; currency: string; keyTail: string | null; oldKeyUntil: Date | null;
  firstDay: Day | null; lastDay: Day | null; intervalDays: number | null; lastSeenAt: Date | null; createdAt: Date; retiredAt: Date | null;
};

const COLUMNS = sql`
  id, key, name, kind, platform, shop, channel, currency, key_tail as "keyTail", old_key_until as "oldKeyUntil", first_day as "firstDay", last_day as "lastDay",
  interval_days as "intervalDays", last_seen_at as "lastSeenAt", created_at as "createdAt", retired_at as "retiredAt"`;

export const listSources = (tx: Tx, workspaceId: WorkspaceId): Promise<SourceRow[]> =>
  many(tx, sql<SourceRow>`select ${COLUMNS} from source where workspace_id = ${workspaceId} order by created_at, key`);

export const loadSource = (tx: Tx, workspaceId: WorkspaceId, id: string): Promise<SourceRow> =>
  one(tx, sql<SourceRow>`select ${COLUMNS} from source where workspace_id = ${workspaceId} and id = ${id}`, 'source');

export const sourceByKey = (tx: Tx, workspaceId: WorkspaceId, key: string): Promise<SourceRow | undefined> =>
  maybe(tx, sql<SourceRow>`select ${COLUMNS} from source where workspace_id = ${workspaceId} and key = ${key}`);

export type NewSource = Pick<SourceRow, 'id' | 'key' | 'name' | 'kind' | 'platform' | 'shop' | 'channel' | 'currency' | 'createdAt'>;

/** Makes a source unless one of the key is there; whether it was made. */
export async function insertSource(tx: Tx, workspaceId: WorkspaceId, row: NewSource): Promise<boolean> {
  const made = await run(tx, sql`
    insert into source (workspace_id, id, key, name, kind, platform, shop, channel, currency, created_at)
    values (${workspaceId}, ${row.id}, ${row.key}, ${row.name}, ${row.kind}, ${row.platform}, ${row.shop}, ${row.channel}, ${row.currency}, ${row.createdAt})
    on conflict (workspace_id, key) do nothing`);
  return made > 0;
}

export async function updateSource(tx: Tx, workspaceId: WorkspaceId, id: string, { name, channel, retiredAt }: Pick<SourceRow, 'name' | 'channel' | 'retiredAt'>): Promise<void> {
  await run(tx, sql`
    update source set name = ${name}, channel = ${channel}, retired_at = ${retiredAt}
     where workspace_id = ${workspaceId} and id = ${id}`);
}

/** Puts a new key in; the old one goes on opening the door until `oldUntil`. */
export async function rotateKey(tx: Tx, workspaceId: WorkspaceId, id: string, { hash, tail, oldUntil }: { hash: Buffer; tail: string; oldUntil: Date }): Promise<void> {
  await run(tx, sql`
    update source set old_key_hash = key_hash, old_key_until = case when key_hash is not null then ${oldUntil}::timestamptz end, key_hash = ${hash}, key_tail = ${tail}
     where workspace_id = ${workspaceId} and id = ${id}`);
}

/** Takes all keys of a source away at once. */
export async function dropKeys(tx: Tx, workspaceId: WorkspaceId, id: string): Promise<void> {
  await run(tx, sql`
    update source set key_hash = null, key_tail = null, old_key_hash = null, old_key_until = null
     where workspace_id = ${workspaceId} and id = ${id}`);
}

export type DoorSource = { workspaceId: WorkspaceId; id: string; key: string; shop: string; channel: string };

/** The source a write key opens, over all workspaces. */
export const sourceOfKey = (db: Tx, digest: Buffer, at: Date): Promise<DoorSource | undefined> =>
  maybe(db, sql<DoorSource>`select workspace_id as "workspaceId", id, key, shop, channel from source_of_key(${digest}, ${at})`);

export type Freshness = { key: string; firstDay: Day; lastDay: Day; intervalDays: number };

/** Writes down what the stores know of each source's days. */
export async function saveFreshness(tx: Tx, workspaceId: WorkspaceId, rows: readonly Freshness[], seenAt: Date): Promise<void> {
  await run(tx, sql`
    update source s
       set first_day = f."firstDay", last_day = f."lastDay", interval_days = f."intervalDays", last_seen_at = ${seenAt}
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as f (key text, "firstDay" date, "lastDay" date, "intervalDays" real)
     where s.workspace_id = ${workspaceId} and s.key = f.key`);
}

export async function touchSources(tx: Tx, workspaceId: WorkspaceId, keys: readonly string[], seenAt: Date): Promise<void> {
  await run(tx, sql`update source set last_seen_at = ${seenAt} where workspace_id = ${workspaceId} and key = any (${keys})`);
}

export async function forgetFreshness(tx: Tx, workspaceId: WorkspaceId, keys: readonly string[]): Promise<void> {
  await run(tx, sql`update source set first_day = null, last_day = null, interval_days = null where workspace_id = ${workspaceId} and key = any (${keys})`);
}
