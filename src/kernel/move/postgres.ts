import pg from 'pg';
import { Refusal } from '../errors.ts';

/** How many rows of a table stood at the source and arrive at the target. */
export type Moved = { store: 'postgres' | 'clickhouse'; table: string; rows: number };

type Table = { schema: string; name: string; columns: string[]; forced: boolean };
type Ends = { from: pg.Client; to: pg.Client };

/** The queue's own tables belong to its role; what is not a person's or a shop's stays behind: who migrated, who is alive. */
const QUEUE = ['_private_tasks', '_private_job_queues', '_private_jobs'];
const STAY = ['kysely_migration', 'kysely_migration_lock', 'process', 'duty'];
const ROWS_PER_STEP = 500;

const quoted = (name: string): string => pg.escapeIdentifier(name);
const nameOf = ({ schema, name }: Table): string => `${quoted(schema)}.${quoted(name)}`;

/** Numbers of transactions are the server's own: their column is filled anew. Columns that are worked out are worked out again. */
async function tablesOf(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query<Table>(`
    select n.nspname as schema, c.relname as name, c.relforcerowsecurity as forced,
           array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.atttypid <> 'xid8'::regtype order by a.attnum) as columns
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind = 'r' and (n.nspname = 'public' and c.relname <> all ($1) or n.nspname = 'graphile_worker' and c.relname = any ($2))
     order by n.nspname desc, c.relname`, [STAY, QUEUE]);
  return rows;
}

type Key = { name: string; table: string; text: string };
const foreignKeys = async (client: pg.Client): Promise<Key[]> => (await client.query<Key>(`
  select quote_ident(k.conname) as name, k.conrelid::regclass::text as table, pg_get_constraintdef(k.oid) as text
    from pg_constraint k join pg_class c on c.oid = k.conrelid
   where k.contype = 'f' and k.connamespace = 'public'::regnamespace and c.relname <> all ($1)
   order by 2, 1`, [STAY])).rows;

const countOf = async (client: pg.Client, table: Table): Promise<number> => (await client.query<{ rows: number }>(`select count(*)::int8 as rows from ${nameOf(table)}`)).rows[0]?.rows ?? 0;

/** A table's rows as the text Postgres writes of them, which it reads again exactly, whatever their types. */
async function copyTable({ from, to }: Ends, table: Table): Promise<void> {
  const columns = table.columns.map(quoted).join(', ');
  await to.query(`create temporary table moving as select ${columns} from ${nameOf(table)} with no data`);
  await from.query(`declare leaving no scroll cursor for select row(${columns})::text as one from ${nameOf(table)}`);
  for (;;) {
    const { rows } = await from.query<{ one: string }>(`fetch ${ROWS_PER_STEP} from leaving`);
    if (rows.length === 0) break;
    await to.query(`insert into ${nameOf(table)} (${columns}) overriding system value select (arriving.one).* from (select given::moving as one from unnest($1::text[]) as given offset 0) as arriving`, [rows.map(({ one }) => one)]);
  }
  await from.query('close leaving');
  await to.query('drop table moving');
}

async function copySequences({ from, to }: Ends): Promise<void> {
  const { rows } = await from.query<{ name: string; schema: string }>("select quote_ident(schemaname) || '.' || quote_ident(sequencename) as name, schemaname as schema from pg_sequences where schemaname in ('public', 'graphile_worker')");
  for (const { name, schema } of rows) {
    const { rows: [at] } = await from.query<{ last: number; called: boolean }>(`select last_value as last, is_called as called from ${name}`);
    await asOwnerOf(to, schema, () => to.query('select setval($1, $2, $3)', [name, at?.last, at?.called]));
  }
}

async function asOwnerOf<T>(to: pg.Client, schema: string, work: () => Promise<T>): Promise<T> {
  await to.query(schema === 'public' ? 'reset role' : 'set local role perennial_jobs');
  return work();
}

/** Whether nobody has used this database yet. */
export const isEmpty = async (to: pg.Client): Promise<boolean> =>
  (await to.query('select 1 from installation union all select 1 from workspace limit 1')).rowCount === 0;

/**
 * Copies everything of one database into another of the same schema, in one transaction: the target has all or nothing. `from` is a
 * superuser's connection, `to` the owner's. Refuses `move.counts_differ` and leaves the target as it was.
 */
export async function movePostgres(ends: Ends, heard: (table: string) => void): Promise<Moved[]> {
  const { from, to } = ends;
  await from.query('begin transaction isolation level repeatable read read only');
  await to.query('begin');
  try {
    const tables = await tablesOf(from), keys = await foreignKeys(to), moved: Moved[] = [];
    await asOwnerOf(to, 'graphile_worker', () => to.query(`delete from graphile_worker._private_jobs; delete from graphile_worker._private_job_queues; delete from graphile_worker._private_tasks`));
    await to.query('reset role');
    for (const { table, name } of keys) await to.query(`alter table ${table} drop constraint ${name}`);
    for (const table of tables) {
      heard(table.name);
      await asOwnerOf(to, table.schema, async () => {
        // The owner is under row-level security like everybody, except while nobody else can see it.
        if (table.forced) await to.query(`alter table ${nameOf(table)} no force row level security`);
        if (table.schema === 'public') await to.query(`alter table ${nameOf(table)} disable trigger user`);
        await copyTable(ends, table);
        const [stood, arrived] = [await countOf(from, table), await countOf(to, table)];
        if (stood !== arrived) throw new Refusal('move.counts_differ', { store: 'postgres', table: table.name, stood, arrived });
        if (table.schema === 'public') await to.query(`alter table ${nameOf(table)} enable trigger user`);
        if (table.forced) await to.query(`alter table ${nameOf(table)} force row level security`);
        moved.push({ store: 'postgres', table: table.name, rows: arrived });
      });
    }
    await copySequences(ends);
    await to.query('reset role');
    for (const { table, name, text } of keys) await to.query(`alter table ${table} add constraint ${name} ${text}`);
    await to.query('commit');
    return moved;
  } catch (error) {
    await to.query('rollback');
    throw error;
  } finally {
    await from.query('rollback');
  }
}
