import type { CohortProfit } from './clv.ts';

export const PERIOD_UNITS = ['month', 'quarter', 'year'] as const;
export type PeriodUnit = (typeof PERIOD_UNITS)[number];
const MONTHS: Readonly<Record<PeriodUnit, number>> = { month: 1, quarter: 3, year: 12 };
export const PERIODS_A_YEAR: Readonly<Record<PeriodUnit, number>> = { month: 12, quarter: 4, year: 1 };

const numberOf = (month: string): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5, 7)) - 1;
const monthAt = (number: number): string => `${Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, '0')}`;

/** The first month of the calendar period a month ('YYYY-MM') lies in, as a number of periods since year 0. */
export const periodOf = (month: string, unit: PeriodUnit): number => Math.floor(numberOf(month) / MONTHS[unit]);
export const firstMonthOf = (period: number, unit: PeriodUnit): string => monthAt(period * MONTHS[unit]);

/** The discount of one period that compounds to a yearly one: (1 + yearly)^(1/n) − 1. */
export const periodDiscount = (yearly: number, unit: PeriodUnit): number => (1 + yearly) ** (1 / PERIODS_A_YEAR[unit]) - 1;

/**
 * Profit of cohorts by age in whole calendar periods, from entries by month of first purchase and month: only periods that
 * were over by `lastMonth` (the last month that is), so nothing half seen counts. Minor units.
 */
export function cohortsOf(sizes: readonly { cohort: string; customers: number }[], profits: readonly { cohort: string; month: string; minor: number }[], unit: PeriodUnit, lastMonth: string): CohortProfit[] {
  const lastPeriod = Math.floor((numberOf(lastMonth) + 1) / MONTHS[unit]) - 1;
  const people = new Map<number, number>();
  for (const { cohort, customers } of sizes) people.set(periodOf(cohort, unit), (people.get(periodOf(cohort, unit)) ?? 0) + customers);
  return [...people].filter(([period]) => period <= lastPeriod).sort(([a], [b]) => a - b).map(([period, customers]) => {
    const profitMinor = Array.from({ length: lastPeriod - period + 1 }, () => 0);
    for (const { cohort, month, minor } of profits) {
      // An entry older than the first purchase (a cost on somebody not yet a buyer) belongs to the beginning.
      const age = Math.max(0, periodOf(month, unit) - period);
      if (periodOf(cohort, unit) === period && age < profitMinor.length) profitMinor[age] = (profitMinor[age] ?? 0) + minor;
    }
    return { cohort: firstMonthOf(period, unit), customers, profitMinor };
  });
}
