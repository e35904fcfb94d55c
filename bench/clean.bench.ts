import { mkdtempSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { isRejected, makeCleaner } from '../src/collect/core/cleaner.ts';
import { proposeMapping } from '../src/collect/core/detect.ts';
import { makeOrderBook } from '../src/collect/core/orderBook.ts';
import { openRows } from '../src/collect/files/openRows.ts';
import { benchFile, SAMPLE_CONTEXT } from '../src/collect/index.ts';
import { seeded } from '../src/kernel/random.ts';
import { report, timed, watchMemory } from './support.ts';

const READ_ROWS_PER_SECOND = 400_000;
const CLEAN_ROWS_PER_SECOND = 250_000;
const MEMORY_LIMIT_MB = 1_200;
const CSV_PARSE_BYTES = 20_000_000;

/** Reads a file to its end and does nothing with it. */
async function readOnly(path: string): Promise<number> {
  const opened = await openRows(path);
  let rows = 0;
  for await (const batch of opened.rows) rows += batch.rows.length;
  return rows;
}

/** Seconds spent in the cleaner and in the order book, apart from reading. */
async function readAndClean(path: string): Promise<{ rows: number; cleanSeconds: number; bookSeconds: number; orders: number }> {
  const opened = await openRows(path);
  let clean: ReturnType<typeof makeCleaner> | undefined;
  const book = makeOrderBook({ waits: false });
  const sums = { rows: 0, cleanSeconds: 0, bookSeconds: 0, orders: 0 };
  for await (const { firstLine, rows } of opened.rows) {
    clean ??= makeCleaner(proposeMapping(opened.header, rows.slice(0, 200)).mapping, opened.header, SAMPLE_CONTEXT);
    const cleaner = clean;
    const cleaned = await timed(() => rows.map((row, index) => cleaner(row, firstLine + index)));
    const booked = await timed(() => {
      for (const one of cleaned.result) if (one && !isRejected(one)) book.add(one);
      return book.takeLines().length;
    });
    sums.rows += rows.length;
    sums.cleanSeconds += cleaned.seconds;
    sums.bookSeconds += booked.seconds;
  }
  const finished = await timed(() => [...book.finish()].length);
  return { ...sums, orders: finished.result, bookSeconds: sums.bookSeconds + finished.seconds };
}

const folder = mkdtempSync(join(tmpdir(), 'perennial-clean-'));
try {
  const file = await benchFile(folder, { random: seeded(1), lastDay: '2026-06-30' });
  const { result, peakBytes } = await watchMemory(() => readAndClean(file.path));
  report({ name: 'memory while a million lines are cleaned and joined', value: peakBytes / 1e6, unit: 'MB', threshold: MEMORY_LIMIT_MB, better: 'less' });
  await readOnly(file.path);
  const reading = await timed(() => readOnly(file.path));
  const bytes = (await readFile(file.path)).subarray(0, CSV_PARSE_BYTES);
  const other = await timed(() => parse(bytes.subarray(0, bytes.lastIndexOf(10) + 1)) as unknown[]);
  const otherRate = other.result.length / other.seconds;
  const readRate = reading.result / reading.seconds;
  const cleanRate = result.rows / result.cleanSeconds;
  report({ name: 'csv-parse, decode and cut', value: otherRate, unit: 'rows/s' });
  report({ name: 'read, decode and cut a CSV of 7 columns', value: readRate, unit: 'rows/s', ratioToRaw: readRate / otherRate, threshold: READ_ROWS_PER_SECOND });
  report({ name: 'clean order lines', value: cleanRate, unit: 'rows/s', ratioToRaw: cleanRate / readRate, threshold: CLEAN_ROWS_PER_SECOND });
  report({ name: 'number, sum and join lines to orders', value: result.rows / result.bookSeconds, unit: 'rows/s' });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
