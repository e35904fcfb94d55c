import type { Day } from '../../../kernel/day.ts';
import type { Interval } from '../interval.ts';

export const VERDICTS = ['proven_up', 'proven_down', 'not_proven', 'unsettled', 'no_control', 'ratio_mismatch', 'too_small'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What the interval alone says. */
export type Finding = Extract<Verdict, 'proven_up' | 'proven_down' | 'not_proven'>;

/** `finding` is null where no word about an effect may be said. While `unsettled` it is provisional: refunds may still change it. */
export type Judgement = { verdict: Verdict; finding: Finding | null };

export type Circumstances = {
  controlCustomers: number;
  isRatioMismatch: boolean;
  isSmall: boolean;
  /** The last day on which an order of the experiment may still be refunded. */
  refundsUntil: Day;
  asOf: Day;
};

/** `pValue` as corrected for several arms, or always-valid where the test is watched; an interval in money of `netGain` stands alone. */
export type Evidence = { interval: Interval; pValue?: number };

/** Proven only where the interval leaves out 0 and the p value, where there is one, agrees. */
export const findingOf = ({ interval, pValue = 0 }: Evidence, alpha = 0.05): Finding =>
  pValue > alpha || (interval.low <= 0 && interval.high >= 0) ? 'not_proven' : interval.low > 0 ? 'proven_up' : 'proven_down';

/**
 * The verdict on one figure (buyers and profit are judged apart), worst news first: no control and a broken draw refuse any
 * lift, too few to say comes next, and nothing is settled (未结清) before the refund window has closed.
 */
export function judge({ controlCustomers, isRatioMismatch, isSmall, refundsUntil, asOf }: Circumstances, evidence: Evidence | null, alpha = 0.05): Judgement {
  if (controlCustomers === 0) return { verdict: 'no_control', finding: null };
  if (isRatioMismatch) return { verdict: 'ratio_mismatch', finding: null };
  if (isSmall || !evidence) return { verdict: 'too_small', finding: null };
  const finding = findingOf(evidence, alpha);
  return { verdict: asOf <= refundsUntil ? 'unsettled' : finding, finding };
}
