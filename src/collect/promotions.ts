import type { WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import { loadRates, loadWindows, type PromotionWindow, type Rate, reassignOrders, replaceWindows, saveRates } from './queries/calendar.ts';
import { nextVersion } from './queries/imports.ts';

/**
 * The promotion calendar as its owner publishes it down, in the transaction that changes it: changes made at once are published one after the other, in
 * their order. Orders carry the window their day falls in; what is returned assigns those stored already anew, once the change stands.
 */
export async function publishPromotions(tx: Tx, stores: Stores, workspaceId: WorkspaceId, windows: readonly PromotionWindow[]): Promise<() => Promise<void>> {
  await replaceWindows(tx, workspaceId, windows);
  const sorted = await loadWindows(tx, workspaceId), version = await nextVersion(tx);
  return () => reassignOrders(stores.ch, workspaceId, sorted, version);
}

export const rates = (stores: Stores, workspaceId: WorkspaceId): Promise<Rate[]> => stores.pg.tx(workspaceId, (tx) => loadRates(tx, workspaceId));

/** Adds dated rates: units of the reporting currency for one unit of another, from that day on. Rows refused for want of one can be replayed then. */
export const setRates = (stores: Stores, workspaceId: WorkspaceId, given: readonly Rate[]): Promise<void> => stores.pg.tx(workspaceId, (tx) => saveRates(tx, workspaceId, given));
