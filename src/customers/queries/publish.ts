import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { many, sql, type Tx } from '../../kernel/sql.ts';
import { HOT_COLUMNS, type HotKey } from '../builtins.ts';
import type { FieldValue } from '../core/fold.ts';
import { texts, uuids } from './arrays.ts';

type Row = { customer: CustomerId; values: Readonly<Record<string, FieldValue | null>> };

const isHot = (key: string): key is HotKey => Object.hasOwn(HOT_COLUMNS, key);

/** What was said again is as good as new for so long: until then a value that stays need not be written, and that there is none never. */
const FRESH_MS = 86_400_000;

/** Writes rows that all name the same keys: hot values land in their columns, the rest in `published`. Whose row is another now. */
async function publishAlike(tx: Tx, workspaceId: WorkspaceId, keys: readonly string[], rows: readonly Row[], atMs: number): Promise<CustomerId[]> {
  const hot = keys.filter(isHot);
  const cold = keys.filter((key) => !isHot(key));
  const columns = hot.map((key) => sql`${texts(rows.map(({ values }) => (values[key] ?? null) as string | number | boolean | null))}::${sql.raw(HOT_COLUMNS[key])}[]`);
  const colds = cold.length === 0 ? [] : rows.map(({ values }) => JSON.stringify(Object.fromEntries(cold.map((key) => [key, values[key] ?? null]))));
  const cut = sql`jsonb_strip_nulls(c.published || v.cold::jsonb)`, saidAt = sql.join(keys.map((key) => sql`case when ${isHot(key) ? sql`v.${sql.raw(key)}` : sql`v.cold::jsonb ->> ${key}::text`} is not null then coalesce((c.published_at ->> ${key}::text)::bigint, 0) end`));
  const news = [...hot.map((key) => sql`c.${sql.raw(key)} is distinct from v.${sql.raw(key)}`), ...(cold.length > 0 ? [sql`c.published is distinct from ${cut}`] : []), sql`least(${saidAt}) <= ${atMs - FRESH_MS}`];
  const sets = [
    ...hot.map((key) => sql`${sql.raw(key)} = v.${sql.raw(key)}`),
    ...(cold.length > 0 ? [sql`published = ${cut}`] : []),
    sql`published_at = c.published_at || ${JSON.stringify(Object.fromEntries(keys.map((key) => [key, atMs])))}::jsonb`,
  ];
  const given = [sql`${uuids(rows.map(({ customer }) => customer))}::uuid[]`, ...columns, ...(cold.length > 0 ? [sql`${texts(colds)}::text[]`] : [])];
  const names = ['id', ...hot, ...(cold.length > 0 ? ['cold'] : [])];
  return (await many(tx, sql<{ id: CustomerId }>`
    update customer c set ${sql.join(sets)}
      from unnest(${sql.join(given)}) as v (${sql.raw(names.join(', '))})
     where c.workspace_id = ${workspaceId} and c.id = v.id and c.merged_into is null and (${sql.join(news, sql` or `)})
    returning c.id`)).map(({ id }) => id);
}

/**
 * Writes published values; a key that a row does not name is left as it is. Rows of one shape go in one statement. Whose row is another now: where everything
 * stays as it was said within a day, nothing is written.
 */
export async function publishRows(tx: Tx, workspaceId: WorkspaceId, rows: readonly Row[], atMs: number): Promise<CustomerId[]> {
  const shapes = Map.groupBy(rows.map((row) => ({ row, keys: Object.keys(row.values).sort() })), ({ keys }) => keys.join(' '));
  const changed: CustomerId[] = [];
  for (const alike of shapes.values()) {
    const keys = alike[0]?.keys ?? [];
    if (keys.length > 0) changed.push(...await publishAlike(tx, workspaceId, keys, alike.map(({ row }) => row), atMs));
  }
  return changed;
}
