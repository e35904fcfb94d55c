import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { csv, gzipped, type Table, zipped } from '../../../test/support/fileWriters.ts';
import { withFile } from '../../../test/support/readFile.ts';
import { type ClickHouse, openClickHouse } from '../../kernel/clickhouse/index.ts';
import { Refusal } from '../../kernel/errors.ts';
import { parquetReader } from '../imports/parquet.ts';
import { listEntries } from './bytes.ts';
import { LIMITS } from './limits.ts';
import { type OpenOptions, openRows } from './openRows.ts';

const tea: Table = { header: ['no', 'name'], rows: [['1', 'Longjing'], ['2', 'Oolong']] };
const MB = 1024 ** 2;
/** Many enough that what grows with the square of them takes minutes. */
const N = 60_000;
const PATIENCE_MS = 8_000;

let folder: string;
let ch: ClickHouse;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'perennial-hostile-'));
  ch = openClickHouse(join(folder, 'clickhouse'));
});
afterAll(async () => {
  await ch.close();
  rmSync(folder, { recursive: true, force: true });
});

type Told = { code: string; rows: string[][]; ms: number; grownBytes: number };
/** Reads a file to its end, or says by which code it was refused. Anything but a refusal is thrown on. */
async function told(name: string, bytes: Buffer, options: OpenOptions = {}): Promise<Told> {
  return withFile(name, bytes, async (path) => {
    const [at, before] = [performance.now(), process.memoryUsage().rss];
    const rows: string[][] = [];
    let code = 'read';
    try {
      const parquet = parquetReader(ch);
      const opened = await openRows(path, { name, tempFolder: folder, ...(parquet && { parquet }), ...options });
      for await (const batch of opened.rows) for (const row of batch.rows) if (rows.length < 1_000) rows.push(row);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      code = error.code;
    }
    return { code, rows, ms: performance.now() - at, grownBytes: process.memoryUsage().rss - before };
  });
}

type Entry = { name: string; content: Buffer; mode?: number };
/** A ZIP written byte by byte, since no writer makes such ones: stored entries under any name, with any Unix mode. */
function rawZip(entries: readonly Entry[]): Buffer {
  const [locals, centrals]: [Buffer[], Buffer[]] = [[], []];
  let offset = 0;
  for (const { name, content, mode = 0o100644 } of entries) {
    const text = Buffer.from(name);
    const head = Buffer.alloc(30);
    head.writeUInt32LE(0x04034b50, 0);
    head.writeUInt16LE(20, 4);
    head.writeUInt16LE(0x0800, 6);
    head.writeUInt32LE(crc32(content), 14);
    head.writeUInt32LE(content.length, 18);
    head.writeUInt32LE(content.length, 22);
    head.writeUInt16LE(text.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(0x0314, 4);
    head.copy(central, 6, 4, 30);
    central.writeUInt32LE((mode << 16) >>> 0, 38);
    central.writeUInt32LE(offset, 42);
    locals.push(head, text, content);
    centrals.push(central, text);
    offset += 30 + text.length + content.length;
  }
  const directory = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(Math.min(entries.length, 65_535), 8);
  end.writeUInt16LE(Math.min(entries.length, 65_535), 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, directory, end]);
}
const one = (name: string, content = csv(tea), mode?: number): Entry => ({ name, content, ...(mode === undefined ? {} : { mode }) });

test.each([
  ['climbing', '../../../evil.csv'], ['absolute', '/etc/cron.d/evil.csv'], ['of a drive', 'C:\\Windows\\evil.csv'], ['with backslashes', '..\\..\\evil.csv'], ['with a NUL', 'a\0.csv'], ['of 60,000 characters', `${'x'.repeat(60_000)}.csv`],
])('an entry with a name %s is refused or read where it lies, and nothing is written by its name', async (_, name) => {
  const before = readdirSync(folder);
  expect(['read', 'file.zip_unsafe', 'file.unreadable']).toContain((await told('z.zip', rawZip([one(name)]))).code);
  expect(readdirSync(folder)).toEqual(before);
});

test('a symbolic link in an archive is a file of its own few bytes, never what it points at', async () => {
  const { code, rows } = await told('l.zip', rawZip([one('link.csv', Buffer.from('/etc/passwd'), 0o120777)]));
  expect(JSON.stringify([code, rows])).not.toContain('root:');
});

test('two entries of one name, an archive in an archive, a gzip in a gzip: read or refused by code', async () => {
  expect((await told('d.zip', rawZip([one('a.csv'), one('a.csv', csv({ header: ['x', 'y'], rows: [['3', '4']] }))]))).code).toMatch(/^(?:read|file\.unreadable)$/);
  expect((await told('n.zip', rawZip([one('inner.zip', rawZip([one('a.csv')]))]))).code).toMatch(/^file\./);
  expect((await told('g.csv.gz', gzipped(gzipped(csv(tea))))).code).toMatch(/^file\./);
});

test('an archive of 100,000 entries is refused before they are gathered', async () => {
  const many = rawZip(Array.from({ length: 100_000 }, (_, at) => one(`${at}.csv`, Buffer.from('a,b'))));
  await withFile('m.zip', many, async (path) => expect(await listEntries(path).catch((error: Refusal) => error.code)).toMatch(/^file\.(?:zip_too_many|unreadable)$/));
  const more = rawZip(Array.from({ length: LIMITS.zipEntries + 1 }, (_, at) => one(`${at}.csv`, Buffer.from('a,b'))));
  await withFile('m.zip', more, async (path) => expect(await listEntries(path).catch((error: Refusal) => error.code)).toBe('file.zip_too_many'));
});

const BOOK: Readonly<Record<string, string>> = {
  '[Content_Types].xml': '<Types/>', 'xl/workbook.xml': '<workbook><sheets><sheet name="S" r:id="r1"/></sheets></workbook>', 'xl/_rels/workbook.xml.rels': '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
  'xl/worksheets/sheet1.xml': '<sheetData><row><c t="s"><v>0</v></c><c><v>1</v></c></row><row><c><v>2</v></c><c><v>1</v></c></row></sheetData>',
};
const book = (part: string, xml: string): Promise<Buffer> => zipped({ ...BOOK, [part]: xml });
const strings = (xml: string) => book('xl/sharedStrings.xml', xml);
const sheet = (xml: string) => book('xl/worksheets/sheet1.xml', xml);
const page = (rest: string): Buffer => Buffer.from(`<html><table><tr><td>a</td><td>b</td></tr>${rest}</table></html>`);

/** Texts in which nothing is ever closed, and others that make a careless reader go back again and again. */
const SLOW: readonly [string, () => Buffer | Promise<Buffer>][] = [
  ['strings.xlsx', () => strings('<si>'.repeat(N))], ['phonetic.xlsx', () => strings(`<si>${'<rPh>'.repeat(N)}</si>`)], ['texts.xlsx', () => strings(`<si>${'<t>'.repeat(N)}</si>`)], ['styles.xlsx', () => book('xl/styles.xml', '<cellXfs>'.repeat(N))],
  ['relations.xlsx', () => book('xl/_rels/workbook.xml.rels', '<Relationship '.repeat(N))], ['rows.xlsx', () => sheet('<row '.repeat(N * 4))], ['open.xlsx', () => sheet('<row>'.repeat(N * 4))], ['cells.xlsx', () => sheet(`<row>${'<c>'.repeat(N)}</row>`)],
  ['tags.xlsx', () => sheet(`<row>${'<c '.repeat(N)}</row>`)], ['values.xlsx', () => sheet(`<row><c>${'<v>'.repeat(N)}</c></row>`)], ['far.xlsx', () => sheet('<row r="1"><c><v>1</v></c></row><row r="1048576"><c r="XFD1"><v>1</v></c></row><row r="999999999"><c><v>1</v></c></row>')],
  ['scripts.xls', () => page('<script '.repeat(N))], ['cells.xls', () => page('<td '.repeat(N))], ['quotes.xls', () => page('<td "'.repeat(N))], ['spans.xls', () => page('<tr><td colspan="999" rowspan="999">x</td></tr>'.repeat(2_000))], ['comments.xls', () => page('<!--'.repeat(N))],
  ['quotes.csv', () => Buffer.from(`a,b\n${'"x'.repeat(N * 10)}\n`)], ['mixed.csv', () => Buffer.from(`a,b\n${'"'.repeat(N * 5)}\n${'x,"\n'.repeat(N * 3)}`)], ['line.csv', () => Buffer.from(`a,b\n1,2\n${'x'.repeat(40 * MB)}`)], ['columns.csv', () => Buffer.from(`${'a,'.repeat(N * 3)}b\n${'1,'.repeat(N * 3)}2\n`)],
  ['deep.jsonl', () => Buffer.from(`{"b":1}\n{"a":${'['.repeat(N * 3)}${']'.repeat(N * 3)}}\n`)], ['line.jsonl', () => Buffer.from(`{"b":1}\n{"a":"${'x'.repeat(40 * MB)}\n`)], ['keys.jsonl', () => Buffer.from(Array.from({ length: 5_000 }, (_, at) => JSON.stringify({ [`k${at}`]: 1 })).join('\n'))],
];
test.each(SLOW)('%s takes no longer than its length, and a small file takes little memory', async (name, make) => {
  const { code, ms, grownBytes } = await told(name, await make());
  expect(code).toMatch(/^(?:read|file\.[a-z_]+)$/);
  expect(ms).toBeLessThan(PATIENCE_MS);
  expect(grownBytes).toBeLessThan(600 * MB);
}, 60_000);

test('what a workbook points to outside itself is not looked at: entities, links, parts of other folders', async () => {
  const entity = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd"><!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>';
  const read = await told('e.xlsx', await sheet(`${entity}<row><c t="inlineStr"><is><t>h</t></is></c><c><v>1</v></c></row><row><c t="inlineStr"><is><t>&a;&c;&constructor;</t></is></c><c><v>2</v></c></row>`));
  expect([read.code, read.rows.flat().join(' ')]).toEqual(['read', expect.not.stringMatching(/root:|bbbb|function/)]);
  const outside = await told('o.xlsx', await book('xl/_rels/workbook.xml.rels', '<Relationships><Relationship Id="r1" Target="../../../../etc/passwd" TargetMode="External"/></Relationships>'));
  expect(outside.code).toMatch(/^file\./);
});

test('a page of tables gives what a reader sees: no script, no markup, no other tag’s text', async () => {
  const { code, rows } = await told('s.xls', Buffer.from('<html><script>var a="<table><tr><td>evil</td></tr></table>"</script><table><tr><td>no</td><td onclick="evil()">name</td></tr><tr><td>1</td><td>Tea<script>evil()</script><style>evil</style></td></tr><tr><td>2</td><td>&lt;script&gt;</td></tr></table></html>'));
  expect([code, rows.flat().filter((cell) => /evil/.test(cell))]).toEqual(['read', []]);
});

test('Parquet that is none, cut short or damaged is refused by code, and the engine goes on', async () => {
  const path = join(folder, 'good.parquet');
  await ch.command("insert into function file({path:String}, Parquet) select toString(number) as no, 'x' as name from numbers(1000)", { path });
  const good = readFileSync(path);
  const damaged = Buffer.from(good);
  for (let at = 8; at < damaged.length - 8; at += 7) damaged[at] = (damaged[at] ?? 0) ^ 0x5a;
  for (const bytes of [Buffer.from('PAR1xxxxPAR1'), good.subarray(0, good.length >> 1), Buffer.concat([good.subarray(0, 40), Buffer.alloc(2_000, 7), Buffer.from('PAR1')]), damaged]) expect((await told('p.parquet', bytes)).code).toBe('file.unreadable');
  expect((await told('p.parquet', good)).rows).toHaveLength(1_000);
}, 60_000);

test('NULs, lone surrogates and control characters in cells are cells like others', async () => {
  const { code, rows } = await told('n.csv', Buffer.from('no,name,city\n1,a\0b,x\n2,\0\0,y\n3,c\u0001d,z\n'));
  expect(code === 'file.unreadable' || rows.length === 3).toBe(true);
});
