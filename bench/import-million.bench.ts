import { join } from 'node:path';
import { benchFile, MILLION_HEADER, MILLION_LINES } from '../src/collect/index.ts';
import { seeded } from '../src/kernel/random.ts';
import { importToStages } from './importing.ts';
import { benchStores, rawClickHouseInsert, rawPostgresCopy, report, watchMemory } from './support.ts';

/** 1,000,000 lines of 250,000 orders of 50,000 customers with e-mail and phone, encrypted, to customers, events and stages. */
const LINES_PER_SECOND = 40_000;
const MEMORY_LIMIT_MB = 1500;

const { stores, workspaceId, folder, close } = await benchStores();
try {
  const file = await benchFile(join(folder, 'bench'), { random: seeded(1), lastDay: '2026-06-30' });
  const { result: { result, seconds }, peakBytes } = await watchMemory(() => importToStages(stores, workspaceId, file.path));
  if (result.rowsAccepted !== file.rows || result.orders.added !== MILLION_LINES.orders || result.customers.created !== MILLION_LINES.customers) {
    throw new Error(`imported otherwise than written: ${JSON.stringify(result)}`);
  }
  // Afterwards, since what an engine keeps in memory would be counted as ours.
  const insertSeconds = await rawClickHouseInsert(stores, file.path, MILLION_HEADER);
  const copySeconds = await rawPostgresCopy(stores, file.path, MILLION_HEADER);
  report({ name: 'import 1,000,000 lines to stages', value: file.rows / seconds, unit: 'lines/s', ratioToRaw: insertSeconds / seconds, threshold: LINES_PER_SECOND });
  report({ name: 'against Postgres COPY of the same', value: copySeconds / seconds, unit: '× as fast' });
  report({ name: 'memory of the import', value: peakBytes / 1e6, unit: 'MB', threshold: MEMORY_LIMIT_MB, better: 'less' });
} finally {
  await close();
}
