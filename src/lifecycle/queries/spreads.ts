import type { ClickHouse } from '../../kernel/clickhouse/index.ts';
import { rowReader } from '../../kernel/clickhouse/rowReader.ts';
import type { Spread } from '../core/money/spread.ts';

const COLUMNS = { measure: 'UInt8', value: 'Float64', heads: 'UInt32' };

/** How everybody of a FROM part stands by each of some of its columns. */
export async function readSpreads<N extends string>(ch: ClickHouse, from: string, names: readonly N[], params: Record<string, unknown>): Promise<Record<N, Spread>> {
  const read = rowReader(await ch.bytes(`
    select toUInt8(each.1) as measure, each.2 as value, toUInt32(count()) as heads
      from (select arrayJoin([${names.map((name, at) => `(${at}, toFloat64(${name}))`).join(', ')}]) as each from (${from}))
     group by measure, value
     order by measure, value`, COLUMNS, params));
  const found = names.map(() => ({ values: [] as number[], upTo: [] as number[] }));
  while (!read.isDone()) {
    const { values, upTo } = found[read.u8()] as (typeof found)[number];
    values.push(read.f64());
    upTo.push((upTo.at(-1) ?? 0) + read.u32());
  }
  return Object.fromEntries(found.map(({ values, upTo }, at) => [names[at], { values: Float64Array.from(values), upTo: Float64Array.from(upTo) }])) as Record<N, Spread>;
}
