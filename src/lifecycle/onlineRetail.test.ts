import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hasShared, sharedData } from '../../test/support/shared.ts';
import { testStores, testWorkspace } from '../../test/support/stores.ts';
import { lookAtFiles, runImport, startImport } from '../collect/index.ts';
import { systemCaller } from '../kernel/access/caller.ts';
import { drain } from '../kernel/facts.ts';
import { lifecycleReactions, overview, rfmTable, strips } from './index.ts';

const path = join(sharedData, 'online_retail/online_retail.csv.gz');
const OPTIONS = { source: 'uci', shop: '', channel: '' };
const EVERYONE = { people: 'all', shop: '', within: [] } as const;

test.skipIf(!hasShared)('D15: an order file alone gives stages, RFM and the sentence why, and nobody is wrongly called churned', async () => {
  const stores = await testStores('2026-01-15T04:00:00Z');
  try {
    const ws = await testWorkspace(stores, { timezone: 'Europe/London', currency: 'GBP' });
    const { files: [file] } = await lookAtFiles(stores, ws, [{ path, name: 'online_retail.csv.gz', upload: '' }], OPTIONS);
    if (!file) throw new Error('no file');
    const id = await startImport(stores, systemCaller(ws), [{ path, mapping: file.mapping }], OPTIONS);
    await runImport(stores, ws, id);
    await drain(stores, lifecycleReactions);
    const seen = await overview(stores, ws, EVERYONE, 30);
    expect(seen.asOf).toBe('2011-12-09');
    expect(seen.total).toBe(4372);
    expect(seen.stages.find(({ stage }) => stage === 'prospect')?.customers, 'customers who never bought').toBe(34);
    expect(seen.netMinor).toBe(830_006_581);
    expect(seen.report).toMatchObject({ verdict: 'no_churn', reason: 'share_not_reached' });
    expect(seen.stages.find(({ stage }) => stage === 'churned')?.customers).toBe(0);
    const b2b = (await overview(stores, ws, { people: 'b2b', shop: '', within: [] }, 30)).total;
    const rfm = await rfmTable(stores, ws, EVERYONE);
    expect(rfm.customers).toBe(4338 - b2b);
    expect(rfm.table.reduce((sum, { customers }) => sum + customers, 0)).toBe(rfm.customers);
    const [one] = await stores.ch.rows<{ customer: string }>("select customer from stage_now final where workspace = {ws:UUID} and state = 'repeat.at_risk' order by customer limit 1", { ws });
    const { strips: [strip] } = await strips(stores, ws, [one?.customer as string]);
    expect(strip).toMatchObject({ stage: 'at_risk', reason: { code: 'why.repeat', params: { returnPercent: expect.any(Number), silentDays: expect.any(Number) } } });
    expect(strip?.overdue, 'silent beyond the expected window').not.toBeNull();
  } finally {
    await stores.close();
  }
}, 300_000);
