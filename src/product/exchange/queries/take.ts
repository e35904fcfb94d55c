import type { ClickHouse } from '../../../kernel/clickhouse/index.ts';
import { NOBODY_SQL, type WorkspaceId } from '../../../kernel/ids.ts';
import { many, one, run, sql, type Tx } from '../../../kernel/sql.ts';

type Column = { name: string; type: string; isKey: boolean };

/** Columns of a table but the workspace's own; which of them its rows are known by. */
export const columnsOf = (tx: Tx, table: string): Promise<Column[]> =>
  many(tx, sql<Column>`
    select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, coalesce(a.attnum = any (i.indkey), false) as "isKey"
      from pg_attribute a
      left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
     where a.attrelid = ${table}::regclass and a.attnum > 0 and not a.attisdropped and a.attname <> 'workspace_id'
     order by a.attnum`);

export const clearTable = (tx: Tx, workspaceId: WorkspaceId, table: string): Promise<number> => run(tx, sql`delete from ${sql.table(table)} where workspace_id = ${workspaceId}`);

/** Adds rows that are not there yet: columns they name and the table has. `json`: the columns of jsonb that were looked at; no other is written. How many were new. */
export async function insertRows(tx: Tx, workspaceId: WorkspaceId, table: string, rows: readonly Readonly<Record<string, unknown>>[], json: readonly string[]): Promise<number> {
  const named = new Set(rows.flatMap((row) => Object.keys(row)));
  const columns = (await columnsOf(tx, table)).filter(({ name, type }) => named.has(name) && (type !== 'jsonb' || json.includes(name)));
  const list = sql.join(columns.map(({ name }) => sql.ref(name)));
  const { count } = await one(tx, sql<{ count: number }>`
    with added as (
      insert into ${sql.table(table)} (workspace_id, ${list})
      select ${workspaceId}::uuid, ${list} from jsonb_populate_recordset(null::${sql.table(table)}, ${JSON.stringify(rows)}::jsonb)
      on conflict do nothing
      returning 1)
    select count(*) as count from added`);
  return count;
}

/** What stands counts on from the newest version that came. */
export const raiseVersions = (tx: Tx, workspaceId: WorkspaceId, thing: 'tag' | 'segment'): Promise<number> => run(tx, sql`
  update ${sql.table(thing)} t set version = v.newest
    from (select ${sql.ref(`${thing}_id`)} as id, max(version) as newest from ${sql.table(`${thing}_version`)} where workspace_id = ${workspaceId} group by 1) v
   where t.workspace_id = ${workspaceId} and t.id = v.id and t.version < v.newest`);

/** Numbers for so many segments more, held until the transaction ends: a number stands for one wherever memberships are kept. The first of them. */
export async function freeNumber(tx: Tx, workspaceId: WorkspaceId): Promise<number> {
  await run(tx, sql`select pg_advisory_xact_lock(hashtextextended(${`segment numbers:${workspaceId}`}, 0))`);
  return (await one(tx, sql<{ free: number }>`select coalesce(max(number), 0) + 1 as free from segment where workspace_id = ${workspaceId}`)).free;
}

/** How many of these ids the table does not have: another row stood in their way. */
export const missingOf = async (tx: Tx, workspaceId: WorkspaceId, table: string, ids: readonly string[]): Promise<number> => (await one(tx, sql<{ count: number }>`
  select count(*)::int as count from unnest(${[...ids]}::uuid[]) as w (id) where not exists (select 1 from ${sql.table(table)} t where t.workspace_id = ${workspaceId} and t.id = w.id)`)).count;

const LISTS = {
  left_out: { table: 'experiment_left_out', list: 'list', who: 'customer', rest: ['bar'] }, outcome: { table: 'experiment_outcome', list: 'outcome', who: 'customer', rest: ['arm', 'sent', 'bought', 'refunded', 'unsubscribed', 'complained'] },
  kept: { table: 'segment_kept', list: 'list', who: 'anchor', rest: [] },
} as const;
export type ListTable = keyof typeof LISTS;
export const LIST_TABLES = Object.keys(LISTS) as [ListTable, ...ListTable[]];
/** `list`: the id of the draw, file, result or frozen segment; the rest as the table has it. */
export type ListedRow = { list: string; customer: string; [rest: string]: string | number };
export type ListedAfter = Pick<ListedRow, 'list' | 'customer'>;

const WORDS: readonly string[] = ['bar', 'arm'];
/** The file of an export that holds a list. */
export const listFile = (which: ListTable): string => `${which === 'kept' ? 'segments' : 'experiments'}.${which}.jsonl`;
/** Whether a row has every column of its list, words where words stand and numbers elsewhere. */
export const isListed = (which: ListTable, row: ListedRow): boolean => (LISTS[which].rest as readonly string[]).every((name) => typeof row[name] === (WORDS.includes(name) ? 'string' : 'number'));

/** Some rows of a list in order, after a place; people as they were, since an anchor is known elsewhere by the customer who came with it. */
export const listedPage = (ch: ClickHouse, workspace: WorkspaceId, which: ListTable, after: ListedAfter | undefined, limit: number): Promise<ListedRow[]> => {
  const { table, list, who, rest }: { table: string; list: string; who: string; rest: readonly string[] } = LISTS[which];
  return ch.rows<ListedRow>(`
select l.list as list, if(w.customer = ${NOBODY_SQL}, l.customer, w.customer) as customer, ${rest.map((name) => `l.${name} as ${name}, `).join('')}l.customer as place
from  (select ${[`${list} as list`, `${who} as customer`, ...rest].join(', ')} from ${table} final where workspace = {workspace:UUID} and (${list}, ${who}) > ({list:UUID}, {customer:UUID}) order by list, customer limit {limit:UInt32}) as l
left  join (select subject, customer from subject_owner final where workspace = {workspace:UUID}) as w on w.subject = l.customer
order by list, place`, { workspace, limit, list: after?.list ?? '00000000-0000-0000-0000-000000000000', customer: after?.customer ?? '00000000-0000-0000-0000-000000000000' });
};

export async function putListed(ch: ClickHouse, workspace: WorkspaceId, which: ListTable, rows: readonly ListedRow[]): Promise<void> {
  const { table, list, who, rest } = LISTS[which];
  await ch.insert(table, rows.map((row) => ({ workspace, [list]: row.list, [who]: row.customer, ...Object.fromEntries(rest.map((name) => [name, row[name]])) })));
}
