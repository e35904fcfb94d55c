import { Refusal } from '../../kernel/errors.ts';
import { cellOfNumber, dateCell, isDateFormat } from '../core/cells.ts';
import { LIMITS } from './limits.ts';
import { attribute, elementsOf, nextElement, tagsOf, tagStart, textOf, unescapeXml } from './xml.ts';
import { openZip, type Zip } from './zip.ts';

export type Workbook = { sheets: string[]; rows(sheet: string): AsyncGenerator<{ line: number; cells: string[] }>; /** How much of the sheet last read lies behind, 0–1. */ share(): number; close(): Promise<void> };

type Styles = { isDate: boolean[]; from1904: boolean };

/**
 * Streams an XLSX without holding a sheet in memory: only its shared strings and styles are. A formula's cell is the text or
 * number last computed, never the formula; macros, links and external entities are not looked at.
 */
export async function openXlsx(path: string): Promise<Workbook> {
  const zip = await openZip(path);
  try {
    return await workbookOf(zip);
  } catch (error) {
    await zip.close();
    throw error;
  }
}

async function workbookOf(zip: Zip): Promise<Workbook> {
  const read = (name: string): Promise<string> => textEntry(zip, name);
  const book = await read('xl/workbook.xml');
  const relations = await read('xl/_rels/workbook.xml.rels');
  const targets = new Map([...tagsOf(relations, 'Relationship')].map((tag) => [attribute(tag, 'Id'), attribute(tag, 'Target')]));
  const sheets = new Map([...tagsOf(book, 'sheet')].map((tag) => [attribute(tag, 'name'), partOf(targets.get(attribute(tag, 'r:id')) ?? '')]));
  if (sheets.size === 0) throw new Refusal('file.unreadable', { detail: 'no sheet' });
  const styles = { isDate: dateStyles(await read('xl/styles.xml')), from1904: /date1904="(?:1|true)"/.test(book) };
  let strings: string[] | undefined;
  let reading = { bytes: 0, of: 1 };
  async function* counted(part: string): AsyncGenerator<Buffer> {
    const progress = { bytes: 0, of: zip.entries.find(({ entry }) => entry === part)?.bytes || 1 };
    reading = progress;
    for await (const chunk of zip.read(part)) {
      progress.bytes += chunk.length;
      yield chunk;
    }
  }
  return {
    sheets: [...sheets.keys()],
    share: () => Math.min(1, reading.bytes / reading.of),
    close: zip.close,
    async *rows(sheet) {
      const part = sheets.get(sheet);
      if (!part) throw new Refusal('file.sheet_not_found', { sheet });
      strings ??= sharedStrings(await read('xl/sharedStrings.xml'));
      yield* sheetRows(counted(part), strings, styles);
    },
  };
}

const partOf = (target: string): string => (target.startsWith('/') ? target.slice(1) : `xl/${target}`);

async function textEntry(zip: Zip, name: string): Promise<string> {
  const found = zip.entries.find(({ entry }) => entry.toLowerCase() === name.toLowerCase());
  if (!found) return '';
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of zip.read(found.entry)) {
    size += chunk.length;
    if (size > LIMITS.sharedStringsBytes) throw new Refusal('file.too_large', { maxBytes: LIMITS.sharedStringsBytes });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const sharedStrings = (xml: string): string[] => Array.from(elementsOf(xml, 'si'), ({ inner }) => textOf(inner));

function dateStyles(xml: string): boolean[] {
  const custom = new Map(Array.from(tagsOf(xml, 'numFmt'), (tag) => [attribute(tag, 'numFmtId'), attribute(tag, 'formatCode')]));
  return Array.from(tagsOf(nextElement(xml, 'cellXfs')?.inner ?? '', 'xf'), (tag) => isDateFormat(attribute(tag, 'numFmtId'), custom.get(attribute(tag, 'numFmtId'))));
}

/** A row longer than this has no end: 16,384 columns of a thousand characters. */
const ROW_CHARS_MAX = LIMITS.columns * 1024;

/** Rows of a sheet part as it streams by. Rows and cells may leave out their reference; they then follow on. */
async function* sheetRows(bytes: AsyncIterable<Buffer>, strings: string[], styles: Styles): AsyncGenerator<{ line: number; cells: string[] }> {
  const decoder = new TextDecoder('utf-8');
  let text = '';
  let line = 0;
  for await (const chunk of bytes) {
    text += decoder.decode(chunk, { stream: true });
    let from = 0;
    for (let row = nextElement(text, 'row', from); row; row = nextElement(text, 'row', from)) {
      from = row.end;
      line = Number(attribute(row.tag, 'r')) || line + 1;
      yield { line, cells: cellsOf(row.inner, strings, styles) };
    }
    // What stands before the next row is looked at once only; a tag may be cut in two by the chunk's end.
    const next = tagStart(text, 'row', from);
    text = text.slice(next >= 0 ? next : Math.max(from, text.lastIndexOf('<')));
    if (text.length > ROW_CHARS_MAX) throw new Refusal('file.unreadable', { detail: 'a row without end' });
  }
}

function cellsOf(row: string, strings: string[], styles: Styles): string[] {
  const cells: string[] = [];
  for (const { tag, inner } of elementsOf(row, 'c')) {
    const column = columnOf(attribute(tag, 'r'));
    const at = column < 0 ? cells.length : column;
    if (at >= LIMITS.columns) continue;
    while (cells.length < at) cells.push('');
    cells[at] = cellText(tag, inner, strings, styles);
  }
  return cells.every((cell) => cell === '') ? [] : cells;
}

function cellText(tag: string, inner: string, strings: string[], styles: Styles): string {
  const type = attribute(tag, 't');
  if (type === 'inlineStr') return textOf(inner);
  const value = unescapeXml(nextElement(inner, 'v')?.inner ?? '');
  if (type === 's') return strings[Number(value)] ?? '';
  if (type === 'str' || type === 'e' || value === '') return value;
  if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE';
  if (type === 'd') return value.replace('T', ' ');
  if (styles.isDate[Number(attribute(tag, 's')) || 0]) return dateCell(Number(value) + (styles.from1904 ? 1462 : 0));
  return cellOfNumber(Number(value));
}

/** 'BC12' → 54 (from 0); -1 without a reference. */
function columnOf(reference: string): number {
  let column = 0;
  for (let i = 0; i < reference.length; i++) {
    const code = reference.charCodeAt(i) | 32;
    if (code < 97 || code > 122) break;
    column = column * 26 + code - 96;
  }
  return column - 1;
}
