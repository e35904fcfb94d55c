import { gzipSync } from 'node:zlib';
import { utils, write } from '@e965/xlsx';
import { BlobWriter, configure, TextReader, Uint8ArrayReader, ZipWriter } from '@zip.js/zip.js';
import iconv from 'iconv-lite';

configure({ useWebWorkers: false });

export type Table = { header: readonly string[]; rows: readonly (readonly string[])[] };

const quoted = (cell: string, delimiter: string): string => (cell.includes('"') || cell.includes('\n') || cell.includes(delimiter) ? `"${cell.replaceAll('"', '""')}"` : cell);
const text = ({ header, rows }: Table, delimiter: string, newline = '\r\n'): string => [header, ...rows].map((row) => row.map((cell) => quoted(cell, delimiter)).join(delimiter)).join(newline) + newline;

export const csv = (table: Table, encoding = 'utf-8'): Buffer => iconv.encode(text(table, ','), encoding, { addBOM: false });
export const csvWithMark = (table: Table): Buffer => iconv.encode(text(table, ','), 'utf-8', { addBOM: true });
export const tsv = (table: Table, encoding: 'utf-16le' | 'utf-16be' | 'utf-8'): Buffer => iconv.encode(text(table, '\t'), encoding, { addBOM: encoding !== 'utf-8' });
export const gzipped = (bytes: Buffer): Buffer => gzipSync(bytes);

/** JSON lines; a header 'a.b' becomes a nested object. */
export const jsonl = ({ header, rows }: Table): Buffer => Buffer.from(rows.map((row) => JSON.stringify(nested(header, row))).join('\n'));

function nested(header: readonly string[], row: readonly string[]): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  header.forEach((name, index) => {
    const [outer = name, inner] = name.split('.');
    if (inner === undefined) object[name] = row[index];
    else object[outer] = { ...(object[outer] as object | undefined), [inner]: row[index] };
  });
  return object;
}

/** A workbook with every cell as text, as platforms write it. */
export function workbook(tables: Record<string, Table>, bookType: 'xlsx' | 'biff8'): Buffer {
  const book = utils.book_new();
  for (const [name, { header, rows }] of Object.entries(tables)) utils.book_append_sheet(book, utils.aoa_to_sheet([[...header], ...rows.map((row) => [...row])]), name);
  return write(book, { type: 'buffer', bookType }) as Buffer;
}

/** A workbook of typed cells: numbers, dates and formulas stay what they are. */
export function typedWorkbook(cells: (string | number | Date | null | { formula: string; value: string | number })[][]): Buffer {
  const sheet = utils.aoa_to_sheet(cells.map((row) => row.map((cell) => (cell !== null && typeof cell === 'object' && 'formula' in cell ? cell.value : cell))), { UTC: true });
  for (const [r, row] of cells.entries()) for (const [c, cell] of row.entries()) {
    if (cell !== null && typeof cell === 'object' && 'formula' in cell) Object.assign(sheet[utils.encode_cell({ r, c })] as object, { f: cell.formula });
  }
  const book = utils.book_new();
  utils.book_append_sheet(book, sheet, 'Sheet1');
  return write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer;
}

/** A table as the page many shops call .xls. */
export const htmlTable = ({ header, rows }: Table, encoding = 'utf-8'): Buffer =>
  iconv.encode(`<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta http-equiv="Content-Type" content="text/html; charset=${encoding}"></head><body><table border="1"><tr>${header.map((cell) => `<th>${cell}</th>`).join('')}</tr>${rows.map((row) => `<tr>${row.map((cell) => `<td style="vnd.ms-excel.numberformat:@">${cell.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</td>`).join('')}</tr>`).join('\n')}</table></body></html>`, encoding);

export async function zipped(files: Record<string, Buffer | string>, password = ''): Promise<Buffer> {
  const writer = new ZipWriter(new BlobWriter(), password ? { password } : {});
  for (const [name, content] of Object.entries(files)) await writer.add(name, typeof content === 'string' ? new TextReader(content) : new Uint8ArrayReader(content));
  return Buffer.from(await (await writer.close()).arrayBuffer());
}
