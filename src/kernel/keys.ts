import { randomBytes } from 'node:crypto';
import type { WorkspaceId } from './ids.ts';
import type { Postgres } from './postgres/pools.ts';
import { deriveKey, openWith, sealWith, type WorkspaceKeys } from './seal.ts';
import { many, run, sql, type Tx } from './sql.ts';

/** The keys of every workspace, opened with the master key and kept in memory; looked at again every few seconds, since another process may rotate them. */
export type Keyring = {
  of(workspaceId: WorkspaceId): Promise<WorkspaceKeys>;
  /** Reads them anew, at once. */
  refresh(workspaceId: WorkspaceId): Promise<WorkspaceKeys>;
  /** Adds a data key that opens, and seals nothing until it is active; its id. */
  addData(tx: Tx, workspaceId: WorkspaceId, at: Date): Promise<number>;
  /** How long another process may go on without having seen a new key. */
  freshMs: number;
  /** A key for a purpose of the whole installation: session cookies, keyed hashes of API keys. */
  installation(purpose: string): Buffer;
};

type KeyRow = { keyId: number; purpose: 'data' | 'index'; state: 'coming' | 'active'; sealed: Buffer };
type LivingKeys = { data: Map<number, Buffer>; newest: number; index: Buffer };

const FRESH_MS = 5_000;

const contextOf = (workspaceId: WorkspaceId, purpose: string): string => `workspace-key:${workspaceId}:${purpose}`;

async function loadRows(pg: Postgres, workspaceId: WorkspaceId): Promise<KeyRow[]> {
  return pg.tx(workspaceId, (tx) => many(tx, sql<KeyRow>`
    select key_id as "keyId", purpose, state, sealed
      from workspace_key
     where workspace_id = ${workspaceId}
     order by key_id`));
}

const insertKey = (tx: Tx, workspaceId: WorkspaceId, { keyId, purpose, state, sealed }: KeyRow, at: Date): Promise<number> => run(tx, sql`
  insert into workspace_key (workspace_id, key_id, purpose, state, sealed, created_at)
  values (${workspaceId}, ${keyId}, ${purpose}, ${state}, ${sealed}, ${at})
  on conflict do nothing`);

const newKey = (workspaceId: WorkspaceId, wrapping: Buffer, purpose: KeyRow['purpose']): Buffer =>
  sealWith(wrapping, 0, randomBytes(32), contextOf(workspaceId, purpose));

const createRows = (pg: Postgres, workspaceId: WorkspaceId, wrapping: Buffer, at: Date): Promise<void> =>
  pg.tx(workspaceId, async (tx) => {
    for (const purpose of ['data', 'index'] as const) await insertKey(tx, workspaceId, { keyId: 1, purpose, state: 'active', sealed: newKey(workspaceId, wrapping, purpose) }, at);
  });

function opened(rows: readonly KeyRow[], workspaceId: WorkspaceId, wrapping: Buffer): LivingKeys {
  const unwrap = (row: KeyRow): Buffer => openWith(() => wrapping, row.sealed, contextOf(workspaceId, row.purpose));
  const data = rows.filter((row) => row.purpose === 'data');
  const index = rows.find((row) => row.purpose === 'index');
  if (!index) throw new Error('a workspace without an index key');
  const sealing = data.filter(({ state }) => state === 'active').map(({ keyId }) => keyId);
  return { data: new Map(data.map((row) => [row.keyId, unwrap(row)])), newest: Math.max(...sealing), index: unwrap(index) };
}

/** Whoever holds the old object works on with the new keys. A key that stays keeps its buffer, for which ciphers are prepared. */
function renew(living: LivingKeys, { data, newest }: LivingKeys): void {
  for (const keyId of living.data.keys()) if (!data.has(keyId)) living.data.delete(keyId);
  for (const [keyId, key] of data) if (!living.data.has(keyId)) living.data.set(keyId, key);
  living.newest = newest;
}

type Known = { keys: Promise<LivingKeys>; readMs: number };

/** Opens workspace keys with the master key, making those of a new workspace at first use. */
export function keyring(pg: Postgres, master: Buffer, now: () => Date, freshMs = FRESH_MS): Keyring {
  const wrapping = deriveKey(master, 'workspace-keys');
  const derived = new Map<string, Buffer>();
  const known = new Map<WorkspaceId, Known>();
  const alive = new Map<WorkspaceId, LivingKeys>();
  const read = async (workspaceId: WorkspaceId): Promise<LivingKeys> => {
    const rows = await loadRows(pg, workspaceId);
    if (rows.length > 0) return opened(rows, workspaceId, wrapping);
    await createRows(pg, workspaceId, wrapping, now());
    return opened(await loadRows(pg, workspaceId), workspaceId, wrapping);
  };
  const load = async (workspaceId: WorkspaceId): Promise<LivingKeys> => {
    const news = await read(workspaceId);
    const living = alive.get(workspaceId) ?? news;
    alive.set(workspaceId, living);
    renew(living, news);
    return living;
  };
  const refresh = (workspaceId: WorkspaceId): Promise<LivingKeys> => {
    const keys = load(workspaceId);
    known.set(workspaceId, { keys, readMs: performance.now() });
    keys.catch(() => known.delete(workspaceId));
    return keys;
  };
  return {
    freshMs, refresh,
    // Asked for with every request: purposes are a handful of words of ours.
    installation: (purpose) => derived.get(purpose) ?? derived.set(purpose, deriveKey(master, purpose)).get(purpose) as Buffer,
    of: (workspaceId) => {
      const held = known.get(workspaceId);
      return held && performance.now() - held.readMs < freshMs ? held.keys : refresh(workspaceId);
    },
    addData: async (tx, workspaceId, at) => {
      const keyId = 1 + Math.max(...(await many(tx, sql<{ keyId: number }>`select key_id as "keyId" from workspace_key where workspace_id = ${workspaceId} and purpose = 'data'`)).map((row) => row.keyId));
      await insertKey(tx, workspaceId, { keyId, purpose: 'data', state: 'coming', sealed: newKey(workspaceId, wrapping, 'data') }, at);
      return keyId;
    },
  };
}
