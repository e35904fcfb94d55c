import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { testContext } from '../../../test/support/readFile.ts';
import { hasShared, sharedData } from '../../../test/support/shared.ts';
import { isRejected, makeCleaner } from '../core/cleaner.ts';
import { proposeMapping } from '../core/detect.ts';
import { makeOrderBook, needsOrderTotals } from '../core/orderBook.ts';
import { makeTally } from '../core/preview.ts';
import { openRows } from './openRows.ts';

type Figures = { rows: number; rejected: number; orders: number; lines: number; refunds: number; net: number; nobodyRows: number; nobodyNet: number; buyers: Set<string>; notes: ReadonlyMap<string, number>; recipe: string | null };

/** Streams a file as an import does and adds up what it says, in minor units. */
async function figuresOf(path: string): Promise<Figures> {
  const opened = await openRows(resolve(sharedData, path));
  const sums: Figures = { rows: 0, rejected: 0, orders: 0, lines: 0, refunds: 0, net: 0, nobodyRows: 0, nobodyNet: 0, buyers: new Set(), notes: new Map(), recipe: null };
  let clean: ReturnType<typeof makeCleaner> | undefined;
  const book = makeOrderBook({ waits: false });
  for await (const { firstLine, rows } of opened.rows) {
    if (!clean) {
      const { mapping } = proposeMapping(opened.header, rows.slice(0, 200));
      expect(needsOrderTotals([mapping])).toBe(false);
      sums.recipe = mapping.recipe;
      clean = makeCleaner(mapping, opened.header, testContext);
      sums.notes = clean.notes;
    }
    rows.forEach((row, index) => {
      const cleaned = clean?.(row, firstLine + index);
      if (cleaned === undefined) return;
      sums.rows++;
      if (isRejected(cleaned)) { sums.rejected++; return; }
      book.add(cleaned);
      const who = cleaned.order?.identifiers ?? cleaned.refund?.identifiers ?? [];
      const amount = cleaned.item?.amount ?? -(cleaned.refund?.amount ?? 0);
      if (cleaned.refund) sums.refunds++;
      if (cleaned.refund) sums.net -= cleaned.refund.amount;
      for (const { value } of who) sums.buyers.add(value);
      if (who.length === 0) {
        sums.nobodyRows++;
        sums.nobodyNet += amount;
      }
    });
    sums.lines += book.takeLines().length;
  }
  for (const order of book.finish()) {
    sums.orders++;
    sums.net += order.amount;
  }
  sums.lines += book.takeLines().length;
  return sums;
}

describe.skipIf(!hasShared)('figures of public files', () => {
  test('R3: UCI Online Retail adds up to the cent, and no row is lost in silence', async () => {
    const figures = await figuresOf('online_retail/online_retail.csv.gz');
    expect(figures).toMatchObject({ recipe: 'uci.online_retail', rows: 541_909, rejected: 0, refunds: 9_288, lines: 532_621, nobodyRows: 135_080, net: 974_774_793, nobodyNet: 144_768_212 });
    expect(figures.lines + figures.refunds + figures.rejected).toBe(figures.rows);
    expect(figures.buyers.size).toBe(4_372);
    // 25,900 invoices: 3,836 of them refunds, 1,336 corrections of stock.
    expect(figures.orders).toBe(25_900 - 3_836 - 1_336);
    expect(figures.notes.get('stock.adjusted')).toBe(1_336);
  });

  test('R3: CDNOW, columns held apart by spaces and no order number', async () => {
    const figures = await figuresOf('cdnow/CDNOW_master.txt');
    expect(figures).toMatchObject({ recipe: 'cdnow.transactions', rows: 69_659, rejected: 0, orders: 69_659, net: 250_031_563 });
    expect(figures.buyers.size).toBe(23_570);
  });

  test("each measure's monthly sum over a whole file", async () => {
    const opened = await openRows(resolve(sharedData, 'cdnow/CDNOW_master.txt'));
    let tally: ReturnType<typeof makeTally> | undefined;
    for await (const { firstLine, rows } of opened.rows) {
      tally ??= makeTally(proposeMapping(opened.header, rows.slice(0, 100)).mapping, opened.header, testContext);
      rows.forEach((row, index) => void tally?.add(row, firstLine + index));
    }
    const { months, measures } = tally?.table().sums ?? { months: [], measures: [] };
    expect(measures).toEqual(['paid']);
    expect(months).toHaveLength(18);
    expect(months[0]?.month).toBe('1997-01');
    expect(months.reduce((sum, { sums }) => sum + (sums['paid'] ?? 0), 0)).toBe(250_031_563);
  });
});
