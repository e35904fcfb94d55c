import type { z } from 'zod';
import { calledBy } from '../../customers/index.ts';
import type { Caller } from '../../kernel/access/caller.ts';
import type { CustomerId, WorkspaceId } from '../../kernel/ids.ts';
import type { Stores } from '../../kernel/stores.ts';
import { dataDay } from '../asOf.ts';
import { type Brought, splitValue } from '../core/money/split.ts';
import { named } from '../queries/habits.ts';
import { profitsOf, totalProfit } from '../queries/worth.ts';
import type { referralsReply } from './contract.ts';
import { namesOf, type ReferralRow, referrals } from './queries/referrals.ts';
import { sure } from './shares.ts';

async function broughtBy(stores: Stores, workspaceId: WorkspaceId, rows: readonly ReferralRow[]): Promise<Brought[]> {
  const friends = await calledBy(stores, workspaceId, rows.map(({ friend }) => friend));
  return rows.flatMap(({ by, friend, day }) => (friends.has(friend) ? [{ by, whom: friends.get(friend) as string, day }] : []));
}

const TOP = 100;

/** What comes by recommendation, once: as the indirect value of who recommended, contained in the total (R31). */
export async function referralValue(stores: Stores, caller: Caller): Promise<z.input<typeof referralsReply>> {
  const { workspaceId } = caller;
  const [asOf, told, profitMinor] = await Promise.all([dataDay(stores, workspaceId), referrals(stores.ch, workspaceId), totalProfit(stores.ch, workspaceId)]);
  const brought = await broughtBy(stores, workspaceId, told);
  const profits = await profitsOf(stores.ch, workspaceId, [...new Set(brought.flatMap(({ by, whom }) => [by, whom]))]);
  const split = sure(splitValue(profits, brought));
  const best = split.customers.filter(({ broughtCustomers }) => broughtCustomers > 0).sort((a, b) => b.indirectMinor - a.indirectMinor || (a.customerId < b.customerId ? -1 : 1)).slice(0, TOP);
  const names = await namesOf(stores.ch, workspaceId, best.map(({ customerId }) => customerId));
  return {
    asOf, profitMinor, ofItByReferralMinor: split.ofItByReferralMinor, told: told.length, matched: brought.length,
    rows: best.map((row) => ({ ...row, name: names.get(row.customerId) ?? '' })),
  };
}

/** What one customer's recommendations brought. Somebody recommended twice counts for who did so first. */
export async function indirectOf(stores: Stores, workspaceId: WorkspaceId, customer: CustomerId): Promise<{ broughtCustomers: number; indirectMinor: number }> {
  const { subjects } = await named(stores, workspaceId, [customer]);
  const own = await referrals(stores.ch, workspaceId, subjects);
  if (own.length === 0) return { broughtCustomers: 0, indirectMinor: 0 };
  const mineOwn = new Set((await broughtBy(stores, workspaceId, own)).map(({ whom }) => whom));
  // Others may have told of the same friends, earlier, and under other names.
  const brought = (await broughtBy(stores, workspaceId, await referrals(stores.ch, workspaceId))).filter(({ whom }) => mineOwn.has(whom));
  const profits = await profitsOf(stores.ch, workspaceId, [...mineOwn]);
  const mine = sure(splitValue(profits, brought)).customers.find(({ customerId }) => customerId === customer);
  return { broughtCustomers: mine?.broughtCustomers ?? 0, indirectMinor: mine?.indirectMinor ?? 0 };
}
