import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hasShared, sharedData } from '../../../test/support/shared.ts';
import { type TestStores, testStores, testWorkspace } from '../../../test/support/stores.ts';
import { systemCaller } from '../../kernel/access/caller.ts';
import { dataDay } from '../freshness.ts';
import { documents, reconcile } from '../reconcile.ts';
import { lookAtFiles } from './preview.ts';
import { runImport } from './run.ts';
import { startImport } from './start.ts';

let stores: TestStores;
beforeAll(async () => { stores = await testStores(); });
afterAll(async () => { await stores.close(); });

const path = join(sharedData, 'online_retail/online_retail.csv.gz');
const OPTIONS = { source: 'uci', shop: '', channel: '' };

test.skipIf(!hasShared)('D15: the figures of online_retail come out as its spreadsheet has them, and a second import changes none', async () => {
  const workspace = await testWorkspace(stores, { timezone: 'Europe/London', currency: 'GBP' });
  const take = async () => {
    const { files: [file] } = await lookAtFiles(stores, workspace, [{ path, name: 'online_retail.csv.gz', upload: '' }], OPTIONS);
    const id = await startImport(stores, systemCaller(workspace), [{ path, mapping: file?.mapping as never }], OPTIONS);
    return runImport(stores, workspace, id);
  };
  const report = await take();
  expect(report).toMatchObject({ rowsRead: 541_909, rowsAccepted: 541_909, rowsQuarantined: 0, netMinor: 974_774_793, customers: { seen: 4372, created: 4372 }, from: '2010-12-01', to: '2011-12-09' });
  const { total, rows } = await reconcile(stores, { workspaceId: workspace, shops: [] });
  expect(total).toMatchObject({ documents: 25_900, people: 4372, buyers: 4338, neverBought: 34, netMinor: 974_774_793, nobodysMinor: 144_768_212 });
  expect(rows.reduce((sum, { netMinor }) => sum + netMinor, 0)).toBe(974_774_793);
  expect(await dataDay(stores, workspace)).toBe('2011-12-09');
  const first = await documents(stores, { workspaceId: workspace, shops: [] }, { month: '2010-12', shop: '' });
  const second = await documents(stores, { workspaceId: workspace, shops: [] }, { month: '2010-12', shop: '', cursor: first.next ?? '' });
  expect(new Set([...first.rows, ...second.rows].map(({ documentNo }) => documentNo)).size).toBe(200);

  const again = await take();
  expect(again).toMatchObject({ unchanged: true, orders: { added: 0, updated: 0, unchanged: 20_728 }, lines: { added: 0, updated: 0, unchanged: 532_621 }, refunds: { added: 0, updated: 0, unchanged: 9288 } });
  expect((await reconcile(stores, { workspaceId: workspace, shops: [] })).total).toEqual(total);
}, 240_000);
