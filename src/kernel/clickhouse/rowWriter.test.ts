import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClickHouse, openClickHouse } from './index.ts';
import { RowWriter } from './rowWriter.ts';

const folder = mkdtempSync(join(tmpdir(), "perennial rows' "));
let ch: ClickHouse;
beforeAll(async () => {
  ch = openClickHouse(join(folder, 'clickhouse'));
  await ch.command(`create table cells (
    n UInt32, id UUID, t String, word LowCardinality(String), small UInt8, mid UInt16, signed Int64, digest UInt64, ratio Float64, day Date, far Date32, at DateTime64(3, 'UTC'),
    maybe Nullable(Int64), words Array(LowCardinality(String)), days Array(Date32), texts Map(LowCardinality(String), String), sums Map(String, Int64), lists Map(String, Array(String)), j JSON)
    engine = MergeTree order by n`);
});
afterAll(async () => {
  await ch.close();
  rmSync(folder, { recursive: true });
});

const COLUMNS = {
  n: 'UInt32', id: 'UUID', t: 'String', word: 'String', small: 'UInt8', mid: 'UInt16', signed: 'Int64', digest: 'UInt64', ratio: 'Float64', day: 'Date', far: 'Date32', at: "DateTime64(3, 'UTC')",
  maybe: 'Nullable(Int64)', words: 'Array(String)', days: 'Array(Date32)', texts: 'Map(String, String)', sums: 'Map(String, Int64)', lists: 'Map(String, Array(String))', j: 'String',
};

const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string(), fc.constantFrom('', 'a\tb', '\\N', '茶', '🧨', '\0', "'", 'x'.repeat(127), 'x'.repeat(128), 'é'.repeat(70), 'x'.repeat(30_000)));
const record = fc.record({
  id: fc.uuid(), t: text, word: text, small: fc.nat(255), mid: fc.nat(65_535), signed: fc.oneof(fc.maxSafeInteger(), fc.integer(), fc.constantFrom(0, -1, 2 ** 31, -(2 ** 31), 2 ** 32, -(2 ** 32) - 1)), digest: fc.nat(2 ** 52),
  ratio: fc.double({ noNaN: true, noDefaultInfinity: true }), day: fc.nat(65_535), far: fc.integer({ min: -25_567, max: 120_529 }), at: fc.integer({ min: -1e12, max: 4e12 }),
  maybe: fc.option(fc.maxSafeInteger()), words: fc.array(text), days: fc.array(fc.integer({ min: -25_567, max: 120_529 })), texts: fc.dictionary(text, text), sums: fc.dictionary(text, fc.maxSafeInteger()),
  lists: fc.dictionary(text, fc.array(text)), j: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.oneof(fc.stringMatching(/^[a-zé茶 ]{1,20}$/), fc.constant('2026-01-15'))),
});
const dayText = (number: number): string => new Date(number * 86_400_000).toISOString().slice(0, 10);

test('what is written is what the engine holds, whatever it is', async () => {
  const records = fc.sample(record, { numRuns: 300, seed: 1 });
  const writer = new RowWriter(16);
  records.forEach((r, n) => {
    writer.u32(n); writer.uuid(r.id); writer.text(r.t); writer.text(r.word); writer.u8(r.small); writer.u16(r.mid); writer.int(r.signed); writer.int(r.digest); writer.f64(r.ratio);
    writer.date(dayText(r.day)); writer.date32(r.far); writer.int(r.at); writer.nullable(r.maybe, (value) => writer.int(value)); writer.texts(r.words); writer.array(r.days, (day) => writer.date32(day));
    writer.map(r.texts, (value) => writer.text(value)); writer.map(r.sums, (value) => writer.int(value)); writer.map(r.lists, (value) => writer.texts(value)); writer.text(JSON.stringify(r.j));
  });
  await ch.insertRows('cells', COLUMNS, writer.row());
  const rows = await ch.rows<Record<string, unknown>>('select * except at, toUnixTimestamp64Milli(cells.at) as at from cells order by n');
  expect(rows).toEqual(records.map((r, n) => ({ ...r, n, day: dayText(r.day), far: dayText(r.far), days: r.days.map(dayText), texts: { ...r.texts }, sums: { ...r.sums }, lists: { ...r.lists }, j: { ...r.j } })));
});

test('a day beyond what a Date holds is the nearest it can hold', async () => {
  await ch.command('create table ends (day Date, far Date32) engine = MergeTree order by day');
  const writer = new RowWriter();
  for (const [day, far] of [['1969-12-31', -30_000], ['2300-01-01', 200_000]] as const) {
    writer.date(day);
    writer.date32(far);
  }
  await ch.insertRows('ends', { day: 'Date', far: 'Date32' }, writer.row());
  expect(await ch.rows('select * from ends order by day')).toEqual([{ day: '1970-01-01', far: '1900-01-01' }, { day: '2149-06-06', far: '2299-12-31' }]);
});
