import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { systemCaller } from '../../kernel/access/caller.ts';
import { many, sql } from '../../kernel/sql.ts';
import type { Reading } from '../core/reading.ts';
import { openRows } from '../files/openRows.ts';
import { lookAtFiles } from './preview.ts';
import { runRecipe, saveRecipe } from './recipes.ts';
import { dueRecipes } from '../queries/recipes.ts';
import { runImport } from './run.ts';
import { startImport } from './start.ts';

let stores: TestStores;
let workspace: string;
const folder = mkdtempSync(join(tmpdir(), 'perennial-reading-'));
beforeAll(async () => { stores = await testStores('2026-01-15T04:00:00Z'); });
afterAll(async () => { await stores.close(); rmSync(folder, { recursive: true, force: true }); });
beforeEach(async () => { workspace = await testWorkspace(stores); });

/** 订单号,姓名 … in GBK; as Latin they would be letters too, so that no check of bytes alone can be sure. */
const GBK: Readonly<Record<string, readonly number[]>> = { 姓: [0xd0, 0xd5], 名: [0xc3, 0xfb], 王: [0xcd, 0xf5], 一: [0xd2, 0xbb] };
const gbk = (text: string): Buffer => Buffer.from([...text].flatMap((letter) => GBK[letter] ?? [letter.charCodeAt(0)]));
const utf16be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

const write = (name: string, bytes: Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  utimesSync(path, new Date('2026-01-14T00:00:00Z'), new Date('2026-01-14T00:00:00Z'));
  return path;
};
const OPTIONS = { source: 'shop', shop: '', channel: '' };
const look = async (path: string, reading: Reading = {}) => (await lookAtFiles(stores, workspace, [{ path, name: path.split('/').at(-1) ?? '', upload: '', ...reading }], OPTIONS)).files[0];
const names = async (): Promise<string[]> => (await stores.pg.tx(workspace, (tx) => many(tx, sql<{ name: string }>`select name from customer where workspace_id = ${workspace} order by name`))).map(({ name }) => name);

test.each([
  ['gb18030', 'gb18030', gbk('姓名,phone,since\n王一,13800000001,2025-01-01\n')],
  ['gbk', 'gb18030', gbk('姓名,phone,since\n王一,13800000001,2025-01-01\n')],
  ['utf-16be', 'utf-16be', utf16be('姓名,phone,since\n王一,13800000001,2025-01-01\n')],
  ['utf-16le', 'utf-16le', Buffer.from('姓名,phone,since\n王一,13800000001,2025-01-01\n', 'utf16le')],
  ['utf-8', 'utf-8', Buffer.from('姓名,phone,since\n王一,13800000001,2025-01-01\n')],
  ['big5', 'big5', Buffer.from([0xa9, 0x6d, 0xa6, 0x57, ...Buffer.from(',phone,since\n'), 0xa4, 0xfd, 0xa4, 0x40, ...Buffer.from(',13800000001,2025-01-01\n')])],
] as const)('a file read in %s, as chosen, is read in it', async (chosen, said, bytes) => {
  const seen = await look(write(`chosen-${chosen}.csv`, bytes), { encoding: chosen });
  expect(seen).toMatchObject({ encoding: said, delimiter: ',', reading: { encoding: chosen }, header: ['姓名', 'phone', 'since'], firstRows: [['王一', '13800000001', '2025-01-01']] });
});

test('a wrong guess is put right: the preview is drawn anew, the import and its being read again use what was chosen', async () => {
  const path = write('wrong.csv', gbk('name,phone,since\n王一,13800000001,2025-01-01\n'));
  const wrong = await look(path, { encoding: 'windows-1252' });
  expect(wrong?.firstRows[0]?.[0]).toBe('ÍõÒ»');
  const right = await look(path, { encoding: 'gbk' });
  if (!right) throw new Error('no look');
  const id = await startImport(stores, systemCaller(workspace), [{ path, mapping: right.mapping, ...(right.reading as { encoding: 'gbk' }) }], OPTIONS);
  await runImport(stores, workspace, id);
  expect(await names()).toEqual(['王一']);
});

test('letters that do not decode are counted in the preview', async () => {
  const seen = await look(write('damaged.csv', gbk('name,phone,since\n王一,13800000001,2025-01-01\n')), { encoding: 'utf-8' });
  expect(seen?.notes['text.damaged']).toBeGreaterThan(0);
});

test('a delimiter found wrongly is chosen', async () => {
  const path = write('cut.csv', Buffer.from('name;x,phone;x,since;x\n王一;a,13800000001;b,2025-01-01;c\n'));
  expect((await look(path, { delimiter: ',' }))?.header).toEqual(['name;x', 'phone;x', 'since;x']);
  expect((await look(path, { delimiter: ';' }))?.header).toEqual(['name', 'x,phone', 'x,since', 'x']);
  const opened = await openRows(path, { delimiter: '|' });
  expect(opened.header).toHaveLength(1);
  await opened.close();
});

test('a recipe remembers encoding and delimiter: the next file is read that way by itself, in a folder and in the preview', async () => {
  const first = write('one.csv', gbk('姓名|phone|since\n王一|13800000001|2025-01-01\n'));
  // Without the choice this header is read as one column of another alphabet.
  const seen = await look(first, { encoding: 'windows-1252', delimiter: ',' });
  expect(seen?.header).not.toContain('姓名');
  const right = await look(first, { encoding: 'gbk', delimiter: '|' });
  if (!right) throw new Error('no look');
  const watched = mkdtempSync(join(folder, 'watched-'));
  await saveRecipe(stores, systemCaller(workspace), { name: 'members', options: OPTIONS, mappings: [{ header: right.header, encoding: 'gbk', delimiter: '|', mapping: right.mapping }], watchFolder: watched, everyMinutes: null });
  const again = await look(first);
  expect(again).toMatchObject({ header: ['姓名', 'phone', 'since'], reading: { encoding: 'gbk', delimiter: '|' } });
  const path = join(watched, 'two.csv');
  writeFileSync(path, gbk('姓名|phone|since\n王一|13800000002|2025-01-01\n'));
  utimesSync(path, new Date('2026-01-14T00:00:00Z'), new Date('2026-01-14T00:00:00Z'));
  const [recipe] = await stores.pg.tx(workspace, (tx) => dueRecipes(tx, workspace, stores.clock.now()));
  if (!recipe) throw new Error('no recipe');
  const id = await runRecipe(stores, workspace, recipe);
  await runImport(stores, workspace, id as string);
  expect(await names()).toEqual(['王一']);
});

test('a recipe reads a file whose header says nothing of its encoding in the encoding that was chosen', async () => {
  const path = write('plain.csv', gbk('name,phone,since\n王一,13800000001,2025-01-01\n'));
  const right = await look(path, { encoding: 'gbk' });
  if (!right) throw new Error('no look');
  await saveRecipe(stores, systemCaller(workspace), { name: 'members', options: OPTIONS, mappings: [{ header: right.header, encoding: 'windows-1251', mapping: right.mapping }], watchFolder: null, everyMinutes: null });
  expect((await look(path))?.reading).toEqual({ encoding: 'windows-1251' });
});
