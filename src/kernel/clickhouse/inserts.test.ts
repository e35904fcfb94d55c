import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ClickHouse, openClickHouse } from './index.ts';
import { RowWriter } from './rowWriter.ts';

let ch: ClickHouse;
const folder = mkdtempSync(join(tmpdir(), 'perennial-inserts-'));
beforeAll(() => { ch = openClickHouse(join(folder, 'clickhouse')); });
afterAll(async () => {
  await ch.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => ch.command('create or replace table t (a String, b String) engine = MergeTree order by a settings non_replicated_deduplication_window = 100'));

/** Rows of two texts, as the engine takes them. */
const put = (rows: readonly (readonly string[])[], token?: string): Promise<void> => {
  const writer = new RowWriter();
  for (const cell of rows.flat()) writer.text(cell);
  return ch.insertRows('t', { a: 'String', b: 'String' }, writer.row(), token);
};
const all = () => ch.rows<{ a: string; b: string }>('select a, b from t order by a');

test('a block repeated under its token is taken once', async () => {
  await put([['1', 'x']], 'token');
  await put([['1', 'x']], 'token');
  expect(await all()).toEqual([{ a: '1', b: 'x' }]);
});

test('the token of one insert never swallows the next: not one without a token, nor objects', async () => {
  for (let round = 0; round < 8; round++) {
    await put([[`${round}0`, 'x']], `token ${round}`);
    await put([[`${round}1`, 'x']]);
    await ch.insert('t', [{ a: `${round}2`, b: 'x' }]);
  }
  expect(await all()).toHaveLength(24);
});

test('text arrives as it is: a last cell that is empty, ends in a semicolon, or looks like a parameter', async () => {
  await put([['1', ''], ['2', ';'], ['3', '{a:String}']]);
  await put([]);
  await ch.insert('t', [{ a: '4', b: "'; drop table t; --" }]);
  expect((await all()).map(({ b }) => b)).toEqual(['', ';', '{a:String}', "'; drop table t; --"]);
});
