import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchFile, MILLION_HEADER, openWorld, planOf, TABLES } from '../src/collect/index.ts';
import { seeded } from '../src/kernel/random.ts';
import { benchStores, rawClickHouseInsert, rawPostgresCopy, report, timed, watchMemory } from './support.ts';

const LAST_DAY = '2026-06-30';
const LINES_PER_SECOND = 300_000;
const MILLION_CUSTOMERS = 1_000_000;
const MEMORY_LIMIT_MB = 600;

/** A million lines to a file; the raw engines read the same file. */
async function millionLines(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-generate-'));
  const { result: file, seconds } = await timed(() => benchFile(folder, { random: seeded(1), lastDay: LAST_DAY }));
  const { stores, close } = await benchStores();
  try {
    const rate = file.rows / seconds;
    const insertRate = file.rows / (await rawClickHouseInsert(stores, file.path, MILLION_HEADER));
    const copyRate = file.rows / (await rawPostgresCopy(stores, file.path, MILLION_HEADER));
    report({ name: 'generate 1,000,000 lines', value: rate, unit: 'lines/s', ratioToRaw: rate / insertRate, threshold: LINES_PER_SECOND });
    report({ name: 'raw ClickHouse insert of the same', value: insertRate, unit: 'lines/s' });
    report({ name: 'raw Postgres COPY of the same', value: copyRate, unit: 'lines/s' });
  } finally {
    await close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A million customers, their orders and lines streamed and not kept. */
async function millionCustomers(): Promise<void> {
  const [orders, lines] = TABLES;
  const { result, peakBytes } = await watchMemory(() => timed(async () => {
    const plan = planOf(openWorld(seeded(1), LAST_DAY, { customers: MILLION_CUSTOMERS }));
    let rows = 0;
    for (const table of [orders, lines]) {
      for (const _ of table?.rows(plan) ?? []) {
        // Lets the memory watch look in between.
        if (++rows % 200_000 === 0) await new Promise((resolve) => setImmediate(resolve));
      }
    }
    return rows;
  }));
  report({ name: 'generate 1,000,000 customers, orders and lines', value: result.result / result.seconds, unit: 'rows/s', threshold: LINES_PER_SECOND });
  report({ name: 'memory of it', value: peakBytes / 1e6, unit: 'MB', threshold: MEMORY_LIMIT_MB, better: 'less' });
}

await millionCustomers();
await millionLines();
