import { afterAll, beforeAll, expect, test } from 'vitest';
import { type TestStores, testStores } from '../../../test/support/stores.ts';
import { newId } from '../ids.ts';
import { rowReader, uuidAt } from './rowReader.ts';
import { RowWriter } from './rowWriter.ts';

let stores: TestStores;
beforeAll(async () => { stores = await testStores(); });
afterAll(() => stores.close());

test('what a writer wrote is read back, number by number', () => {
  const to = new RowWriter(), id = newId();
  to.uuid(id); to.u8(200); to.u16(60_000); to.u32(4_000_000_000); to.i32(-7); to.int(-9_007_199_254_740_991); to.int(9_007_199_254_740_991); to.f32(0.5); to.f64(Math.PI); to.text('茶'.repeat(100)); to.size(300);
  const read = rowReader(to.row());
  expect([read.uuid(), read.u8(), read.u16(), read.u32(), read.i32(), read.int(), read.int(), read.f32(), read.f64(), read.text(), read.size(), read.isDone()])
    .toEqual([id, 200, 60_000, 4_000_000_000, -7, -9_007_199_254_740_991, 9_007_199_254_740_991, 0.5, Math.PI, '茶'.repeat(100), 300, true]);
});

test('whether an id follows that was read last is told without reading it, and it is passed if so', () => {
  const to = new RowWriter(), [one, other] = [newId(), newId()];
  for (const id of [one, one, other, one]) { to.uuid(id); to.u8(7); }
  const read = rowReader(to.row()), told: unknown[] = [read.uuid(), read.u8(), read.isSame(), read.u8(), read.isSame(), read.uuid(), read.u8(), read.isSame(), read.uuid(), read.u8(), read.isSame()];
  expect(told).toEqual([one, 7, true, 7, false, other, 7, false, one, 7, false]);
});

test('words that come again, look alike or share a place in memory are each read as they were written', () => {
  const to = new RowWriter(), words = Array.from({ length: 30_000 }, (_, n) => ['new', 'now', 'é', '茶', `C${n % 8}`, `sku-${n}`, 'x'.repeat(n % 40), `${n % 7}${n % 11}`, ''][n % 9] as string);
  for (const word of words) to.text(word);
  const read = rowReader(to.row());
  expect(words.map(() => read.text())).toEqual(words);
  expect(read.isDone()).toBe(true);
});

test('the engine answers in bytes: arrays of tuples, ids as they stand, parameters bound; nothing found is no bytes', async () => {
  const ids = [newId(), newId()], columns = { id: 'UUID', pairs: 'Array(Tuple(Int32, Int64))', name: 'String' };
  const ask = (most: number) => stores.ch.bytes('select arrayJoin({ids:Array(UUID)}) as id, [(toInt32(-1), toInt64(5)), (toInt32(2), toInt64(-6))] as pairs, \'a\\nb\' as name where {most:UInt8} > 0 order by toString(id)', columns, { ids, most });
  const read = rowReader(await ask(1)), room = new Uint8Array(16), seen: unknown[] = [];
  while (!read.isDone()) {
    read.id(room, 0);
    seen.push([uuidAt(room, 0), Array.from({ length: read.size() }, () => [read.i32(), read.int()]), read.text()]);
  }
  expect(seen).toEqual(ids.toSorted().map((id) => [id, [[-1, 5], [2, -6]], 'a\nb']));
  expect(await ask(0)).toHaveLength(0);
});
