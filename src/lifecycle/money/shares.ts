import { Refusal } from '../../kernel/errors.ts';
import type { WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { isRefused, type Refused } from '../core/money/refused.ts';
import { type Rates, ratesOf, shareOut, type SharedBill } from '../core/money/sharing.ts';
import { bills, newcomers, ordersByMonth } from './queries/heads.ts';

/** What the mathematics refuses, as the refusal of a request. */
export function sure<T>(value: T | Refused): T {
  if (isRefused(value)) throw new Refusal(value.refused, value.facts);
  return value;
}

/** The bills of the whole business, shared out among all its customers, and the look-ups that add the shares up. */
export async function sharedBills(stores: Stores, workspaceId: WorkspaceId): Promise<{ bills: SharedBill[]; rates: Rates }> {
  const open = await bills(stores.ch, workspaceId);
  if (open.length === 0) return { bills: [], rates: { newcomer: [], customer: [], order: [] } };
  const [came, orders] = await Promise.all([newcomers(stores.ch, workspaceId), ordersByMonth(stores.ch, workspaceId)]);
  const shared = sure(shareOut(open, { newcomers: came, orders }));
  return { bills: shared, rates: ratesOf(shared, [...new Set(came.map(({ month }) => month))]) };
}
