import { chiSquareTail } from './distributions.ts';
import { type Refused, refuse } from '../../../kernel/refused.ts';

export type RatioCheck = { pValue: number; chiSquare: number; isMismatch: boolean; arms: { arm: string; customers: number; expected: number }[] };

/** Below this p the arms were not filled as planned (Fabijan et al., KDD 2019): something sorts people before or after the draw. */
export const RATIO_P = 0.001;

/**
 * Sample-ratio check: chi-square of the arms' sizes against the planned shares (Pearson 1900). 60/40 on a 50/50 test is
 * flagged (R51). A flagged experiment refuses any lift. Refuses `experiment.nobody`, `experiment.bad_share`.
 */
export function checkRatio(arms: readonly { arm: string; customers: number; share: number }[]): RatioCheck | Refused<'experiment.nobody' | 'experiment.bad_share'> {
  const total = arms.reduce((sum, { customers }) => sum + customers, 0);
  const shares = arms.reduce((sum, { share }) => sum + share, 0);
  if (!(total > 0)) return refuse('experiment.nobody');
  if (!(shares > 0) || arms.length < 2 || arms.some(({ share }) => !(share > 0))) return refuse('experiment.bad_share');
  const seen = arms.map(({ arm, customers, share }) => ({ arm, customers, expected: (total * share) / shares }));
  const chiSquare = seen.reduce((sum, { customers, expected }) => sum + (customers - expected) ** 2 / expected, 0);
  const pValue = chiSquareTail(chiSquare, arms.length - 1);
  return { pValue, chiSquare, isMismatch: pValue < RATIO_P, arms: seen };
}
