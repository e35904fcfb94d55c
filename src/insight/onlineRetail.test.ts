import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasShared, sharedData } from '../../test/support/shared.ts';
import { type TestStores, testStores, testWorkspace } from '../../test/support/stores.ts';
import { proposeMapping, runImport, startImport } from '../collect/index.ts';
import { type Caller, systemCaller } from '../kernel/access/caller.ts';
import { cohortsBody, figuresBody, homeQuery } from './contract.ts';
import { cohorts } from './cohorts.ts';
import type { MetricId } from './core/metrics.ts';
import { figures } from './figures.ts';
import { home } from './home.ts';

const path = join(sharedData, 'online_retail/online_retail.csv.gz');
const HEADER = ['InvoiceNo', 'StockCode', 'Description', 'Quantity', 'InvoiceDate', 'UnitPrice', 'CustomerID', 'Country'];
const FIRST_LINE = ['536365', '85123A', 'WHITE HANGING HEART T-LIGHT HOLDER', '6', '2010-12-01 08:26:00', '2.55', '17850', 'United Kingdom'];
const YEAR = { from: '2010-12-01', to: '2011-12-09' };

describe.skipIf(!hasShared)('a year of real orders (UCI Online Retail)', () => {
  let stores: TestStores;
  let caller: Caller;
  beforeAll(async () => {
    stores = await testStores();
    caller = systemCaller(await testWorkspace(stores, { timezone: 'Europe/London', currency: 'GBP' }), ['customers.read', 'insight.read', 'imports.write']);
    const { mapping } = proposeMapping(HEADER, [FIRST_LINE]);
    const id = await startImport(stores, caller, [{ path, mapping }], { source: 'uci', shop: '', channel: '' });
    await runImport(stores, caller.workspaceId, id);
  }, 180_000);
  afterAll(() => stores.close());

  const figure = async (id: MetricId) => (await figures(stores, caller, figuresBody.parse({ metrics: [{ id }], scope: YEAR }))).figures[0]?.parts[0];

  test('every invoice and cancellation is in the total, and what belongs to nobody is told apart', async () => {
    const { sales, salesBefore } = await home(stores, caller, homeQuery.parse({ days: 366 }));
    expect(sales.net + salesBefore.net).toBe(974_774_793);
    expect(sales.nobodyNet + salesBefore.nobodyNet).toBe(144_768_212);
    expect((await figure('net'))?.top).toBe(974_774_793 - 144_768_212);
  });

  // Counted apart, by a script over the file: invoices without C, of a known customer, of more than 0.
  test.each([['customers', 4_338, 4_338], ['orders', 18_532, 4_338], ['paid', 891_140_790, 4_338], ['repurchase_period', 2_790, 4_338]] as const)('%s', async (id, top, bottom) => {
    const mine = await figure(id);
    expect([mine?.top, mine?.bottom]).toEqual([top, bottom]);
  });

  test('R44: the cohort of December 2010 and those after it', async () => {
    const { rows } = await cohorts(stores, caller, cohortsBody.parse({ scope: YEAR }));
    expect(rows[0]?.cells.map((cell) => cell?.people ?? null)).toEqual([885, 324, 286, 340, 321, 352, 321, 309, 313, 350, 331, 445, null]);
    expect(rows.map((row) => row.size)).toEqual([885, 417, 380, 452, 300, 284, 242, 188, 169, 299, 358, 323, 41]);
  });
});
