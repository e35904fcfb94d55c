import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type ClickHouse, openClickHouse } from './index.ts';

let ch: ClickHouse;
const folder = mkdtempSync(join(tmpdir(), 'perennial-inserts-'));
beforeAll(() => { ch = openClickHouse(join(folder, 'clickhouse')); });
afterAll(async () => {
  await ch.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => ch.command('create or replace table t (a String, b String) engine = MergeTree order by a settings non_replicated_deduplication_window = 100'));

const all = () => ch.rows<{ a: string; b: string }>('select a, b from t order by a');

test('a block repeated under its token is taken once', async () => {
  await ch.insertTsv('t', ['a', 'b'], '1\tx\n', 'token');
  await ch.insertTsv('t', ['a', 'b'], '1\tx\n', 'token');
  expect(await all()).toEqual([{ a: '1', b: 'x' }]);
});

test('the token of one insert never swallows the next: not one without a token, nor objects', async () => {
  for (let round = 0; round < 8; round++) {
    await ch.insertTsv('t', ['a', 'b'], `${round}0\tx\n`, `token ${round}`);
    await ch.insertTsv('t', ['a', 'b'], `${round}1\tx\n`);
    await ch.insert('t', [{ a: `${round}2`, b: 'x' }]);
  }
  expect(await all()).toHaveLength(24);
});

test('text arrives as it is: a last cell that is empty, ends in a semicolon, or looks like a parameter', async () => {
  await ch.insertTsv('t', ['a', 'b'], '1\t\n2\t;\n3\t{a:String}\n');
  await ch.insertTsv('t', ['a', 'b'], '');
  await ch.insert('t', [{ a: '4', b: "'; drop table t; --" }]);
  expect((await all()).map(({ b }) => b)).toEqual(['', ';', '{a:String}', "'; drop table t; --"]);
});
