import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lookAtFiles, runImport, startImport } from '../collect/index.ts';
import { type SimulatedOrder, simulateEffect, type TrueEffect } from '../insight/index.ts';
import type { Caller } from '../kernel/access/caller.ts';
import { csvLine } from '../kernel/csv.ts';
import { toMajor } from '../kernel/money.ts';
import type { Stores } from '../kernel/stores.ts';

/** The source that everything of the simulated shop comes from. */
export const SOURCE = 'simulated';
const CURRENCY = 'CNY';
const money = (minor: number): string => toMajor(minor, CURRENCY).toFixed(2);

const ordersCsv = (orders: readonly SimulatedOrder[]): string => [
  csvLine(['order_no', 'shop', 'channel', 'order_status', 'created_at', 'paid_at', 'currency', 'amount_paid', 'member_no']),
  ...orders.map(({ orderNo, shop, channel, day, amountMinor, memberNo }) => csvLine([orderNo, shop, channel, 'done', `${day} 20:15:00`, `${day} 20:16:00`, CURRENCY, money(amountMinor), memberNo])),
].join('');

const linesCsv = (orders: readonly SimulatedOrder[]): string => [
  csvLine(['order_no', 'shop', 'sku', 'product_name', 'category', 'quantity', 'line_amount', 'unit_cost']),
  ...orders.flatMap(({ orderNo, shop, lines }) => lines.map((line) => csvLine([orderNo, shop, line.sku, line.name, line.category, line.quantity, money(line.amountMinor), line.costMinor === 0 ? '' : money(line.costMinor / line.quantity)]))),
].join('');

/**
 * Brings the outcome of a simulated experiment with a known true effect as a shop's next file would: written, looked at,
 * imported. False where the effect moved nobody. At once, so that whoever reacts to the shop's own files sees both; its job finds nothing left to do.
 */
export async function importEffect(stores: Stores, caller: Caller, effect: TrueEffect): Promise<boolean> {
  const orders = await simulateEffect(stores, caller, effect);
  if (orders.length === 0) return false;
  const folder = await mkdtemp(join(stores.files.room('sample'), 'effect-'));
  try {
    const files = [{ name: 'simulated-effect-orders.csv', text: ordersCsv(orders) }, { name: 'simulated-effect-lines.csv', text: linesCsv(orders) }];
    for (const { name, text } of files) await writeFile(join(folder, name), text);
    const options = { source: SOURCE, shop: '', channel: '' };
    const looked = await lookAtFiles(stores, caller.workspaceId, files.map(({ name }) => ({ path: join(folder, name), name, upload: join(folder, name) })), options);
    await runImport(stores, caller.workspaceId, await startImport(stores, caller, looked.files.map(({ upload, name, mapping }) => ({ path: upload, name, mapping })), options));
    return true;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
