import type { WorkspaceId } from '../../kernel/ids.ts';
import { many, one, run, sql, type Tx } from '../../kernel/sql.ts';
import { bytes, uuids } from './arrays.ts';

/** Where blobs of people lie; the prefix of what they are bound to. */
export const PERSONAL = [
  { name: 'subject', table: 'subject', column: 'sealed', bound: 'subject' },
  { name: 'customer', table: 'customer', column: 'sealed', bound: 'customer' },
  { name: 'customer.taught', table: 'customer', column: 'taught_sealed', bound: 'customer' },
] as const;
export type Personal = (typeof PERSONAL)[number];

// A blob with a person's key begins with a set bit.
const byDataKey = (column: string) => sql`${sql.ref(column)} is not null and get_byte(${sql.ref(column)}, 0) < 128`;

export const countByDataKey = async (tx: Tx, workspaceId: WorkspaceId, { table, column }: Personal): Promise<number> =>
  (await one(tx, sql<{ count: number }>`select count(*) as count from ${sql.table(table)} where workspace_id = ${workspaceId} and ${byDataKey(column)}`)).count;

export const blobsByDataKey = (tx: Tx, workspaceId: WorkspaceId, { table, column }: Personal, after: string | null, limit: number): Promise<{ id: string; sealed: Buffer }[]> =>
  many(tx, sql<{ id: string; sealed: Buffer }>`
    select id, ${sql.ref(column)} as sealed from ${sql.table(table)}
     where workspace_id = ${workspaceId} and ${byDataKey(column)} and (${after}::uuid is null or id > ${after}::uuid)
     order by id
     limit ${limit}`);

/** Replaces blobs that are still what they were. */
export const replaceBlobs = (tx: Tx, workspaceId: WorkspaceId, { table, column }: Personal, rows: readonly { id: string; was: Buffer; anew: Buffer }[]): Promise<number> =>
  run(tx, sql`
    update ${sql.table(table)} t set ${sql.raw(column)} = r.anew
      from unnest(${uuids(rows.map(({ id }) => id))}::uuid[], ${bytes(rows.map(({ was }) => was))}::bytea[], ${bytes(rows.map(({ anew }) => anew))}::bytea[]) as r (id, was, anew)
     where t.workspace_id = ${workspaceId} and t.id = r.id and t.${sql.raw(column)} = r.was`);
