import { isRefused, refuse, type Refused as RefusedFor } from '../../../kernel/refused.ts';

/** Why a measure cannot be given. What to do stands with each. */
export const REFUSALS = [
  /** No rows: there is nothing to judge yet. */
  'evaluation.empty',
  /** Columns of different lengths: a programming slip. */
  'evaluation.lengths_differ',
  /** A number that is none (NaN, infinite, or beyond 1e100, whose square would be): leave that row out or mend it. */
  'evaluation.not_finite',
  /** A label other than 0 and 1: a programming slip. */
  'evaluation.bad_label',
  'evaluation.not_a_probability',
  /** Everybody has the same label: wait for outcomes, or take a longer horizon. */
  'evaluation.one_class',
  /** One probability for everybody: there is no line through one point. */
  'evaluation.constant_prediction',
  /** The classes are parted entirely: no finite slope; judge by AUC. */
  'evaluation.separable',
  'evaluation.bad_capacity',
  /** Nothing happened to anybody: there is no share of nothing. */
  'evaluation.no_outcome',
  'evaluation.too_few_rows',
  /** Purchase days of a customer that do not rise, or offsets that do not: sort them. */
  'evaluation.days_not_rising',
  /** A hold-out that does not end after the calibration does. */
  'evaluation.bad_window',
  /** Nobody bought by the end of the calibration. */
  'evaluation.no_customers',
] as const;
export type RefusalCode = (typeof REFUSALS)[number];

export type Refused = RefusedFor<RefusalCode>;
export { isRefused, refuse };

/** Beyond this, sums of squares overflow. */
const FARTHEST = 1e100;

/** Refuses columns that are empty (`evaluation.empty`), unequal (`evaluation.lengths_differ`) or not finite (`evaluation.not_finite`, with the row). */
export function unfitColumns(columns: Readonly<Record<string, ArrayLike<number>>>): Refused | null {
  const [first] = Object.values(columns);
  if (!first || first.length === 0) return refuse('evaluation.empty');
  for (const [column, values] of Object.entries(columns)) {
    if (values.length !== first.length) return refuse('evaluation.lengths_differ', { column, rows: values.length, expected: first.length });
    for (let row = 0; row < values.length; row++) if (!(Math.abs(values[row] as number) <= FARTHEST)) return refuse('evaluation.not_finite', { column, row });
  }
  return null;
}

/** Refuses labels other than 0 and 1 (`evaluation.bad_label`). */
export function unfitLabels(labels: Uint8Array): Refused | null {
  for (let row = 0; row < labels.length; row++) if ((labels[row] as number) > 1) return refuse('evaluation.bad_label', { row });
  return null;
}

/** Refuses probabilities outside 0–1 (`evaluation.not_a_probability`), and all that columns and labels are refused for. */
export function unfitProbabilities(probabilities: Float64Array, labels: Uint8Array): Refused | null {
  const unfit = unfitColumns({ probabilities, labels }) ?? unfitLabels(labels);
  if (unfit) return unfit;
  const row = probabilities.findIndex((p) => p < 0 || p > 1);
  return row === -1 ? null : refuse('evaluation.not_a_probability', { row });
}
