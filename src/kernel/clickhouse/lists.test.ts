import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../ids.ts';
import { type ClickHouse, openClickHouse } from './index.ts';

const folder = mkdtempSync(join(tmpdir(), 'perennial-lists-'));
let ch: ClickHouse;
beforeAll(async () => {
  ch = openClickHouse(folder);
  await ch.command('create table person (id UUID, at UInt32) engine = MergeTree order by id');
});
afterAll(async () => {
  await ch.close();
  rmSync(folder, { recursive: true, force: true });
});

const files = (): string[] => readdirSync(join(folder, 'incoming'));
const ids = Array.from({ length: 3_000 }, () => newId());

test('a list of thousands finds exactly whom a list in the statement finds, in questions, bytes and inserts, and leaves no file', async () => {
  await ch.insert('person', ids.map((id, at) => ({ id, at })));
  const asked = [...ids.filter((_, at) => at % 3 === 0), ...Array.from({ length: 500 }, () => newId())];
  const question = 'select at from person where id in {asked:Array(UUID)} and id IN {asked:Array(UUID)} order by at';
  const whole = (await ch.rows<{ at: number }>(question, { asked })).map(({ at }) => at);
  const inPieces: number[] = [];
  for (let from = 0; from < asked.length; from += 400) inPieces.push(...(await ch.rows<{ at: number }>(question, { asked: asked.slice(from, from + 400) })).map(({ at }) => at));
  expect(whole).toEqual(inPieces.sort((a, b) => a - b));
  expect(whole).toHaveLength(1_000);
  expect((await ch.bytes('select at from person where id in {asked:Array(UUID)}', { at: 'UInt32' }, { asked })).length).toBe(4_000);
  await ch.command('create table chosen (id UUID) engine = MergeTree order by id');
  await ch.command('insert into chosen select id from person where id in {asked:Array(UUID)}', { asked });
  expect(await ch.rows('select count() as count from chosen')).toEqual([{ count: 1_000 }]);
  expect(files()).toEqual([]);
});

test('what goes on after its answer, is more than looked into, or is no id, stays in the statement', async () => {
  await ch.command('alter table person delete where id in {asked:Array(UUID)} settings mutations_sync = 2', { asked: ids.slice(0, 600) });
  expect(await ch.rows('select count() as count from person')).toEqual([{ count: 2_400 }]);
  expect(await ch.rows('select length({asked:Array(UUID)}) as given, countIf(id in {asked:Array(UUID)}) as found from person', { asked: ids })).toEqual([{ given: 3_000, found: 2_400 }]);
  await expect(ch.rows('select count() from person where id in {asked:Array(UUID)}', { asked: [...ids, "') or 1 --"] })).rejects.toThrow();
  await expect(ch.rows('select nothing from person where id in {asked:Array(UUID)}', { asked: ids })).rejects.toThrow();
  expect(files()).toEqual([]);
});
