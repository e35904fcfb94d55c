import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Context, isRejected, makeCleaner } from '../../src/collect/core/cleaner.ts';
import { proposeMapping } from '../../src/collect/core/detect.ts';
import type { Mapping } from '../../src/collect/core/mapping.ts';
import { type BookedOrder, makeOrderBook, needsOrderTotals } from '../../src/collect/core/orderBook.ts';
import type { Clean, LineRow, Reject } from '../../src/collect/core/records.ts';
import { type Opened, type OpenOptions, openRows } from '../../src/collect/files/openRows.ts';

export const testContext: Context = { source: 'test', shop: '', zone: 'Asia/Shanghai', dayZone: 'Asia/Shanghai', currency: 'CNY' };

/** Puts bytes in a file of their own for the length of `use`. */
export async function withFile<T>(name: string, bytes: Buffer, use: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-test-'));
  const path = join(folder, name.replace(/.*\./, 'file.'));
  try {
    writeFileSync(path, bytes);
    return await use(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export type ReadResult = { opened: Opened; mapping: Mapping; cleans: Clean[]; rejects: Reject[]; rejectedRows: number; orders: BookedOrder[]; lines: LineRow[]; notes: ReadonlyMap<string, number> };

/** Reads a file to its end the way an import does: detect, clean, join. */
export async function readFile(path: string, options: OpenOptions = {}, context: Context = testContext): Promise<ReadResult> {
  const opened = await openRows(path, options);
  const rows: { row: string[]; line: number }[] = [];
  for await (const batch of opened.rows) for (const [index, row] of batch.rows.entries()) rows.push({ row, line: batch.firstLine + index });
  await opened.close();
  const { mapping } = proposeMapping(opened.header, rows.slice(0, 200).map(({ row }) => row));
  const clean = makeCleaner(mapping, opened.header, context);
  const book = makeOrderBook({ waits: needsOrderTotals([mapping]) });
  const result: ReadResult = { opened, mapping, cleans: [], rejects: [], rejectedRows: 0, orders: [], lines: [], notes: clean.notes };
  for (const { row, line } of rows) {
    const cleaned = clean(row, line);
    if (cleaned === undefined) continue;
    if (isRejected(cleaned)) {
      result.rejects.push(...cleaned);
      result.rejectedRows++;
      continue;
    }
    result.cleans.push(cleaned);
    book.add(cleaned);
  }
  result.lines.push(...book.takeLines());
  result.orders.push(...book.finish());
  result.lines.push(...book.takeLines());
  return result;
}
