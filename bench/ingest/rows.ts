import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { superuser } from '../../src/kernel/postgres/embedded.ts';
import { timed } from '../support.ts';
import type { Shop } from './shop.ts';

/** How many rows each table holds. */
type Tables = ReadonlyMap<string, number>;
export type Held = { postgres: Tables; clickhouse: Tables };

const ROWS_PER_BLOCK = 20_000;
const BYTES_PER_BLOCK = 16_000_000;

/** Past every policy: what lies in a table, whoever it belongs to. */
async function asOwner<T>({ folder }: Shop, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ host: join(folder, 'postgres'), user: superuser, database: 'perennial' });
  await client.connect();
  return work(client).finally(() => client.end());
}

async function countPostgres(client: pg.Client): Promise<Tables> {
  const { rows } = await client.query<{ name: string }>("select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1");
  const counts = new Map<string, number>();
  for (const { name } of rows) counts.set(name, Number((await client.query<{ n: string }>(`select count(*) as n from "${name}"`)).rows[0]?.n));
  return counts;
}

/** The rows of every table of both stores. */
export async function heldRows(shop: Shop): Promise<Held> {
  const tables = await shop.stores.ch.rows<{ name: string; n: number }>("select table as name, sum(rows) as n from system.parts where active and database = currentDatabase() group by name order by name");
  return { postgres: await asOwner(shop, countPostgres), clickhouse: new Map(tables.map(({ name, n }) => [name, n])) };
}

/** How many rows came to each table; what was merged or deleted meanwhile is not counted. */
const came = (before: Tables, after: Tables): [string, number][] => [...after].map(([name, n]): [string, number] => [name, n - (before.get(name) ?? 0)]).filter(([, n]) => n > 0);

/** The newest rows of a table as COPY takes them, in blocks that end with a row. */
async function newest(client: pg.Client, table: string, columns: string, rows: number): Promise<Buffer[]> {
  const blocks: Buffer[] = [];
  let block: Buffer[] = [], lines = 0, bytes = 0;
  // COPY hands out a row at a time.
  for await (const line of client.query(copyTo(`copy (select ${columns} from "${table}" order by ctid desc limit ${rows}) to stdout`)) as AsyncIterable<Buffer>) {
    block.push(line);
    bytes += line.length;
    for (let at = line.indexOf(10); at >= 0; at = line.indexOf(10, at + 1)) lines++;
    if ((lines < ROWS_PER_BLOCK && bytes < BYTES_PER_BLOCK) || line.at(-1) !== 10) continue;
    blocks.push(Buffer.concat(block));
    block = [];
    lines = bytes = 0;
  }
  return [...blocks, Buffer.concat(block)].filter(({ length }) => length > 0);
}

/** Seconds COPY takes for as many rows of a table, into one with the same columns, keys and indexes. */
async function copied(client: pg.Client, table: string, rows: number): Promise<number> {
  const { rows: [named] } = await client.query<{ columns: string }>("select string_agg(quote_ident(attname), ', ' order by attnum) as columns from pg_attribute where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''", [`"${table}"`]);
  const columns = named?.columns ?? '', blocks = await newest(client, table, columns, rows);
  await client.query(`create table bench_same (like "${table}" including all)`);
  const { seconds } = await timed(async () => {
    for (const block of blocks) await pipeline(Readable.from([block]), client.query(copyFrom(`copy bench_same (${columns}) from stdin`)));
  });
  await client.query('drop table bench_same');
  return seconds;
}

/** Seconds the event store takes for as many rows of a table as TSV, into one like it. */
async function inserted({ stores: { ch }, folder }: Shop, table: string, rows: number): Promise<number> {
  const dir = join(folder, 'same', table), blocks = Array.from({ length: Math.ceil(rows / ROWS_PER_BLOCK) }, (_, nth) => ({ path: join(dir, `${nth}.tsv`), limit: Math.min(ROWS_PER_BLOCK, rows - nth * ROWS_PER_BLOCK), offset: nth * ROWS_PER_BLOCK }));
  mkdirSync(dir, { recursive: true });
  const described = await ch.rows<{ name: string; type: string; default_type: string }>(`describe table ${table}`);
  const columns = described.filter(({ default_type: kind }) => kind !== 'MATERIALIZED' && kind !== 'ALIAS'), names = columns.map(({ name }) => `\`${name}\``).join(', ');
  const structure = columns.map(({ name, type }) => `\`${name}\` ${type}`).join(', ');
  for (const { path, limit, offset } of blocks) await ch.command(`insert into function file({path:String}, TSV, {structure:String}) select ${names} from ${table} limit {limit:UInt64} offset {offset:UInt64}`, { path, structure, limit, offset });
  await ch.command(`create table bench_same as ${table}`);
  const { seconds } = await timed(async () => {
    for (const { path } of blocks) await ch.command(`insert into bench_same (${names}) select ${names} from file({path:String}, TSV, {structure:String})`, { path, structure });
  });
  await ch.command('drop table bench_same');
  return seconds;
}

/**
 * Seconds the two engines take by themselves for as many rows as came to every table of either between two counts, in tables alike, one after another,
 * each block of 20,000 rows on the disk before the next.
 */
export async function sameRows(shop: Shop, before: Held, after: Held): Promise<{ copy: number; insert: number }> {
  let copy = 0, insert = 0;
  await asOwner(shop, async (client) => {
    for (const [table, rows] of came(before.postgres, after.postgres)) {
      const seconds = await copied(client, table, rows);
      console.log(`  COPY of ${rows} rows of ${table}: ${seconds.toFixed(2)} s`);
      copy += seconds;
    }
  });
  for (const [table, rows] of came(before.clickhouse, after.clickhouse)) {
    const seconds = await inserted(shop, table, rows);
    console.log(`  TSV of ${rows} rows of ${table}: ${seconds.toFixed(2)} s`);
    insert += seconds;
  }
  return { copy, insert };
}
