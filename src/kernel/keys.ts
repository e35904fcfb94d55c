import { randomBytes } from 'node:crypto';
import { type WorkspaceId } from './ids.ts';
import type { Postgres } from './postgres/pools.ts';
import { deriveKey, openWith, sealWith, type WorkspaceKeys } from './seal.ts';
import { many, run, sql } from './sql.ts';

/** The keys of every workspace, opened once with the master key and kept in memory. */
export type Keyring = {
  of(workspaceId: WorkspaceId): Promise<WorkspaceKeys>;
  /** A key for a purpose of the whole installation: session cookies, keyed hashes of API keys. */
  installation(purpose: string): Buffer;
};

type KeyRow = { keyId: number; purpose: 'data' | 'index'; sealed: Buffer };

const contextOf = (workspaceId: WorkspaceId, purpose: string): string => `workspace-key:${workspaceId}:${purpose}`;

async function loadRows(pg: Postgres, workspaceId: WorkspaceId): Promise<KeyRow[]> {
  return pg.tx(workspaceId, (tx) => many(tx, sql<KeyRow>`
    select key_id as "keyId", purpose, sealed
      from workspace_key
     where workspace_id = ${workspaceId}
     order by key_id`));
}

async function createRows(pg: Postgres, workspaceId: WorkspaceId, wrapping: Buffer, at: Date): Promise<void> {
  await pg.tx(workspaceId, async (tx) => {
    for (const purpose of ['data', 'index']) {
      const sealed = sealWith(wrapping, 0, randomBytes(32), contextOf(workspaceId, purpose));
      await run(tx, sql`
        insert into workspace_key (workspace_id, key_id, purpose, sealed, created_at)
        values (${workspaceId}, 1, ${purpose}, ${sealed}, ${at})
        on conflict do nothing`);
    }
  });
}

function opened(rows: readonly KeyRow[], workspaceId: WorkspaceId, wrapping: Buffer): WorkspaceKeys {
  const unwrap = (row: KeyRow): Buffer => openWith(() => wrapping, row.sealed, contextOf(workspaceId, row.purpose));
  const data = new Map(rows.filter((row) => row.purpose === 'data').map((row) => [row.keyId, unwrap(row)]));
  const index = rows.find((row) => row.purpose === 'index');
  if (!index) throw new Error('a workspace without an index key');
  return { data, newest: Math.max(...data.keys()), index: unwrap(index) };
}

/** Opens workspace keys with the master key, making those of a new workspace at first use. */
export function keyring(pg: Postgres, master: Buffer, now: () => Date): Keyring {
  const wrapping = deriveKey(master, 'workspace-keys');
  const known = new Map<WorkspaceId, Promise<WorkspaceKeys>>();
  const load = async (workspaceId: WorkspaceId): Promise<WorkspaceKeys> => {
    const rows = await loadRows(pg, workspaceId);
    if (rows.length > 0) return opened(rows, workspaceId, wrapping);
    await createRows(pg, workspaceId, wrapping, now());
    return opened(await loadRows(pg, workspaceId), workspaceId, wrapping);
  };
  return {
    installation: (purpose) => deriveKey(master, purpose),
    of: (workspaceId) => {
      const keys = known.get(workspaceId) ?? load(workspaceId);
      known.set(workspaceId, keys);
      keys.catch(() => known.delete(workspaceId));
      return keys;
    },
  };
}
