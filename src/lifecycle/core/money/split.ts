import type { Day } from '../../../kernel/day.ts';
import { isMinor, type Refused, refuse } from './refused.ts';

/** Who brought whom: a referral, or a share that converted. */
export type Brought = { by: string; whom: string; day: Day };

export type ValueSplit = { customerId: string; directMinor: number; indirectMinor: number; broughtCustomers: number };

export type SplitTotals = {
  customers: ValueSplit[];
  /** The profit of the business: every customer's own, each once. */
  profitMinor: number;
  /** How much of that profit came by recommendation. Contained in `profitMinor`, never added to it. */
  ofItByReferralMinor: number;
};

/**
 * Direct value (a customer's own profit) and indirect value (profit of those they brought, one step, no chains) (R31). Each
 * newcomer counts for the first who brought them, ties by id; nobody brings themselves. A referee's 500 therefore stands
 * once as the referrer's indirect value and once in the total.
 * Refuses `not_minor`. People named only in `brought` and without profit have none.
 */
export function splitValue(profits: ReadonlyMap<string, number>, brought: readonly Brought[]): SplitTotals | Refused {
  for (const [customerId, minor] of profits) if (!isMinor(minor)) return refuse('money.not_minor', { customerId });
  const order = [...brought].sort((a, b) => (a.day === b.day ? (a.by < b.by ? -1 : 1) : a.day < b.day ? -1 : 1));
  const bringer = new Map<string, string>();
  for (const { by, whom } of order) if (by !== whom && !bringer.has(whom)) bringer.set(whom, by);
  const splits = new Map<string, ValueSplit>();
  const splitOf = (customerId: string): ValueSplit => {
    const split = splits.get(customerId) ?? { customerId, directMinor: profits.get(customerId) ?? 0, indirectMinor: 0, broughtCustomers: 0 };
    splits.set(customerId, split);
    return split;
  };
  for (const customerId of profits.keys()) splitOf(customerId);
  for (const [whom, by] of bringer) {
    const split = splitOf(by);
    split.indirectMinor += profits.get(whom) ?? 0;
    split.broughtCustomers++;
  }
  const customers = [...splits.values()];
  return { customers, profitMinor: customers.reduce((sum, one) => sum + one.directMinor, 0), ofItByReferralMinor: customers.reduce((sum, one) => sum + one.indirectMinor, 0) };
}
