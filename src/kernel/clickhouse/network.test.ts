import { createServer, request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ownClickHouse, roomyFolder } from '../../../test/support/servers.ts';
import { newId } from '../ids.ts';
import { migrateClickHouse } from '../migrate.ts';
import { isStoreFault } from '../storeFault.ts';
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

/** What often stands before a server: it takes eight kilobytes of address and headers, and answers for a server it does not reach without a word of ClickHouse. */
async function balancer(): Promise<{ ch: ClickHouse; away(status: number): void; close(): Promise<void> }> {
  let instead = 0;
  const port = new URL(server.url).port;
  const before = createServer({ maxHeaderSize: 8_192 }, (request, response) => {
    if (instead > 0) return void response.writeHead(instead).end(request.resume() && '');
    request.pipe(ask({ port, method: request.method, path: request.url, headers: request.headers }, (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 500, answer.headers))));
  });
  await new Promise<void>((open) => before.listen(0, '127.0.0.1', open));
  const address = new URL(server.url);
  address.port = String((before.address() as AddressInfo).port);
  const through = openClickHouse(address.toString());
  return { ch: through, away: (status) => { instead = status; }, close: async () => { await through.close(); before.closeAllConnections(); before.close(); } };
}

test('a request fits through what stands before a server, whatever the length of values and statement', async () => {
  const { ch: through, close } = await balancer();
  const counted = 'select length({ids:Array(UUID)}) as n', ids = Array.from({ length: 6_000 }, () => newId());
  for (const many of [1, 60, 90, 120, 300, 350, 400, 420, 500, 2_000, 6_000]) {
    const given = { ids: ids.slice(0, many) };
    expect([many, await through.rows(counted, given)]).toEqual([many, [{ n: many }]]);
    expect([many, rowReader(await through.bytes(counted, { n: 'UInt64' }, given)).int()]).toEqual([many, many]);
    await through.command(`insert into t (a, n) select 'ids', length({ids:Array(UUID)}) /* ${'a long statement '.repeat(500)} */`, given);
  }
  expect(await all()).toHaveLength(11);
  await close();
});

test('a statement longer than any field and values longer than any address reach a server, and what stands before it', async () => {
  const { ch: through, close } = await balancer();
  const ids = Array.from({ length: 1_000 }, () => newId()), text = '茶🍵x'.repeat(28_000), long = `select length({ids:Array(UUID)}) as n, '${text}' as text`;
  for (const of of [ch, through]) {
    const [row] = await of.rows<{ n: number; text: string }>(long, { ids });
    expect([row?.n, row?.text === text]).toEqual([1_000, true]);
    await of.command(`insert into t (a, n) select 'long', length({ids:Array(UUID)}) /* ${text} */`, { ids });
    expect((await of.rows<{ n: number; text: string }>(long, { ids: ids.slice(0, 3) })).map(({ n }) => n)).toEqual([3]);
  }
  expect((await all()).map(({ n }) => n)).toEqual([1_000, 1_000]);
  await close();
});

test('what stands before a server and cannot reach it is a store that is away, with its status; what it does not take is not', async () => {
  const { ch: through, away, close } = await balancer();
  for (const [status, isAway] of [[502, true], [503, true], [504, true], [429, true], [413, false], [431, false]] as const) {
    away(status);
    for (const work of [() => through.rows('select 1 as one'), () => through.insert('t', [{ a: '1' }]), () => through.command('select 1')]) {
      const error: unknown = await work().catch((fault: unknown) => fault);
      expect([error, isStoreFault(error)]).toEqual([expect.objectContaining({ code: `HTTP_${status}`, message: expect.stringContaining('without a word') }), isAway]);
    }
  }
  away(0);
  expect(await through.rows('select 1 as one')).toEqual([{ one: 1 }]);
  await close();
});
