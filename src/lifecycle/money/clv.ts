import type { z } from 'zod';
import type { Caller } from '../../kernel/access/caller.ts';
import { addDays, monthOf } from '../../kernel/day.ts';
import type { Stores } from '../../kernel/stores.ts';
import { dataDay } from '../asOf.ts';
import { groupOf } from '../audience.ts';
import { type CohortProfit, empiricalClv, retentionClv } from '../core/money/clv.ts';
import { cohortsOf, periodDiscount, periodOf, type PeriodUnit } from '../core/money/periods.ts';
import { isRefused } from '../core/money/refused.ts';
import type { SharedBill } from '../core/money/sharing.ts';
import type { clvQuery, clvReply } from './contract.ts';
import { cohortSizes, type MonthProfit, profitByMonth, stayedBy } from './queries/periods.ts';
import { sharedBills } from './shares.ts';

/** Shares of retention bills, which fall on everybody who had bought before, as entries of their cohorts. */
const retentionOf = (bills: readonly SharedBill[], sizes: readonly { cohort: string; customers: number }[]): MonthProfit[] =>
  bills.filter(({ base }) => base === 'customer').flatMap(({ month, eachMinor }) => sizes.filter(({ cohort }) => cohort < month).map(({ cohort, customers }) => ({ cohort, month, minor: -eachMinor * customers })));

/** The last month that is over on a day. */
const lastOver = (asOf: string): string => monthOf(addDays(`${monthOf(addDays(asOf, 1))}-01`, -1));

type Measured = NonNullable<z.input<typeof clvReply>['measured']>;

function measuredOf(cohorts: readonly CohortProfit[], stayed: readonly { period: string; buyers: number; stayed: number }[], unit: PeriodUnit, discount: number): Measured | null {
  const first = Math.min(...cohorts.map(({ cohort }) => periodOf(cohort, unit)));
  const last = Math.max(...cohorts.map(({ cohort, profitMinor }) => periodOf(cohort, unit) + profitMinor.length - 1));
  const over = stayed.filter(({ period }) => periodOf(period, unit) >= first && periodOf(period, unit) <= last);
  // Whether the buyers of the last period come again is not known yet.
  const asked = over.filter(({ period }) => periodOf(period, unit) < last);
  const sum = (of: readonly { buyers: number; stayed: number }[], key: 'buyers' | 'stayed'): number => of.reduce((total, one) => total + one[key], 0);
  const buyers = sum(over, 'buyers');
  if (sum(asked, 'buyers') === 0) return null;
  const profit = cohorts.reduce((total, { profitMinor }) => total + profitMinor.reduce((own, minor) => own + minor, 0), 0);
  return { marginMinor: profit / buyers, retention: sum(asked, 'stayed') / sum(asked, 'buyers'), discount, periods: over.length, buyers, stayed: sum(asked, 'stayed') };
}

/** Retention-rate value from measured margin and retention, and beside it what cohorts really brought (R29). */
export async function clv(stores: Stores, caller: Caller, { unit, yearlyDiscount, ...group }: z.output<typeof clvQuery>): Promise<z.input<typeof clvReply>> {
  const { ch } = stores;
  const { workspaceId } = caller;
  const audience = await groupOf(stores, caller, group);
  const { bills, rates } = await sharedBills(stores, workspaceId);
  const [asOf, profits, sizes, stayed] = await Promise.all([dataDay(stores, workspaceId), profitByMonth(ch, workspaceId, audience, rates), cohortSizes(ch, workspaceId, audience), stayedBy(ch, workspaceId, audience, unit)]);
  const discount = periodDiscount(yearlyDiscount, unit);
  const cohorts = cohortsOf(sizes, [...profits, ...retentionOf(bills, sizes)], unit, lastOver(asOf));
  const empirical = empiricalClv(cohorts, discount);
  const measured = cohorts.length === 0 ? null : measuredOf(cohorts, stayed, unit, discount);
  const rated = measured && retentionClv({ margin: measured.marginMinor, retention: measured.retention, discount });
  return {
    asOf, unit, yearlyDiscount, measured, retentionMinor: typeof rated === 'number' ? rated : null,
    why: rated === null ? { code: 'money.no_cohort', facts: {} } : isRefused(rated) ? { code: rated.refused, facts: rated.facts } : null,
    empirical: isRefused(empirical) ? null : empirical, empiricalWhy: isRefused(empirical) ? { code: empirical.refused, facts: empirical.facts } : null,
  };
}
