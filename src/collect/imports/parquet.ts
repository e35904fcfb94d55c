import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import type { ParquetReader } from '../files/openRows.ts';
import { parquetHeader, parquetRows } from '../queries/parquet.ts';

const ROWS_PER_READ = 50_000;

/** Reads Parquet with the engine in this process; undefined where the engine is a server, which cannot see our files. */
export const parquetReader = (ch: ClickHouse): ParquetReader | undefined =>
  ch.embedded
    ? async (path) => {
      const header = await parquetHeader(ch, path);
      async function* rows(): AsyncGenerator<string[][]> {
        for (let from = 0; ; from += ROWS_PER_READ) {
          const some = await parquetRows(ch, path, { from, count: ROWS_PER_READ });
          if (some.length > 0) yield some.map((row) => Object.values(row));
          if (some.length < ROWS_PER_READ) return;
        }
      }
      return { header, rows: rows() };
    }
    : undefined;
