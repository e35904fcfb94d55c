import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readFile } from '../../../test/support/readFile.ts';
import { openClickHouse } from '../../kernel/clickhouse/index.ts';
import { parquetReader } from '../imports/parquet.ts';

test('R3: a Parquet file with typed columns is read like any other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-parquet-'));
  const ch = openClickHouse(join(folder, 'clickhouse'));
  try {
    const path = join(folder, 'lines.parquet');
    await ch.command(`
      insert into function file({path:String}, Parquet)
      select toString(1000 + number) as order_no, 'SKU-' || toString(number) as sku, toInt32(number + 1) as quantity, toFloat64(12.5) as unit_price,
             toDateTime64('2024-03-01 10:00:00.250', 3, 'UTC') as created_at, if(number = 1, null, 'A@Example.com') as email
        from numbers(3)`, { path });
    const parquet = parquetReader(ch);
    expect(parquet).toBeDefined();
    const result = await readFile(path, parquet ? { parquet } : {}, { source: 'test', shop: '', zone: 'UTC', dayZone: 'Asia/Shanghai', currency: 'CNY' });
    expect(result.rejects).toEqual([]);
    expect(result.opened).toMatchObject({ format: 'parquet', header: ['order_no', 'sku', 'quantity', 'unit_price', 'created_at', 'email'] });
    expect(result.orders.map(({ orderNo, amount, day, identifiers }) => [orderNo, amount, day, identifiers.length])).toEqual([['1000', 1250, '2024-03-01', 1], ['1001', 2500, '2024-03-01', 0], ['1002', 3750, '2024-03-01', 1]]);
  } finally {
    await ch.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
