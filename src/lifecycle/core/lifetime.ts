import { addWait, noWaits, quantileDays, survivalOf, type SurvivalStep } from './survival.ts';

/**
 * Lifetimes of people alike: `spanDays` from first touch to last activity; `watchedDays` from first touch to the day of
 * looking, for those not churned, whose life still runs.
 */
export type Lifetime = { cohort: string; spanDays: number; watchedDays: number; ended: boolean; customers: number };

export type CohortLifetime = {
  cohort: string;
  customers: number;
  /** Plain median of first touch → last activity. */
  medianDays: number;
  /** Median by survival: a running lifetime counts as at least as long as watched. Null while half have not ended. */
  survivalMedianDays: number | null;
  curve: SurvivalStep[];
};

/** Lifetime length by cohort with its survival curve (R19; Kaplan & Meier 1958). */
export function lifetimesByCohort(lifetimes: readonly Lifetime[]): CohortLifetime[] {
  const groups = Map.groupBy(lifetimes, (one) => one.cohort);
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([cohort, own]) => {
    const waits = noWaits();
    for (const { spanDays, watchedDays, ended, customers } of own) addWait(waits, ended ? spanDays : watchedDays, ended, customers);
    const curve = survivalOf(waits);
    return { cohort, customers: own.reduce((sum, one) => sum + one.customers, 0), medianDays: weightedMedian(own), survivalMedianDays: quantileDays(curve, 0.5), curve };
  });
}

function weightedMedian(lifetimes: readonly Lifetime[]): number {
  const sorted = lifetimes.toSorted((a, b) => a.spanDays - b.spanDays);
  const total = sorted.reduce((sum, one) => sum + one.customers, 0);
  const at = (rank: number): number => {
    let seen = 0;
    return sorted.find((one) => (seen += one.customers) > rank)?.spanDays ?? 0;
  };
  return (at(Math.floor((total - 1) / 2)) + at(Math.floor(total / 2))) / 2;
}
