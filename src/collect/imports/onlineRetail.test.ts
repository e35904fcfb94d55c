import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasShared, sharedData } from '../../../test/support/shared.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { systemCaller } from '../../kernel/access/caller.ts';
import { proposeMapping } from '../core/detect.ts';
import { openRows } from '../files/openRows.ts';
import { runImport } from './run.ts';
import { startImport } from './start.ts';

let stores: TestStores;
beforeAll(async () => { stores = await testStores(); });
afterAll(async () => { await stores.close(); });

const path = join(sharedData, 'online_retail/online_retail.csv.gz');

async function mappingOf(file: string) {
  const opened = await openRows(file);
  const rows: string[][] = [];
  for await (const batch of opened.rows) { rows.push(...batch.rows); break; }
  await opened.close();
  return proposeMapping(opened.header, rows.slice(0, 200)).mapping;
}

test.skipIf(!hasShared)('D15: online_retail becomes orders and refunds whose net is the spreadsheet’s', async () => {
  const workspace = await testWorkspace(stores, { timezone: 'Europe/London', currency: 'GBP' });
  const mapping = await mappingOf(path);
  const started = performance.now();
  const id = await startImport(stores, systemCaller(workspace), [{ path, mapping }], { source: 'uci', shop: '', channel: '' });
  const report = await runImport(stores, workspace, id);
  console.log(JSON.stringify(report), Math.round(performance.now() - started));
  expect(report?.netMinor).toBe(974774793);
});
