import type { ClickHouse, ColumnTypes } from '../clickhouse/index.ts';
import { Refusal } from '../errors.ts';
import type { Moved } from './postgres.ts';

type Ends = { from: ClickHouse; to: ClickHouse };
type Table = { name: string; replaces: boolean };
type Part = { name: string; rows: number };

const ROWS_PER_STEP = 50_000;

/** What a view gathers from another table it gathers where that one arrives. */
const tablesOf = (ch: ClickHouse): Promise<Table[]> => ch.rows<Table>(`
  select name, engine like 'Replacing%' as replaces
    from system.tables
   where database = currentDatabase() and engine like '%MergeTree' and engine not like '%Aggregating%' and name not like '.inner%'
   order by name`);

/** Columns that are stored, in the type they travel in: documents as their text. */
async function columnsOf(ch: ClickHouse, table: string): Promise<ColumnTypes> {
  const rows = await ch.rows<{ name: string; type: string }>(`
    select name, if(type like 'JSON%', 'String', type) as type
      from system.columns
     where database = currentDatabase() and table = {table:String} and default_kind not in ('MATERIALIZED', 'ALIAS')
     order by position`, { table });
  return Object.fromEntries(rows.map(({ name, type }) => [name, type]));
}

/** What counts: of rows that replace each other the newest, since either end may put them together at any time. */
const countOf = async (ch: ClickHouse, { name, replaces }: Table): Promise<number> => (await ch.rows<{ rows: number }>(`select count() as rows from ${name} ${replaces ? 'final' : ''}`))[0]?.rows ?? 0;

async function copyTable({ from, to }: Ends, { name }: Table): Promise<void> {
  const columns = await columnsOf(from, name);
  const chosen = Object.entries(columns).map(([column, type]) => `cast(${column}, '${type.replaceAll("'", "\\'")}') as ${column}`).join(', ');
  const parts = await from.rows<Part>('select name, rows from system.parts where database = currentDatabase() and table = {name:String} and active order by name', { name });
  for (const part of parts) {
    for (let at = 0; at < part.rows; at += ROWS_PER_STEP) {
      const rows = await from.bytes(`select ${chosen} from ${name} where _part = {part:String} and _part_offset >= {at:UInt64} and _part_offset < {end:UInt64}`, columns, { part: part.name, at, end: at + ROWS_PER_STEP });
      await to.insertRows(name, columns, rows, `move:${name}:${part.name}:${at}`);
    }
  }
}

/** Whether no table of ours has a row. */
export async function holdsNothing(from: ClickHouse, to: ClickHouse): Promise<boolean> {
  for (const { name } of await tablesOf(from)) if ((await to.rows(`select 1 from ${name} limit 1`)).length > 0) return false;
  return true;
}

/** Empties what an earlier attempt had brought. */
export async function emptyAgain(from: ClickHouse, to: ClickHouse): Promise<void> {
  for (const { name } of await tablesOf(from)) await to.command(`truncate table ${name}`);
}

/** Copies every table's rows, part by part. Refuses `move.counts_differ`. */
export async function moveClickHouse(ends: Ends, heard: (table: string) => void): Promise<Moved[]> {
  const moved: Moved[] = [];
  // Parts that merge while they are read would be read twice, or not at all.
  await ends.from.command('system stop merges');
  for (const table of await tablesOf(ends.from)) {
    heard(table.name);
    await copyTable(ends, table);
    const [stood, arrived] = [await countOf(ends.from, table), await countOf(ends.to, table)];
    if (stood !== arrived) throw new Refusal('move.counts_differ', { store: 'clickhouse', table: table.name, stood, arrived });
    moved.push({ store: 'clickhouse', table: table.name, rows: arrived });
  }
  return moved;
}
