import { Refusal } from '../../kernel/errors.ts';
import { areNames, headerNames, headerRow, letterNames } from '../core/header.ts';
import { onDisk, openSource, type Source, type SourceOptions, wholeOf } from './bytes.ts';
import { type Decoder, makeDecoder, markedEncoding } from './encoding.ts';
import { makeJsonRows } from './jsonl.ts';
import { LIMITS } from './limits.ts';
import { binaryFormat, type Format, isZip, type TextShape, textShape } from './sniff.ts';
import { makeTokenizer, spacedCells } from './tokenizer.ts';
import { openHtml, openXls, type WholeBook } from './workbook.ts';
import { openXlsx } from './xlsx.ts';
import { messageOf } from './zip.ts';

/** Row i of a batch is line `firstLine + i` as a spreadsheet numbers lines; a blank line is `[]`. */
export type Batch = { firstLine: number; rows: string[][] };

export type Opened = {
  name: string;
  format: Format;
  /** Known for certain once the first letter beyond ASCII was read; 'utf-8' until then. */
  encoding(): string;
  delimiter: string;
  sheets: string[];
  sheet: string;
  header: string[];
  /** To be read once; closes the file when it ends, breaks off or fails. A slow consumer slows the reader: at most a few chunks wait. */
  rows: AsyncIterable<Batch>;
  /** Bytes of the stored file consumed so far, out of `bytesTotal`. */
  bytesRead(): number;
  bytesTotal: number;
  /** Things worth telling that cost no row: code → count ('text.damaged', 'json.late_key'). */
  notes: Map<string, number>;
  close(): Promise<void>;
};

/** Reads a Parquet file through the caller's engine: every value as text, null as '', times as 'YYYY-MM-DD HH:MM:SS'. */
export type ParquetReader = (path: string) => Promise<{ header: string[]; rows: AsyncIterable<string[][]> }>;

export type OpenOptions = SourceOptions & {
  encoding?: string;
  delimiter?: string;
  sheet?: string;
  batchRows?: number;
  parquet?: ParquetReader;
};

/** What a format's reader gives: rows with the header still among them, blank rows as `[]`. */
type Raw = Pick<Opened, 'format' | 'delimiter' | 'sheets' | 'sheet'> & { encoding(): string; header?: string[]; rows: AsyncIterable<string[][]>; /** Where bytes are not read in a row: how much lies behind, 0–1. */ share?(): number; close(): Promise<void> };

/**
 * Opens a file of rows whatever its wrapping, encoding and format, and streams it as text cells.
 * Refuses by code: `file.not_found`, `.empty`, `.unreadable`, `.too_large`, `.password_needed`, `.password_wrong`, `.zip_bomb`,
 * `.zip_too_many`, `.zip_unsafe`, `.entry_not_found`, `.sheet_not_found`, `.encoding_unknown`, `.parquet_unavailable`.
 */
export async function openRows(path: string, options: OpenOptions = {}): Promise<Opened> {
  const source = await openSource(path, options);
  const notes = new Map<string, number>();
  let opened: Raw | undefined;
  try {
    const raw = await openRaw(source, options, notes);
    opened = raw;
    const batches = raw.rows[Symbol.asyncIterator]();
    const first = await nextRows(batches);
    if (!raw.header?.length && first.every((row) => row.length === 0)) throw new Refusal('file.empty', { name: source.name });
    const at = raw.header ? -1 : headerRow(first);
    let isOpen = true;
    const close = async (): Promise<void> => {
      if (!isOpen) return;
      isOpen = false;
      await batches.return?.();
      await raw.close();
      await source.close();
    };
    const header = raw.header ?? (at < 0 ? letterNames(first.reduce((most, row) => Math.max(most, row.length), 0)) : headerNames(first[at] ?? []));
    if (!areNames(header)) throw new Refusal('file.unreadable', { detail: source.name });
    return {
      name: source.name, format: raw.format, encoding: raw.encoding, delimiter: raw.delimiter, sheets: raw.sheets, sheet: raw.sheet, header, notes,
      rows: closing(batched(first.slice(at + 1), batches, at + 2, options.batchRows ?? 5000), close),
      bytesRead: () => (isOpen ? (raw.share ? Math.round(raw.share() * source.bytesTotal) : source.bytesRead()) : source.bytesTotal), bytesTotal: source.bytesTotal,
      close,
    };
  } catch (error) {
    await opened?.close();
    await source.close();
    throw error instanceof Refusal || !(error instanceof Error) ? error : new Refusal('file.unreadable', { detail: messageOf(error) });
  }
}

async function* closing(batches: AsyncGenerator<Batch>, close: () => Promise<void>): AsyncGenerator<Batch> {
  try {
    yield* batches;
  } finally {
    await close();
  }
}

async function nextRows(batches: AsyncIterator<string[][]>): Promise<string[][]> {
  const rows: string[][] = [];
  while (rows.filter((row) => row.length > 0).length < 2) {
    const { value, done } = await batches.next();
    if (done) return rows;
    for (const row of value) rows.push(row);
  }
  return rows;
}

async function* batched(first: string[][], more: AsyncIterator<string[][]>, firstLine: number, size: number): AsyncGenerator<Batch> {
  let line = firstLine;
  let held = first;
  for (;;) {
    for (let from = 0; from < held.length; from += size) {
      const rows = from === 0 && held.length <= size ? held : held.slice(from, from + size);
        yield { firstLine: line, rows };
      line += rows.length;
    }
    const { value, done } = await more.next();
    if (done) return;
    held = value;
  }
}

async function openRaw(source: Source, options: OpenOptions, notes: Map<string, number>): Promise<Raw> {
  const head = await headBytes(source);
  if (head.length === 0) throw new Refusal('file.empty', { name: source.name });
  if (isZip(head)) return xlsxRows(source, options);
  const format = binaryFormat(head);
  if (format === 'parquet') return parquetRows(source, options);
  if (format === 'xls') return bookRows('xls', openXls(await wholeOf(source, LIMITS.wholeBytes)), options);
  const decoder = makeDecoder(head, options.encoding);
  const shape = shapeOf(head, options, source.name);
  if (shape.format === 'html') return htmlRows(source, head, options);
  if (shape.format === 'jsonl') return jsonRows(source, decoder, notes);
  return textRows(source, decoder, shape, notes);
}

const HEAD_BYTES = 262_144;
const SHEET_ROWS_MAX = 1_048_576;

async function headBytes(source: Source): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of source.stream()) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= HEAD_BYTES) break;
  }
  return Buffer.concat(chunks);
}

function shapeOf(head: Buffer, options: OpenOptions, name: string): TextShape {
  const cut = head.length < HEAD_BYTES ? head.length : head.lastIndexOf(10) + 1 || head.length;
  const text = stripMark(makeDecoder(head, options.encoding).decode(head.subarray(0, cut), true));
  const shape = textShape(text, name);
  if (!options.delimiter || shape.format === 'html' || shape.format === 'jsonl') return shape;
  return { format: options.delimiter === '\t' ? 'tsv' : options.delimiter === ' ' ? 'spaces' : 'csv', delimiter: options.delimiter };
}

const stripMark = (text: string): string => (text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);

async function* decoded(source: Source, decoder: Decoder, notes: Map<string, number>): AsyncGenerator<{ text: string; last: boolean }> {
  let waiting: Buffer | undefined;
  let isFirst = true;
  const piece = (bytes: Buffer, last: boolean): { text: string; last: boolean } => {
    const text = decoder.decode(bytes, last);
    const clean = isFirst ? stripMark(text) : text;
    isFirst &&= text === '';
    if (clean.includes('\uFFFD')) notes.set('text.damaged', (notes.get('text.damaged') ?? 0) + clean.split('\uFFFD').length - 1);
    return { text: clean, last };
  };
  for await (const chunk of source.stream()) {
    if (waiting) yield piece(waiting, false);
    waiting = chunk;
  }
  if (waiting) yield piece(waiting, true);
}

function textRows(source: Source, decoder: Decoder, { format, delimiter }: TextShape, notes: Map<string, number>): Raw {
  const tokenizer = makeTokenizer(format === 'spaces' ? '\u0000' : delimiter);
  async function* rows(): AsyncGenerator<string[][]> {
    let separator = false;
    for await (const { text, last } of decoded(source, decoder, notes)) {
      const batch = tokenizer.push(text, last);
      // Excel's own first line "sep=;" names the delimiter and is no row.
      if (!separator && batch.length > 0) {
        separator = true;
        if (/^sep=/i.test(batch[0]?.[0] ?? '')) batch[0] = [];
      }
      if (batch.length > 0) yield format === 'spaces' ? batch.map((row) => spacedCells(row[0] ?? '')) : batch;
    }
  }
  return { format, delimiter, encoding: decoder.encoding, sheets: [], sheet: '', rows: rows(), close: async () => undefined };
}

async function jsonRows(source: Source, decoder: Decoder, notes: Map<string, number>): Promise<Raw> {
  const lines = jsonLines(source, decoder, notes);
  const sample = (await lines.next()).value ?? [];
  const shape = makeJsonRows(sample);
  async function* rows(): AsyncGenerator<string[][]> {
    yield sample.map(shape.row);
    for await (const batch of lines) yield batch.map(shape.row);
    if (shape.lateKeys.size > 0) notes.set('json.late_key', shape.lateKeys.size);
  }
  return { format: 'jsonl', delimiter: '', encoding: decoder.encoding, sheets: [], sheet: '', header: shape.header, rows: rows(), close: async () => void (await lines.return(undefined)) };
}

/** Lines in batches; the first holds at least 4 MB where there is so much, since it decides the columns. */
async function* jsonLines(source: Source, decoder: Decoder, notes: Map<string, number>): AsyncGenerator<string[], undefined> {
  let rest = '';
  let wanted = 4_194_304;
  for await (const { text, last } of decoded(source, decoder, notes)) {
    rest += text;
    if (rest.length < wanted && !last) continue;
    const lines = rest.split(/\r?\n/);
    rest = last ? '' : (lines.pop() ?? '');
    if (rest.length > LIMITS.cellChars * 16) throw new Refusal('file.unreadable', { detail: 'a line without end' });
    if (last && lines.at(-1) === '') lines.pop();
    wanted = 0;
    yield lines;
  }
  return undefined;
}

async function xlsxRows(source: Source, options: OpenOptions): Promise<Raw> {
  const disk = await onDisk(source, options.tempFolder);
  const close = async (): Promise<void> => (disk === source ? undefined : disk.close());
  const book = await openXlsx(disk.path).catch(async (error: unknown) => {
    await close();
    throw error;
  });
  const closeAll = async (): Promise<void> => {
    await book.close();
    await close();
  };
  const sheet = options.sheet ?? (await firstFilled(book).catch(async (error: unknown) => {
    await closeAll();
    throw error;
  }));
  async function* rows(): AsyncGenerator<string[][]> {
    let batch: string[][] = [];
    let next = 1;
    for await (const { line, cells } of book.rows(sheet)) {
      // A sheet may jump over empty rows; they are filled in so that lines keep their numbers.
      for (; next < line && next < SHEET_ROWS_MAX; next++) batch.push([]);
      next = line + 1;
      batch.push(cells);
      if (batch.length >= 2000) {
        yield batch;
        batch = [];
      }
    }
    if (batch.length > 0) yield batch;
  }
  return { format: 'xlsx', delimiter: '', encoding: () => 'utf-8', sheets: book.sheets, sheet, rows: rows(), share: book.share, close: closeAll };
}

async function firstFilled(book: Awaited<ReturnType<typeof openXlsx>>): Promise<string> {
  for (const sheet of book.sheets) {
    let filled = 0;
    for await (const { cells } of book.rows(sheet)) if (cells.length > 0 && ++filled > 1) return sheet;
  }
  return book.sheets[0] ?? '';
}

async function htmlRows(source: Source, head: Buffer, options: OpenOptions): Promise<Raw> {
  const bytes = await wholeOf(source, LIMITS.wholeBytes);
  const charset = /charset\s*=\s*["']?([\w-]+)/i.exec(head.toString('latin1', 0, 4096))?.[1] ?? '';
  const decoder = makeDecoder(bytes, options.encoding ?? (markedEncoding(bytes) || charset));
  const raw = bookRows('html', openHtml(stripMark(decoder.decode(bytes, true))), options);
  return { ...raw, encoding: decoder.encoding };
}

function bookRows(format: Format, book: WholeBook, options: OpenOptions): Raw {
  const sheet = options.sheet ?? book.sheets.find((name) => book.rows(name).filter((row) => row.length > 0).length > 1) ?? book.sheets[0] ?? '';
  if (!book.sheets.includes(sheet)) throw new Refusal('file.sheet_not_found', { sheet });
  async function* rows(): AsyncGenerator<string[][]> {
    yield book.rows(sheet);
  }
  return { format, delimiter: '', encoding: () => 'utf-8', sheets: book.sheets, sheet, rows: rows(), close: async () => undefined };
}

async function parquetRows(source: Source, options: OpenOptions): Promise<Raw> {
  if (!options.parquet) throw new Refusal('file.parquet_unavailable', { name: source.name });
  const disk = await onDisk(source, options.tempFolder);
  const { header, rows } = await options.parquet(disk.path);
  const close = async (): Promise<void> => (disk === source ? undefined : disk.close());
  return { format: 'parquet', delimiter: '', encoding: () => 'utf-8', sheets: [], sheet: '', header: headerNames(header), rows, close };
}
