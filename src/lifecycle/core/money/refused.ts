import { isRefused, refuse, type Refused as RefusedFor } from '../../../kernel/refused.ts';

/** Why a figure in money cannot be given. What to do stands with each. */
export const MONEY_REFUSALS = [
  /** A retention rate outside 0–1: a programming slip, or a share computed from unripe cohorts. */
  'money.bad_retention',
  /** A discount rate at or below −100 %, or none at all. */
  'money.bad_discount',
  /** 1 + d − r is not positive (everybody stays and money costs nothing): take a discount rate above 0. */
  'money.endless_value',
  /** An amount that is none, or not whole minor units. */
  'money.not_minor',
  /** No cohort is old enough to say anything: wait for the first age to end. */
  'money.no_cohort',
  'money.no_new_buyers',
  'money.nobody_kept',
  /** Keeping costs nothing that was written down: import retention costs first. */
  'money.no_keep_cost',
  'money.bad_weights',
  /** None of the parts of a score is known. */
  'money.nothing_known',
  'money.not_a_share',
  'money.bad_curve',
  'money.bad_budget',
  'money.bad_capacity',
  'money.no_cost',
  'money.bad_band',
] as const;
export type MoneyRefusal = (typeof MONEY_REFUSALS)[number];

export type Refused = RefusedFor<MoneyRefusal>;
export { isRefused, refuse };

/** Amounts are whole minor units that a number holds exactly. */
export const isMinor = (value: number): boolean => Number.isSafeInteger(value);

export const isShare = (value: number): boolean => value >= 0 && value <= 1;
