import type { WorkspaceId } from '../ids.ts';
import { openBytes, sealBytes, type WorkspaceKeys } from '../seal.ts';
import { many, one, run, sql, type Tx } from '../sql.ts';

/** A kind of thing that is sealed with a workspace's data key, and how a rotation seals it anew. */
export type SealedPlace = {
  name: string;
  /** How many are still sealed with a key before `keyId`. */
  count(tx: Tx, workspaceId: WorkspaceId, keyId: number): Promise<number>;
  /** Seals some of them with the newest key, those after a position; how many, and the position to go on from (null: that was the end). */
  reseal(tx: Tx, keys: WorkspaceKeys, workspaceId: WorkspaceId, at: { before: number; after: string | null; limit: number }): Promise<{ count: number; after: string | null }>;
};

/** A column that holds blobs. `context` is SQL over the row: what the blob is bound to. Names come from us, never from a visitor. */
export type SealedColumn = { table: string; column?: string; id?: string; idType?: 'uuid' | 'bigint' | 'text'; context: string };

type Row = { id: string; sealed: Buffer; context: string };

/** Blobs of a data key before `keyId`: their first four bytes are its id; from 2^31 on they name a person's key. */
const older = (column: string, keyId: number) => sql`substring(${sql.ref(column)} from 1 for 4) < ${Buffer.from([keyId >>> 24, (keyId >>> 16) & 255, (keyId >>> 8) & 255, keyId & 255])}`;

/** The place of a plain column: opened and sealed again row by row. A row that changed meanwhile is left to its writer. */
export function sealedColumn({ table, column = 'sealed', id = 'id', idType = 'uuid', context }: SealedColumn): SealedPlace {
  const [into, at, of, type] = [sql.table(table), sql.ref(id), sql.ref(column), sql.raw(idType)];
  return {
    name: table,
    count: async (tx, workspaceId, keyId) => (await one(tx, sql<{ count: number }>`select count(*) as count from ${into} where workspace_id = ${workspaceId} and ${older(column, keyId)}`)).count,
    reseal: async (tx, keys, workspaceId, { before, after, limit }) => {
      const rows = await many(tx, sql<Row>`
        select ${at}::text as id, ${of} as sealed, ${sql.raw(context)} as context
          from ${into}
         where workspace_id = ${workspaceId} and ${older(column, before)} and (${after}::${type} is null or ${at} > ${after}::${type})
         order by ${at}
         limit ${limit}`);
      const anew = rows.map((row) => sealBytes(keys, openBytes(keys, row.sealed, row.context), row.context));
      const count = rows.length === 0 ? 0 : await run(tx, sql`
        update ${into} t set ${sql.raw(column)} = r.anew
          from unnest(${rows.map((row) => row.id)}::${type}[], ${rows.map(({ sealed }) => sealed)}::bytea[], ${anew}::bytea[]) as r (id, was, anew)
         where t.workspace_id = ${workspaceId} and t.${sql.raw(id)} = r.id and t.${sql.raw(column)} = r.was`);
      return { count, after: rows.length < limit ? null : (rows.at(-1)?.id ?? null) };
    },
  };
}

const places = new Map<string, SealedPlace>();

/** Every module that seals with data keys declares where, or a rotation would lose it. The same again replaces. */
export function registerSealed(...more: readonly SealedPlace[]): void {
  for (const place of more) places.set(place.name, place);
}

export const sealedPlaces = (): readonly SealedPlace[] => [...places.values()];

/** Replies kept for Idempotency-Key. */
registerSealed(sealedColumn({ table: 'idempotency', column: 'reply', id: 'key', idType: 'text', context: "'idempotency:' || key" }));
