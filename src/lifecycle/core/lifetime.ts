import { medianOfSorted } from './habits.ts';
import { addWait, noWaits, quantileDays, survivalOf, type SurvivalStep } from './survival.ts';

/** One lifetime: from first touch to last activity; still running unless the customer is churned. */
export type Lifetime = { cohort: string; days: number; ended: boolean };

export type CohortLifetime = {
  cohort: string;
  customers: number;
  /** Plain median of first touch → last activity, running lifetimes taken as they are. */
  medianDays: number;
  /** Median by survival: running lifetimes count as at least as long as seen. Null while half have not ended. */
  survivalMedianDays: number | null;
  curve: SurvivalStep[];
};

/** Lifetime length by cohort with its survival curve (R19; Kaplan & Meier 1958). */
export function lifetimesByCohort(lifetimes: readonly Lifetime[]): CohortLifetime[] {
  const groups = Map.groupBy(lifetimes, (one) => one.cohort);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([cohort, own]) => {
    const waits = noWaits();
    for (const { days, ended } of own) addWait(waits, days, ended);
    const curve = survivalOf(waits);
    const sorted = own.map((one) => one.days).sort((a, b) => a - b);
    return { cohort, customers: own.length, medianDays: medianOfSorted(sorted), survivalMedianDays: quantileDays(curve, 0.5), curve };
  });
}
