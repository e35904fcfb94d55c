import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import { run, sql, type Tx } from '../../kernel/sql.ts';
import { HOT_COLUMNS, HOT_KEYS, type HotKey } from '../builtins.ts';
import type { FieldValue } from '../core/fold.ts';

type Row = { customer: CustomerId; values: Readonly<Record<string, FieldValue | null>> };

const isHot = (key: string): key is HotKey => Object.hasOwn(HOT_COLUMNS, key);

/** Hot values land in their columns, the rest in `published`; a key that no row names is left as it is. */
export async function publishRows(tx: Tx, workspaceId: WorkspaceId, rows: readonly Row[], atMs: number): Promise<void> {
  const named = new Set(rows.flatMap(({ values }) => Object.keys(values)));
  const sets = HOT_KEYS.filter((key) => named.has(key))
    .map((key) => sql`${sql.raw(key)} = case when v.hot ? ${key} then (v.hot ->> ${key})::${sql.raw(HOT_COLUMNS[key])} else c.${sql.raw(key)} end`);
  const part = (values: Row['values'], hot: boolean): string => JSON.stringify(Object.fromEntries(Object.entries(values).filter(([key]) => isHot(key) === hot)));
  const stamps = ({ values }: Row): string => JSON.stringify(Object.fromEntries(Object.keys(values).map((key) => [key, atMs])));
  if ([...named].some((key) => !isHot(key))) sets.push(sql`published = jsonb_strip_nulls(c.published || v.cold)`);
  sets.push(sql`published_at = c.published_at || v.stamps`);
  await run(tx, sql`
    update customer c set ${sql.join(sets)}
      from (select id, hot::jsonb as hot, cold::jsonb as cold, stamps::jsonb as stamps
              from unnest(${rows.map(({ customer }) => customer)}::uuid[], ${rows.map(({ values }) => part(values, true))}::text[],
                          ${rows.map(({ values }) => part(values, false))}::text[], ${rows.map(stamps)}::text[]) as u (id, hot, cold, stamps)) v
     where c.workspace_id = ${workspaceId} and c.id = v.id and c.merged_into is null`);
}
