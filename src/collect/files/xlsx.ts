import { Refusal } from '../../kernel/errors.ts';
import { cellOfNumber, dateCell, isDateFormat } from '../core/cells.ts';
import { LIMITS } from './limits.ts';
import { attribute, textOf, unescapeXml } from './xml.ts';
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
  const targets = new Map([...relations.matchAll(/<(?:\w+:)?Relationship\s[^>]*>/g)].map(([tag]) => [attribute(tag, 'Id'), attribute(tag, 'Target')]));
  const sheets = new Map([...book.matchAll(/<(?:\w+:)?sheet\s[^>]*>/g)].map(([tag]) => [attribute(tag, 'name'), partOf(targets.get(attribute(tag, 'r:id')) ?? '')]));
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

function sharedStrings(xml: string): string[] {
  const strings: string[] = [];
  for (const [, inner] of xml.matchAll(/<(?:\w+:)?si(?:\s*\/>|(?:\s[^>]*)?>([\s\S]*?)<\/(?:\w+:)?si>)/g)) strings.push(inner === undefined ? '' : textOf(inner));
  return strings;
}

function dateStyles(xml: string): boolean[] {
  const custom = new Map([...xml.matchAll(/<(?:\w+:)?numFmt\s[^>]*>/g)].map(([tag]) => [attribute(tag, 'numFmtId'), attribute(tag, 'formatCode')]));
  const cellXfs = /<(?:\w+:)?cellXfs[\s>][\s\S]*?<\/(?:\w+:)?cellXfs>/.exec(xml)?.[0] ?? '';
  return [...cellXfs.matchAll(/<(?:\w+:)?xf\s[^>]*>/g)].map(([tag]) => isDateFormat(attribute(tag, 'numFmtId'), custom.get(attribute(tag, 'numFmtId'))));
}

/** Rows of a sheet part as it streams by. Rows and cells may leave out their reference; they then follow on. */
async function* sheetRows(bytes: AsyncIterable<Buffer>, strings: string[], styles: Styles): AsyncGenerator<{ line: number; cells: string[] }> {
  const decoder = new TextDecoder('utf-8');
  let text = '';
  let line = 0;
  for await (const chunk of bytes) {
    text += decoder.decode(chunk, { stream: true });
    let from = 0;
    for (;;) {
      const row = nextRow(text, from);
      if (!row) break;
      from = row.end;
      line = Number(attribute(row.tag, 'r')) || line + 1;
      yield { line, cells: cellsOf(row.inner, strings, styles) };
    }
    text = text.slice(from);
    if (text.length > LIMITS.columns * 4096) throw new Refusal('file.unreadable', { detail: 'a row without end' });
  }
}

function nextRow(text: string, from: number): { tag: string; inner: string; end: number } | undefined {
  ROW.lastIndex = from;
  const open = ROW.exec(text);
  if (!open) return undefined;
  if (open[0].endsWith('/>')) return { tag: open[0], inner: '', end: ROW.lastIndex };
  const close = text.indexOf(`</${open[1] ?? ''}row>`, ROW.lastIndex);
  if (close < 0) return undefined;
  return { tag: open[0], inner: text.slice(ROW.lastIndex, close), end: close + 6 + (open[1] ?? '').length };
}

const ROW = /<(\w+:)?row(?:\s[^>]*)?>/g;
const CELL = /<(\w+:)?c(?:\s[^>]*?)?(?:\/>|>([\s\S]*?)<\/(?:\w+:)?c>)/g;
const VALUE = /<(?:\w+:)?v(?:\s[^>]*)?>([\s\S]*?)<\/(?:\w+:)?v>/;

function cellsOf(inner: string, strings: string[], styles: Styles): string[] {
  const cells: string[] = [];
  for (const match of inner.matchAll(CELL)) {
    const tag = match[0].slice(0, match[0].indexOf('>') + 1);
    const column = columnOf(attribute(tag, 'r'));
    const at = column < 0 ? cells.length : column;
    if (at >= LIMITS.columns) continue;
    while (cells.length < at) cells.push('');
    cells[at] = cellText(tag, match[2] ?? '', strings, styles);
  }
  return cells.every((cell) => cell === '') ? [] : cells;
}

function cellText(tag: string, inner: string, strings: string[], styles: Styles): string {
  const type = attribute(tag, 't');
  if (type === 'inlineStr') return textOf(inner);
  const value = unescapeXml(VALUE.exec(inner)?.[1] ?? '');
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
