import type { Day } from '../kernel/day.ts';
import { Refusal } from '../kernel/errors.ts';
import { NOBODY, type WorkspaceId } from '../kernel/ids.ts';
import type { Tx } from '../kernel/sql.ts';
import type { Stores } from '../kernel/stores.ts';
import type { CostRow } from './core/records.ts';
import { converter } from './money.ts';
import { loadRates } from './queries/calendar.ts';
import { loadWorkspace, nextVersion } from './queries/imports.ts';

/** The source of costs that people type, beside those that files bring. */
export const TYPED_SOURCE = 'typed';

export type TypedCost = { costNo: string; day: Day; kind: CostRow['kind']; channel: string; amountMinor: number; currency: string };

/**
 * Stores a cost typed by hand where the costs of files stand, in the reporting currency at the rate of its day. To be called
 * last in the transaction that writes down who typed it. Refuses `cost.no_rate`.
 */
export async function putTypedCost(stores: Stores, tx: Tx, workspaceId: WorkspaceId, { costNo, day, kind, channel, amountMinor, currency }: TypedCost): Promise<void> {
  const { currency: reporting } = await loadWorkspace(tx, workspaceId);
  const amount = converter(reporting, await loadRates(tx, workspaceId))(amountMinor, currency, day);
  if (amount === null) throw new Refusal('cost.no_rate', { currency, day });
  await stores.ch.insert('costs', [{ workspace: workspaceId, source: TYPED_SOURCE, cost_no: costNo, version: await nextVersion(tx), deleted: 0, day, kind, channel, subject: NOBODY, order_no: '', amount }]);
}

/** Takes a typed cost back. */
export async function dropTypedCost(stores: Stores, tx: Tx, workspaceId: WorkspaceId, costNo: string): Promise<void> {
  await stores.ch.insert('costs', [{ workspace: workspaceId, source: TYPED_SOURCE, cost_no: costNo, version: await nextVersion(tx), deleted: 1 }]);
}
