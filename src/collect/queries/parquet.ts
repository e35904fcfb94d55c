import type { ClickHouse } from '../../kernel/clickhouse/index.ts';

/** The column names of a Parquet file in our own folder. */
export const parquetHeader = async (ch: ClickHouse, path: string): Promise<string[]> =>
  (await ch.rows<{ name: string }>('describe table file({path:String}, Parquet)', { path })).map(({ name }) => name);

/** Rows as text, null as ''. */
export const parquetRows = (ch: ClickHouse, path: string, { from, count }: { from: number; count: number }): Promise<Record<string, string>[]> =>
  ch.rows(`
    select * apply (x -> ifNull(toString(x), ''))
      from file({path:String}, Parquet)
     limit {count:UInt64} offset {from:UInt64}
  settings max_threads = 1, input_format_parquet_preserve_order = 1`, { path, from, count });
