import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { run, sql, type Tx } from '../../kernel/sql.ts';
import { HOT_COLUMNS, type HotKey } from '../builtins.ts';
import type { FieldValue } from '../core/fold.ts';
import { uuids } from './arrays.ts';

type Row = { customer: CustomerId; values: Readonly<Record<string, FieldValue | null>> };

const isHot = (key: string): key is HotKey => Object.hasOwn(HOT_COLUMNS, key);

/** Writes rows that all name the same keys: hot values land in their columns, the rest in `published`. */
async function publishAlike(tx: Tx, workspaceId: WorkspaceId, keys: readonly string[], rows: readonly Row[], atMs: number): Promise<void> {
  const hot = keys.filter(isHot);
  const cold = keys.filter((key) => !isHot(key));
  const columns = hot.map((key) => sql`${rows.map(({ values }) => values[key] ?? null)}::${sql.raw(HOT_COLUMNS[key])}[]`);
  const texts = cold.length === 0 ? [] : rows.map(({ values }) => JSON.stringify(Object.fromEntries(cold.map((key) => [key, values[key] ?? null]))));
  const sets = [
    ...hot.map((key) => sql`${sql.raw(key)} = v.${sql.raw(key)}`),
    ...(cold.length > 0 ? [sql`published = jsonb_strip_nulls(c.published || v.cold::jsonb)`] : []),
    sql`published_at = c.published_at || ${JSON.stringify(Object.fromEntries(keys.map((key) => [key, atMs])))}::jsonb`,
  ];
  const given = [sql`${uuids(rows.map(({ customer }) => customer))}::uuid[]`, ...columns, ...(cold.length > 0 ? [sql`${texts}::text[]`] : [])];
  const names = ['id', ...hot, ...(cold.length > 0 ? ['cold'] : [])];
  await run(tx, sql`
    update customer c set ${sql.join(sets)}
      from unnest(${sql.join(given)}) as v (${sql.raw(names.join(', '))})
     where c.workspace_id = ${workspaceId} and c.id = v.id and c.merged_into is null`);
}

/** Writes published values; a key that a row does not name is left as it is. Rows of one shape go in one statement. */
export async function publishRows(tx: Tx, workspaceId: WorkspaceId, rows: readonly Row[], atMs: number): Promise<void> {
  const shapes = Map.groupBy(rows.map((row) => ({ row, keys: Object.keys(row.values).sort() })), ({ keys }) => keys.join(' '));
  for (const alike of shapes.values()) {
    const keys = alike[0]?.keys ?? [];
    if (keys.length > 0) await publishAlike(tx, workspaceId, keys, alike.map(({ row }) => row), atMs);
  }
}
