import { isRefused, isShare, type Refused, refuse } from './refused.ts';

/**
 * Lifetime value at a steady retention rate, m·r/(1 + d − r): margin m each period, paid by those who stay, from the end of
 * the first period on (Gupta & Lehmann 2003; R29: 300, .8, .1 → 800). The first sale is not in it. In the unit of `margin`.
 * Refuses `bad_retention`, `bad_discount`, `not_minor` (a margin that is no number), `endless_value` (1 + d − r ≤ 0).
 */
export function retentionClv({ margin, retention, discount }: { margin: number; retention: number; discount: number }): number | Refused {
  if (!Number.isFinite(margin)) return refuse('money.not_minor', { margin: String(margin) });
  if (!isShare(retention)) return refuse('money.bad_retention', { retention: String(retention) });
  if (!(discount > -1 && Number.isFinite(discount))) return refuse('money.bad_discount', { discount: String(discount) });
  const below = 1 + discount - retention;
  return below > 0 ? (margin * retention) / below : refuse('money.endless_value', { retention, discount });
}

/** What customers of one first-purchase period brought at age 0, 1, 2 …; only ages that are over. Minor units. */
export type CohortProfit = { cohort: string; customers: number; profitMinor: readonly number[] };

export type EmpiricalClv = {
  /** Mean value of a customer up to each age, discounted, minor units. */
  byAge: { age: number; customers: number; valueMinor: number }[];
  /** The last age any cohort has lived through: nothing is guessed beyond it. */
  observedAges: number;
  /** The same for each cohort at its own age: the sum of its customers' value. */
  byCohort: { cohort: string; customers: number; ages: number; totalMinor: number; perCustomerMinor: number }[];
};

const present = (profits: readonly number[], discount: number): number => profits.reduce((sum, profit, age) => sum + profit / (1 + discount) ** age, 0);

/**
 * Cohort value as it happened (R29): at each age the mean over the cohorts that have lived through it, discounted per
 * period. Young cohorts leave the later ages to older ones instead of pulling them down with zeros.
 */
export function empiricalClv(cohorts: readonly CohortProfit[], discount: number): EmpiricalClv | Refused {
  if (!(discount > -1 && Number.isFinite(discount))) return refuse('money.bad_discount', { discount: String(discount) });
  const ripe = cohorts.filter(({ customers, profitMinor }) => customers > 0 && profitMinor.length > 0);
  if (ripe.length === 0) return refuse('money.no_cohort');
  const bad = ripe.find(({ profitMinor }) => !profitMinor.every(Number.isFinite));
  if (bad) return refuse('money.not_minor', { cohort: bad.cohort });
  const observedAges = Math.max(...ripe.map(({ profitMinor }) => profitMinor.length));
  let value = 0;
  const byAge = Array.from({ length: observedAges }, (_, age) => {
    const old = ripe.filter(({ profitMinor }) => profitMinor.length > age);
    const customers = old.reduce((sum, one) => sum + one.customers, 0);
    value += old.reduce((sum, { profitMinor }) => sum + (profitMinor[age] ?? 0), 0) / customers / (1 + discount) ** age;
    return { age, customers, valueMinor: value };
  });
  const byCohort = ripe.map(({ cohort, customers, profitMinor }) => {
    const totalMinor = present(profitMinor, discount);
    return { cohort, customers, ages: profitMinor.length, totalMinor, perCustomerMinor: totalMinor / customers };
  });
  return { byAge, observedAges, byCohort };
}

/** P(churn) × what the customer would still bring: what is at stake, minor units. Nothing is at stake where keeping would lose money. */
export function valueAtRiskMinor({ churnProbability, residualMinor }: { churnProbability: number; residualMinor: number }): number | Refused {
  if (!isShare(churnProbability)) return refuse('money.not_a_share', { churnProbability: String(churnProbability) });
  if (!Number.isFinite(residualMinor)) return refuse('money.not_minor', { residualMinor: String(residualMinor) });
  return Math.round(churnProbability * Math.max(0, residualMinor));
}

/** The same for many: the sum over those with figures, and how many had none. */
export function totalAtRisk(customers: readonly { churnProbability: number; residualMinor: number }[]): { atRiskMinor: number; customers: number; unknown: number } {
  const risks = customers.map(valueAtRiskMinor).flatMap((risk) => (isRefused(risk) ? [] : [risk]));
  return { atRiskMinor: risks.reduce((sum, risk) => sum + risk, 0), customers: risks.length, unknown: customers.length - risks.length };
}
