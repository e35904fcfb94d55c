import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import iconv from 'iconv-lite';
import { expect, test } from 'vitest';
import { csv, gzipped, htmlTable, type Table, tsv, typedWorkbook, workbook, zipped } from '../../../test/support/fileWriters.ts';
import { withFile } from '../../../test/support/readFile.ts';
import { isDamagedId } from '../core/numbers.ts';
import { Refusal } from '../../kernel/errors.ts';
import { listEntries } from './bytes.ts';
import { LIMITS } from './limits.ts';
import { type OpenOptions, openRows } from './openRows.ts';

type All = { header: string[]; rows: string[][]; lines: number[]; encoding: string; format: string; delimiter: string; notes: Map<string, number> };
const readAll = (name: string, bytes: Buffer, options: OpenOptions = {}): Promise<All> => withFile(name, bytes, async (path) => {
  const opened = await openRows(path, { name, ...options });
  const rows: string[][] = [];
  const lines: number[] = [];
  for await (const batch of opened.rows) batch.rows.forEach((row, index) => {
    rows.push(row);
    lines.push(batch.firstLine + index);
  });
  await opened.close();
  expect(opened.bytesRead()).toBe(opened.bytesTotal);
  return { header: opened.header, rows, lines, encoding: opened.encoding(), format: opened.format, delimiter: opened.delimiter, notes: opened.notes };
});
const codeOf = async (run: Promise<unknown>): Promise<string> => run.then(() => 'accepted', (error: unknown) => (error instanceof Refusal ? error.code : String(error)));

const tea: Table = { header: ['订单号', '商品', '金额'], rows: [['2201234567890123456', '龙井茶叶礼盒装', '128.00'], ['2201234567890123457', '云南普洱熟茶饼', '64.50'], ['2201234567890123458', '正山小种红茶', '99.00']] };

test.each([
  ['utf-8', csv(tea)], ['utf-8', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), csv(tea)])], ['gb18030', csv(tea, 'gbk')], ['utf-16le', tsv(tea, 'utf-16le')], ['utf-16be', tsv(tea, 'utf-16be')],
  ['utf-16le', iconv.encode(`${tea.header.join('\t')}\n${tea.rows.map((row) => row.join('\t')).join('\n')}`, 'utf-16le', { addBOM: false })],
])('%s is detected and decoded', async (encoding, bytes) => {
  const all = await readAll('tea.csv', bytes);
  expect(all).toMatchObject({ encoding, header: tea.header, lines: [2, 3, 4] });
  expect(all.rows).toEqual(tea.rows);
});

test('an encoding shows itself late: the first letter beyond ASCII may stand far down', async () => {
  const ascii = Array.from({ length: 60_000 }, (_, i) => `${i},plain`).join('\n');
  const late = await readAll('late.csv', Buffer.concat([Buffer.from(`no,name\n${ascii}\n`), iconv.encode('60000,龙井茶叶\n', 'gbk')]));
  expect(late.rows.at(-1)).toEqual(['60000', '龙井茶叶']);
  expect(late.encoding).toBe('gb18030');
  const western = await readAll('w.csv', iconv.encode('name;city\nJosé Núñez;Cádiz\nZoë;Køge\n', 'windows-1252'));
  expect(western).toMatchObject({ delimiter: ';', rows: [['José Núñez', 'Cádiz'], ['Zoë', 'Køge']] });
});

test('letters that cannot be decoded are counted, never dropped in silence', async () => {
  const all = await readAll('bad.csv', Buffer.concat([Buffer.from('a,b\n茶,'), Buffer.from([0xff, 0xfe]), Buffer.from('\n')]), { encoding: 'utf-8' });
  expect(all.notes.get('text.damaged')).toBe(2);
});

test('delimiters, Excel sep= lines, titles above the header, files without a header, blank rows', async () => {
  expect(await readAll('a.csv', Buffer.from('sep=;\na;b\n1;2\n'))).toMatchObject({ delimiter: ';', header: ['a', 'b'], rows: [['1', '2']], lines: [3] });
  expect(await readAll('a.txt', Buffer.from('a|b|c\n1|2|3\n'))).toMatchObject({ delimiter: '|' });
  expect(await readAll('a.csv', Buffer.from('店铺报表\n\n订单号,金额,状态\n1,2,3\n\n4,5,6\n'))).toMatchObject({ header: ['订单号', '金额', '状态'], rows: [['1', '2', '3'], [], ['4', '5', '6']], lines: [4, 5, 6] });
  expect(await readAll('a.csv', Buffer.from('1,2024-01-01,3\n4,2024-01-02,6\n'))).toMatchObject({ header: ['A', 'B', 'C'], lines: [1, 2] });
  expect(await readAll('a.csv', Buffer.from(' phone , phone,"x\ny"\n1,2,3\n'))).toMatchObject({ header: ['phone', 'phone (2)', 'x y'] });
});

test('XLSX: times, numbers and formulas become text; numbers beyond 15 digits show that they are damaged', async () => {
  const all = await readAll('t.xlsx', typedWorkbook([['no', 'at', 'n', 'sum'], [Number('2201234567890123456'), new Date('2024-03-01T10:00:00Z'), 0.1 + 0.2, { formula: 'HYPERLINK("http://x","y")', value: 'y' }], ['001', null, 1274.5, { formula: 'A1+1', value: 7 }]]));
  expect(all.header).toEqual(['no', 'at', 'n', 'sum']);
  expect(isDamagedId(all.rows[0]?.[0] ?? '')).toBe(true);
  expect(all.rows.map((row, index) => (index === 0 ? ['damaged', ...row.slice(1)] : row))).toEqual([['damaged', '2024-03-01 10:00:00', '0.3', 'y'], ['001', '', '1274.5', '7']]);
});

test('XLSX inside a ZIP, gzip of TSV, XLS and HTML give the same rows', async () => {
  const zip = await zipped({ 'deep/报表.xlsx': workbook({ S: tea }, 'xlsx') }, 'geheim');
  expect((await readAll('r.zip', zip, { password: 'geheim' })).rows).toEqual(tea.rows);
  expect((await readAll('r.tsv.gz', gzipped(tsv(tea, 'utf-8')))).rows).toEqual(tea.rows);
  expect((await readAll('r.xls', workbook({ S: tea }, 'biff8'))).rows).toEqual(tea.rows);
  expect((await readAll('r.xls', htmlTable(tea, 'gbk'))).rows).toEqual(tea.rows);
});

test('JSON lines: nested keys become columns, long numbers keep their digits, a line that is no object is kept to be refused', async () => {
  const all = await readAll('e.jsonl', Buffer.from('{"id":2201234567890123456,"user":{"name":"A"},"tags":["x"]}\n\n{"id":1,"ok":true,"n":null}\nnot json\n'));
  expect(all.header).toEqual(['id', 'user.name', 'tags', 'ok', 'n', '…']);
  expect(all.rows).toEqual([['2201234567890123456', 'A', '["x"]', '', '', ''], [], ['1', '', '', 'true', '', ''], ['', '', '', '', '', 'not json']]);
});

test('Parquet is read through the engine the caller gives', async () => {
  const rows = async function* (): AsyncGenerator<string[][]> { yield [['1', '2']]; };
  const parquet = async (): Promise<{ header: string[]; rows: AsyncIterable<string[][]> }> => ({ header: ['order_no', 'qty'], rows: rows() });
  expect(await readAll('o.parquet', Buffer.from('PAR1....PAR1'), { parquet })).toMatchObject({ format: 'parquet', header: ['order_no', 'qty'], rows: [['1', '2']] });
  expect(await codeOf(readAll('o.parquet', Buffer.from('PAR1....PAR1')))).toBe('file.parquet_unavailable');
});

test('archives: many files are listed, passwords asked, rubbish left out', async () => {
  const zip = await zipped({ 'a.csv': csv(tea), '__MACOSX/._a.csv': 'x', 'sub/b.csv': csv(tea), '.DS_Store': 'x' });
  await withFile('z.zip', zip, async (path) => {
    expect((await listEntries(path)).map(({ entry }) => entry)).toEqual(['a.csv', 'sub/b.csv']);
    const second = await openRows(path, { entry: 'sub/b.csv' });
    expect(second.header).toEqual(tea.header);
    await second.close();
    expect(await codeOf(openRows(path, { entry: 'none.csv' }))).toBe('file.entry_not_found');
  });
  const locked = await zipped({ 'a.csv': csv(tea) }, 'right');
  expect(await codeOf(readAll('l.zip', locked))).toBe('file.password_needed');
  expect(await codeOf(readAll('l.zip', locked, { password: 'wrong' }))).toBe('file.password_wrong');
});

test('names inside an archive never become paths', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-slip-'));
  try {
    const path = join(folder, 'in.zip');
    writeFileSync(path, await zipped({ 'deep/er/evil.xlsx': workbook({ S: tea }, 'xlsx'), 'b.csv': csv(tea) }));
    for (const { entry } of await listEntries(path)) {
      const opened = await openRows(path, { entry, tempFolder: folder });
      for await (const _ of opened.rows);
      await opened.close();
    }
    expect(readdirSync(folder)).toEqual(['in.zip']);
    const climbing = Buffer.from((await zipped({ 'aa/aa/evil.csv': csv(tea) })).toString('latin1').replaceAll('aa/aa/evil', '../../evil'), 'latin1');
    expect(await codeOf(readAll('c.zip', climbing))).toBe('file.zip_unsafe');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('bombs are refused by what they unpack to, not by what they declare', async () => {
  const zeros = Buffer.alloc(LIMITS.ratioFreeBytes + 8 * 1024 * 1024, `0,${'0'.repeat(2000)}\n`);
  expect(await codeOf(readAll('b.gz', gzipped(zeros)))).toBe('file.zip_bomb');
  expect(await codeOf(readAll('b.zip', await zipped({ 'b.csv': zeros })))).toBe('file.zip_bomb');
});

test('damaged and hostile files are refused with a code', async () => {
  const book = workbook({ S: tea }, 'xlsx');
  expect(await codeOf(readAll('e.csv', Buffer.alloc(0)))).toBe('file.empty');
  expect(await codeOf(readAll('n.csv', Buffer.from('\n\n\n')))).toBe('file.empty');
  expect(await codeOf(readAll('t.xlsx', book.subarray(0, book.length >> 1)))).toBe('file.unreadable');
  expect(await codeOf(readAll('t.gz', gzipped(csv(tea)).subarray(0, 40)))).toBe('file.unreadable');
  expect(await codeOf(readAll('x.csv', csv(tea), { encoding: 'klingon' }))).toBe('file.encoding_unknown');
  expect(await codeOf(readAll('program', Buffer.from('na\u0001me,other\nx,y\n')))).toBe('file.unreadable');
  expect(await codeOf(readAll('one.txt', Buffer.from(`${'x'.repeat(600)}\n1\n`)))).toBe('file.unreadable');
  expect(await codeOf(openRows('/nowhere/at/all.csv'))).toBe('file.not_found');
  const entities = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><html><table><tr><td>h1</td><td>h2</td></tr><tr><td>&a;</td><td>=cmd()</td></tr></table></html>';
  expect((await readAll('x.xls', Buffer.from(entities))).rows.flat().join(' ')).not.toContain('root:');
});

test('a slow reader holds the file back: memory stays small over a million lines', async () => {
  const line = '2201234567890123456,SKU-1,龙井,2,128.00,2024-03-01 10:00:00,13800001111\n';
  const bytes = Buffer.from(`no,sku,name,qty,price,at,phone\n${line.repeat(1_000_000)}`);
  await withFile('m.csv', bytes, async (path) => {
    const opened = await openRows(path);
    let rows = 0;
    let ahead = 0;
    for await (const batch of opened.rows) {
      rows += batch.rows.length;
      ahead = Math.max(ahead, opened.bytesRead() - rows * line.length * 1.12);
      if (rows % 250_000 < 5000) await new Promise((done) => setTimeout(done, 20));
    }
    expect(rows).toBe(1_000_000);
    expect(ahead).toBeLessThan(4 * 1024 * 1024);
    expect(opened.bytesRead()).toBe(opened.bytesTotal);
  });
});
