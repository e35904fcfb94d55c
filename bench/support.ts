import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { Clock } from '../src/kernel/clock.ts';
import { readConfig } from '../src/kernel/config.ts';
import { openFiles } from '../src/kernel/files.ts';
import { newId } from '../src/kernel/ids.ts';
import { openStores } from '../src/kernel/open.ts';
import { run, sql } from '../src/kernel/sql.ts';
import type { Stores } from '../src/kernel/stores.ts';
import { type Processor, processor } from './processor.ts';

/** One measured figure. `ratioToRaw` is ours ÷ the raw engine's on the same data in the same run; a null threshold only measures. */
export type Figure = { name: string; value: number; unit: string; ratioToRaw: number | null; threshold: number | null; better: 'more' | 'less' };
export const FIGURE_MARK = '@figure ';

export const passes = ({ value, threshold, better }: Figure): boolean => threshold === null || (better === 'more' ? value >= threshold : value <= threshold);

/** Hands a figure to scripts/bench.ts. */
export function report(figure: Partial<Figure> & Pick<Figure, 'name' | 'value' | 'unit'>): void {
  console.log(FIGURE_MARK + JSON.stringify({ ratioToRaw: null, threshold: null, better: 'more', ...figure } satisfies Figure));
}

/** Says why a bench measured nothing here; counted, not failed. */
export const skip = (reason: string): void => console.log(FIGURE_MARK + JSON.stringify({ skipped: reason }));

export type Timed<T> = { result: T; seconds: number };

export async function timed<T>(work: () => Promise<T> | T): Promise<Timed<T>> {
  const began = performance.now();
  const result = await work();
  return { result, seconds: (performance.now() - began) / 1000 };
}

/** Milliseconds work would take with two cores to itself: by the clock, or, where other work holds it up, the processor's of our thread and half of the engine's, which has two. */
export async function quietly<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const [began, own, all] = [performance.now(), process.threadCpuUsage(), process.cpuUsage()], result = await work(), wall = performance.now() - began;
  const [mine, both] = [process.threadCpuUsage(own), process.cpuUsage(all)], ownMs = (mine.user + mine.system) / 1e3, allMs = (both.user + both.system) / 1e3;
  return { result, ms: Math.min(wall, ownMs + (allMs - ownMs) / 2) };
}

export type Stopwatch = {
  /** Everything since the last mark (or the start) belongs to `name`. */
  mark(name: string): void;
  print(): void;
};

/**
 * Measures a stretch of work by its parts: seconds by the clock, of the processor by our own thread, by the others of the process (the engine, garbage collection) and by
 * the embedded Postgres of a `folder`, and the most memory held.
 */
export function stopwatch(folder = ''): Stopwatch {
  const parts = new Map<string, Processor & { wall: number; peak: number }>();
  const read = (): Processor & { wall: number } => ({ wall: performance.now() / 1000, ...processor(folder) });
  let last = read();
  let peak = 0;
  const timer = setInterval(() => { peak = Math.max(peak, process.memoryUsage.rss()); }, 50).unref();
  return {
    mark: (name) => {
      const now = read();
      const sum = parts.get(name) ?? { wall: 0, own: 0, threads: 0, postgres: 0, peak: 0 };
      const since = (of: 'wall' | keyof Processor): number => sum[of] + now[of] - last[of];
      parts.set(name, { wall: since('wall'), own: since('own'), threads: since('threads'), postgres: since('postgres'), peak: Math.max(sum.peak, peak, process.memoryUsage.rss()) });
      last = now;
      peak = 0;
    },
    print: () => {
      clearInterval(timer);
      for (const [name, { wall, own, threads, postgres, peak: most }] of parts) console.log(`  ${wall.toFixed(2).padStart(7)} s  ${own.toFixed(2).padStart(6)} s own CPU  ${threads.toFixed(2).padStart(6)} s other threads  ${Number.isNaN(postgres) ? '' : `${postgres.toFixed(2).padStart(6)} s Postgres  `}${(most / 1e6).toFixed(0).padStart(5)} MB  ${name}`);
    },
  };
}

/** Samples this process's memory while `work` runs; the most it held, in bytes. */
export async function watchMemory<T>(work: () => Promise<T>): Promise<{ result: T; peakBytes: number }> {
  let peakBytes = process.memoryUsage.rss();
  const timer = setInterval(() => {
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  }, 100);
  try {
    return { result: await work(), peakBytes: Math.max(peakBytes, process.memoryUsage.rss()) };
  } finally {
    clearInterval(timer);
  }
}

export const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.ceil(share * values.length) - 1)] ?? Number.NaN;

export type BenchStores = { stores: Stores; workspaceId: string; folder: string; close(): Promise<void> };

const clock: Clock = { now: () => new Date() };

/** Stores of their own, migrated, with one workspace; everything is gone after `close`. */
export async function benchStores({ timezone = 'Asia/Shanghai', currency = 'CNY' } = {}): Promise<BenchStores> {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-bench-'));
  const { stores, close } = await openStores(readConfig(['--data', folder], {}), openFiles(folder), clock);
  const workspaceId = newId();
  await run(stores.pg.global, sql`
    insert into workspace (id, name, timezone, currency, created_at)
    values (${workspaceId}, ${'Bench'}, ${timezone}, ${currency}, ${clock.now()})`);
  return {
    stores, workspaceId, folder,
    close: async () => {
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Raw ClickHouse: reads a CSV with a header and inserts it, every column a text, rows in the order of the first column. Seconds. */
export async function rawClickHouseInsert({ ch }: Stores, path: string, columns: readonly string[]): Promise<number> {
  const declared = columns.map((column) => `\`${column}\` String`).join(', ');
  await ch.command(`create or replace table bench_raw (${declared}) engine = MergeTree order by \`${columns[0]}\``);
  const { seconds } = await timed(() => ch.command('insert into bench_raw select * from file({path:String}, CSVWithNames, {structure:String})', { path, structure: declared }));
  await ch.command('drop table bench_raw');
  return seconds;
}

/** Raw Postgres: COPY of the same CSV into a plain table without indexes. Seconds. */
export async function rawPostgresCopy({ pg: { connections } }: Stores, path: string, columns: readonly string[]): Promise<number> {
  const client = new pg.Client(connections.owner);
  await client.connect();
  try {
    await client.query(`create table bench_raw (${columns.map((column) => `"${column}" text`).join(', ')})`);
    const { seconds } = await timed(() => pipeline(createReadStream(path), client.query(copyFrom('copy bench_raw from stdin with (format csv, header)'))));
    await client.query('drop table bench_raw');
    return seconds;
  } finally {
    await client.end();
  }
}
