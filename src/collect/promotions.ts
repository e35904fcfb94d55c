import type { WorkspaceId } from '../kernel/ids.ts';
import type { Stores } from '../kernel/stores.ts';
import { loadRates, loadWindows, type PromotionWindow, type Rate, reassignOrders, replaceWindows, saveRates } from './queries/calendar.ts';
import { nextVersion } from './queries/imports.ts';

/**
 * The promotion calendar as its owner publishes it down: orders carry the window their day falls in, those stored already
 * are reassigned at once.
 */
export async function publishPromotions(stores: Stores, workspaceId: WorkspaceId, windows: readonly PromotionWindow[]): Promise<void> {
  const [sorted, version] = await stores.pg.tx(workspaceId, async (tx) => {
    await replaceWindows(tx, workspaceId, windows);
    return [await loadWindows(tx, workspaceId), await nextVersion(tx)] as const;
  });
  await reassignOrders(stores.ch, workspaceId, sorted, version);
}

export const rates = (stores: Stores, workspaceId: WorkspaceId): Promise<Rate[]> => stores.pg.tx(workspaceId, (tx) => loadRates(tx, workspaceId));

/** Adds dated rates: units of the reporting currency for one unit of another, from that day on. Rows refused for want of one can be replayed then. */
export const setRates = (stores: Stores, workspaceId: WorkspaceId, given: readonly Rate[]): Promise<void> => stores.pg.tx(workspaceId, (tx) => saveRates(tx, workspaceId, given));
