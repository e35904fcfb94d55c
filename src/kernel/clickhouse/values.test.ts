import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClickHouse, openClickHouse } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'perennial-values-'));
let ch: ClickHouse;
beforeAll(() => { ch = openClickHouse(folder); });
afterAll(async () => {
  await ch.close();
  rmSync(folder, { recursive: true, force: true });
});

const ODD = ['', "it's", 'a\\b', '\\', "\\'", "'", '\t\n\r\0\b\f', '{text:String}', '{other:UInt8}', '$&$1', '茶🍵', "'); drop table t; --", '\\N', 'NULL', '/*', '\u2028', '%27', "\u02bc"];
const text = fc.oneof(fc.constantFrom(...ODD), fc.string({ unit: 'binary', maxLength: 20 }), fc.string({ unit: fc.constantFrom(...ODD), maxLength: 4 }));

test('whatever texts hold, alone, in lists and in maps, they come out as they went in, and nothing of them is read as a statement', async () => {
  await fc.assert(fc.asyncProperty(text, fc.array(text, { maxLength: 6 }), fc.option(text), fc.dictionary(text.filter((key) => key !== '__proto__'), fc.array(text, { maxLength: 2 }), { maxKeys: 3 }), async (alone, list, maybe, map) => {
    const params = { text: alone, list, maybe, map, other: 7 };
    expect(await ch.rows('select {text:String} as text, {list:Array(String)} as list, {maybe:Nullable(String)} as maybe, {map:Map(String, Array(String))} as map, {other:UInt8} as other', params)).toEqual([{ ...params, map: { ...map } }]);
  }), { numRuns: 200 });
});

test('numbers, days, moments, ids and lists of them are of the type they are bound in', async () => {
  const params = { id: '01a20647-008f-727c-b7ac-735ef3144c4b', day: '1900-01-01', at: '2026-02-28 23:59:59.123', least: -(2 ** 53 - 1), most: 2 ** 53 - 1, part: -1.5e-7, yes: true, no: false, days: ['1969-12-31', '2026-01-01'], none: [], numbers: [-1, 0, 2 ** 53 - 1], flag: true };
  const types = { id: 'UUID', day: 'Date32', at: "DateTime64(3, 'UTC')", least: 'Int64', most: 'UInt64', part: 'Float64', yes: 'Bool', no: 'Bool', days: 'Array(Date32)', none: 'Array(UUID)', numbers: 'Array(Int64)', flag: 'UInt8' };
  const asked = Object.entries(types).map(([name, type]) => `{${name}:${type}} as ${name}, toTypeName(${name}) as type_${name}`).join(', ');
  expect(await ch.rows(`select ${asked}`, params)).toEqual([{ ...params, flag: 1, ...Object.fromEntries(Object.entries(types).map(([name, type]) => [`type_${name}`, type])) }]);
  expect(await ch.rows('select number from numbers(10) where number in {some:Array(UInt64)} order by number limit {most:UInt32} offset {skipped:UInt32}', { some: [3, 5, 7, 9, 11], most: 2, skipped: 1 })).toEqual([{ number: 5 }, { number: 7 }]);
});

test('what does not fit its type is refused, as is a place nothing is bound to', async () => {
  for (const [type, value] of [['UUID', "') or 1 --"], ['UInt32', 'many'], ['Array(UUID)', ['no id']], ['Date32', 'some day'], ['String', null]] as const) await expect(ch.rows(`select {value:${type}} as value from numbers(1)`, { value })).rejects.toThrow();
  await expect(ch.rows('select {value:String} as value', { other: '' })).rejects.toThrow();
});

test('what is quoted or commented binds nothing, whatever it holds: no value gets out of its quotes', async () => {
  const text = "', version() as got out, '";
  const query = "select '{text:String}' as quoted, 'it''s \\'{text:String}' as marked, {text:String} as bound, `{text:String}`, \"{other:String}\" /* it's {text:String} */ from (select 1 as `{text:String}`, 2 as `{other:String}`) -- it's {text:String}\n";
  expect(await ch.rows(query, { text, other: text })).toEqual([{ quoted: '{text:String}', marked: "it's '{text:String}", bound: text, '{text:String}': 1, '{other:String}': 2 }]);
});

test('statements with values of their own do not wait for each other', async () => {
  const long = ch.rows('select sum(sleepEachRow({each:Float64})) as slept from numbers(20) settings max_block_size = 1', { each: 0.1 }).then(() => 'long');
  const short = Promise.all(Array.from({ length: 4 }, (_, n) => ch.rows('select {n:UInt8} as n', { n }))).then(() => 'short');
  expect([await Promise.race([long, short]), await long]).toEqual(['short', 'long']);
});
