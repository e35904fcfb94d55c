import { isRefused, refuse as refusal, type Refused as RefusedFor } from '../../../kernel/refused.ts';

/** Why a model cannot be fitted or a figure not be given. What to do stands with each. */
export const REFUSALS = [
  /** Columns of different lengths: a programming slip. */
  'value.bad_columns',
  /** A row breaks a rule named by `column`: mend it or leave that customer out. */
  'value.bad_row',
  /** Fewer than two customers: use the averages of a larger group. */
  'value.too_few_customers',
  /** Nobody came back: no rhythm can be learned; use recency, and ask again when repeat purchases exist. */
  'value.no_repeaters',
  /** Under ten came back: use recency until there are more. */
  'value.too_few_repeaters',
  /** Everybody was first seen on the last day: wait for time to pass. */
  'value.no_time',
  /** Every customer has the same history: nothing to tell them apart by; their average is the forecast. */
  'value.no_variation',
  /** Every customer has the same spend: no model is needed, the spend is known. */
  'value.spend_without_variance',
  /** A mean spend of zero or less: count refunds apart, and give only purchases that brought money. */
  'value.spend_not_positive',
  /** Nobody left, or everybody did at once: a rate cannot be learned from that. */
  'value.no_losses',
  'value.no_renewals',
  /** The optimiser ended far from a maximum: use the recency rule. */
  'value.not_converged',
  /** The likelihood is flat, so parameters have no spread to draw from: give expectations without an interval. */
  'value.no_covariance',
  /** A sum over an endless future needs a discount rate above zero. */
  'value.bad_rate',
  /** A horizon is a time above zero; for BG/BB a whole number of opportunities. */
  'value.bad_horizon',
  /** Fewer rows than a correlation needs (4), or one of its sides never varies. */
  'value.too_little_variation',
] as const;
export type RefusalCode = (typeof REFUSALS)[number];

export type Refused = RefusedFor<RefusalCode>;
export { isRefused, refusal };
