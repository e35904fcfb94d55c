import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Day } from '../../kernel/day.ts';
import type { Random } from '../../kernel/random.ts';
import { csvOf } from './csv.ts';
import { MILLION_HEADER, MILLION_LINES, millionLines, type LinesSize } from './millionLines.ts';
import { planOf } from './plan.ts';
import { TABLES } from './tables.ts';
import { openWorld } from './world.ts';

/** `lastDay` is the newest day of the data, yesterday for a sample; the same seed and day write the same bytes. */
export type SampleOptions = Readonly<{ random: Random; lastDay: Day; customers?: number; months?: number }>;
export type SampleFile = Readonly<{ name: string; path: string; rows: number; bytes: number }>;

/** Writes the simulated shop as files the import reads like anybody's: orders, lines, refunds, customers, events, costs. */
export async function sampleFiles(folder: string, { random, lastDay, ...size }: SampleOptions): Promise<SampleFile[]> {
  const plan = planOf(openWorld(random, lastDay, size));
  await mkdir(folder, { recursive: true });
  const written: SampleFile[] = [];
  for (const table of TABLES) written.push(await write(folder, table.name, table.header, table.rows(plan)));
  return written;
}

/** Writes the file of order lines that the import is timed with. */
export async function benchFile(folder: string, { random, lastDay, size = MILLION_LINES }: { random: Random; lastDay: Day; size?: LinesSize }): Promise<SampleFile> {
  await mkdir(folder, { recursive: true });
  return write(folder, 'simulated-million.csv', MILLION_HEADER, millionLines(random, lastDay, size));
}

async function write(folder: string, name: string, header: readonly string[], rows: Iterable<readonly string[]>): Promise<SampleFile> {
  const path = join(folder, name);
  let count = 0;
  const counted = function* (): Generator<readonly string[]> {
    for (const row of rows) {
      count++;
      yield row;
    }
  };
  const file = createWriteStream(path);
  await pipeline(Readable.from(csvOf(header, counted())), file);
  return { name, path, rows: count, bytes: file.bytesWritten };
}
