import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ownClickHouse, roomyFolder } from '../../../test/support/servers.ts';
import { newId } from '../ids.ts';
import { migrateClickHouse } from '../migrate.ts';
import { type ClickHouse, openClickHouse } from './index.ts';
import { rowReader } from './rowReader.ts';
import { RowWriter } from './rowWriter.ts';

const folder = roomyFolder('network');
let server: Awaited<ReturnType<typeof ownClickHouse>>;
let ch: ClickHouse;
/** Another process would have its own client: this one knows nothing of what the first wrote. */
let other: ClickHouse;

beforeAll(async () => {
  server = await ownClickHouse(join(folder.dir, 'clickhouse'));
  [ch, other] = [openClickHouse(server.url), openClickHouse(server.url)];
});
afterAll(async () => {
  await Promise.all([ch.close(), other.close()]);
  await server.stop();
  folder.remove();
});
beforeEach(() => ch.command('create or replace table t (a String, b LowCardinality(String), n UInt64, j JSON) engine = MergeTree order by a settings non_replicated_deduplication_window = 100'));

const COLUMNS = { a: 'String', n: 'UInt64', j: 'String' };
const put = (rows: readonly [string, number, object][], token?: string): Promise<void> => {
  const writer = new RowWriter();
  for (const [a, n, j] of rows) {
    writer.text(a);
    writer.int(n);
    writer.text(JSON.stringify(j));
  }
  return ch.insertRows('t', COLUMNS, writer.row(), token);
};
const all = (of: ClickHouse = ch) => of.rows<{ a: string; b: string; n: number; j: object }>('select * from t order by a');

test('rows go in as the body, in the types they were written in, and out again', async () => {
  await put([['1', 2 ** 53 - 1, { price: 2.5, name: '茶' }], ['', 0, {}]]);
  expect(await all()).toEqual([{ a: '', b: '', n: 0, j: {} }, { a: '1', b: '', n: 2 ** 53 - 1, j: { price: 2.5, name: '茶' } }]);
  const reader = rowReader(await ch.bytes('select a, n from t where n > {least:UInt64}', { a: 'String', n: 'UInt64' }, { least: 0 }));
  expect([reader.text(), reader.int(), reader.isDone()]).toEqual(['1', 2 ** 53 - 1, true]);
});

test('nothing is kept here of what others may change', async () => {
  expect(await all(other)).toHaveLength(0);
  await put([['1', 1, {}]]);
  expect(await all(other)).toHaveLength(1);
  await other.command('alter table t delete where 1 settings mutations_sync = 2');
  expect(await all()).toHaveLength(0);
});

test('a block repeated under its token is taken once, whoever repeats it; the token of one insert is not the next one\'s', async () => {
  await put([['1', 1, {}]], 'token');
  await put([['1', 1, {}]], 'token');
  await other.insert('t', [{ a: '2' }], 'objects');
  await other.insert('t', [{ a: '2' }], 'objects');
  await put([['3', 1, {}]]);
  await other.insert('t', [{ a: '3' }]);
  expect((await all()).map(({ a }) => a)).toEqual(['1', '2', '3', '3']);
});

test('values of every kind and any length are bound, whatever they hold', async () => {
  const odd = ['', "it's", 'a\\b', 'tab\there', 'line\nhere', '{a:String}', '茶', "'); drop table t; --"];
  const asked = { odd, text: "it's\ta\\b\n", none: null, number: -1.5, yes: true, map: { 'k\'1': odd } };
  const query = 'select {odd:Array(String)} as odd, {text:String} as text, {none:Nullable(String)} as none, {number:Float64} as number, {yes:Bool} as yes, {map:Map(String, Array(String))} as map';
  expect(await ch.rows(query, asked)).toEqual([asked]);
  const many = Array.from({ length: 40_000 }, () => newId());
  expect(await ch.rows('select length({ids:Array(UUID)}) as ids', { ids: many })).toEqual([{ ids: 40_000 }]);
  await ch.command('insert into t (a, b, n) select {text:String}, \'\', length(arrayDistinct({ids:Array(String)}))', { ids: [...many, ...odd], text: odd.join('|') });
  expect((await all())[0]).toMatchObject({ a: odd.join('|'), n: 40_000 + odd.length });
  const reader = rowReader(await ch.bytes('select count() as n from t where a in {given:Array(String)}', { n: 'UInt64' }, { given: [...many, odd.join('|')] }));
  expect(reader.int()).toBe(1);
});

test('what the engine refuses is refused with its code, and leaves nothing of itself to the next', async () => {
  await expect(ch.rows('select nonsense')).rejects.toMatchObject({ code: '47' });
  await expect(ch.insert('t', [{ a: '1', n: 'many' }])).rejects.toThrow();
  expect(await all()).toEqual([]);
});

test('the schema is made over the network, and made again without harm', async () => {
  await migrateClickHouse(ch);
  await migrateClickHouse(other);
  const tables = await ch.rows<{ name: string }>("select name from system.tables where database = currentDatabase() and name in ('orders', 'events', 'stage_now')");
  expect(tables).toHaveLength(3);
});
