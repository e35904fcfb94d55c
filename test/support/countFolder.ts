import { join } from 'node:path';
import pg from 'pg';
import { openClickHouse } from '../../src/kernel/clickhouse/index.ts';
import { startPostgres, superuser } from '../../src/kernel/postgres/embedded.ts';

/** Prints what both stores of a stopped data folder hold, table by table: rows, and a sum over all their contents. */
const [dataDir = ''] = process.argv.slice(2);
const server = await startPostgres(join(dataDir, 'postgres'));
const client = new pg.Client({ host: server.socketDir, user: superuser, database: 'perennial' });
await client.connect();
const found: Record<string, string> = {};
const { rows: tables } = await client.query<{ name: string }>(`select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r' order by 1`);
for (const { name } of tables) {
  const { rows: [row] } = await client.query<{ count: string; sum: string }>(`select count(*)::text as count, coalesce(sum(hashtextextended(t::text, 0)::numeric), 0)::text as sum from "${name}" t`);
  found[`pg.${name}`] = `${row?.count} ${row?.sum}`;
}
await client.end();
await server.stop();
const ch = openClickHouse(join(dataDir, 'clickhouse'));
for (const { name, engine } of await ch.rows<{ name: string; engine: string }>(`select name, engine from system.tables where database = 'default' and engine like '%MergeTree' order by name`)) {
  const [row] = await ch.rows<{ count: number; sum: string }>(`select count() as count, toString(sum(cityHash64(*))) as sum from ${name}${engine === 'MergeTree' ? '' : ' final'}`);
  found[`ch.${name}`] = `${row?.count} ${row?.sum}`;
}
await ch.close();
process.stdout.write(JSON.stringify(found));
