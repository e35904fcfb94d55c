import { isRefused, refuse, type Refused as RefusedFor } from '../../../kernel/refused.ts';

/** Why something about churn cannot be said. What to do stands with each. */
export const REFUSALS = [
  /** Fewer labelled rows than a model may be trained on: use the recency rule (`learnRecency`). */
  'churn.few_labels',
  /** Labelled rows, but too few who left, or too few who stayed: use the recency rule. */
  'churn.few_of_one_class',
  /** Too few features to give three reasons, or every one of them constant. */
  'churn.few_features',
  /** A column, a label or a time that does not fit the table: a programming slip; `facts` name it. */
  'churn.bad_column',
  'churn.bad_label',
  'churn.bad_setting',
  /** An infinite number among the features; a missing one is NaN. */
  'churn.not_finite',
  /** The table scored lacks a column the model was trained on. */
  'churn.columns_differ',
  /** The optimiser found no top: use the recency rule. */
  'churn.not_converged',
  /** A feature knows of days after its cut-off: build it again from what was known then. */
  'churn.leak',
  /** Too few past cut-offs for slices by time whose outcomes do not overlap: wait, or take a shorter horizon. */
  'churn.few_cutoffs',
  /** A slice to judge by in which nobody left, or everybody did. */
  'churn.slice_of_one_class',
  /** A horizon that ends after the data does: its outcome is not known. */
  'churn.horizon_not_over',
  /** Too few gaps between purchases to learn a rhythm: let somebody set the horizon. */
  'churn.few_gaps',
  /** Too few weeks (or answers) to know what is usual for this customer. */
  'churn.few_weeks',
] as const;
export type RefusalCode = (typeof REFUSALS)[number];

export type Refused = RefusedFor<RefusalCode>;
export { isRefused, refuse };
