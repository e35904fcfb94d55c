import type { Warning } from '../../core/churn/index.ts';
import type { ScoreReason } from '../contract.ts';
import type { RuleReason } from '../codes.ts';
import type { Books } from './books.ts';

/** What a rule looks at of one customer: H and P(no purchase in it) by the rule that scores (silence alone, or the own rhythm) in days and 0–1, everybody's usual gap; −1 where not known. */
export type Case = { asOf: number; horizon: number; baseline: number; usualGapDays: number };

export const REASONS_LEAST = 3;
const REASONS_MOST = 5;
const COMPLAINT_WEEKS = 26;
/** From so many purchases on a habit holds, and so much change of spend or gaps is told. */
const HABIT = 4;
const CHANGE = 0.3;
const REFUNDED = 0.05;

type Weighed = ScoreReason & { weight: number };
const reason = (code: RuleReason, effect: ScoreReason['effect'], weight: number, params: ScoreReason['params'] = {}): Weighed => ({ code, effect, params, contribution: null, weight });

function silence(silentDays: number, { horizon }: Case): Weighed {
  const share = silentDays / horizon;
  if (share > 1) return reason('churn.why.silent_long', 'raises', 2 + Math.log2(share), { silentDays, gapDays: horizon });
  return share < 1 / 6 ? reason('churn.why.just_bought', 'lowers', 2, { silentDays }) : reason('churn.why.silent_usual', 'lowers', 1.5 - share, { silentDays, gapDays: horizon });
}

function habit(purchases: number): Weighed {
  if (purchases === 1) return reason('churn.why.one_time', 'raises', 1);
  return purchases < HABIT ? reason('churn.why.few_purchases', 'raises', 0.6, { purchases }) : reason('churn.why.many_purchases', 'lowers', Math.log2(purchases / 2), { purchases });
}

/** Own gaps against everybody's, and the last two against the own before. */
function rhythm(gaps: readonly number[], { usualGapDays }: Case): Weighed[] {
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length, found: Weighed[] = [];
  const own = mean(gaps), others = own / usualGapDays;
  if (gaps.length >= 2 && usualGapDays > 0 && Math.abs(Math.log2(others)) > CHANGE) {
    found.push(reason(others > 1 ? 'churn.why.buys_less_often' : 'churn.why.buys_more_often', others > 1 ? 'raises' : 'lowers', Math.min(1.2, Math.abs(Math.log2(others))), { gapDays: Math.round(own), usualDays: Math.round(usualGapDays) }));
  }
  if (gaps.length < HABIT) return found;
  const late = mean(gaps.slice(-2)), before = mean(gaps.slice(0, -2)), change = late / before;
  if (change > 1.5 || change < 1 / 1.5) found.push(reason(change > 1 ? 'churn.why.buys_slower' : 'churn.why.buys_faster', change > 1 ? 'raises' : 'lowers', Math.min(2.5, Math.abs(Math.log2(change)) * 1.5), { gapDays: Math.round(late), usualDays: Math.round(before) }));
  return found;
}

function spending(paid: Float64Array): Weighed[] {
  if (paid.length < 3) return [];
  const last = paid.at(-1) as number, before = paid.subarray(0, -1).reduce((sum, one) => sum + one, 0) / (paid.length - 1), change = before > 0 ? last / before - 1 : 0;
  if (Math.abs(change) < CHANGE) return [];
  return [reason(change < 0 ? 'churn.why.spends_less' : 'churn.why.spends_more', change < 0 ? 'raises' : 'lowers', Math.min(1, Math.abs(change)), { spendMinor: Math.round(last), usualMinor: Math.round(before) })];
}

function troubles({ feedbackOffsets, feedbackWeeks, complaints, refunded }: Books, row: number, paid: number): Weighed[] {
  let [heard, back] = [0, 0];
  for (let at = feedbackOffsets[row] as number; at < (feedbackOffsets[row + 1] as number); at++) {
    if ((feedbackWeeks[at] as number) < COMPLAINT_WEEKS) heard += complaints[at] as number;
    back += refunded[at] as number;
  }
  const share = paid > 0 ? Math.min(1, back / paid) : 0;
  return [...(heard > 0 ? [reason('churn.why.complaints', 'raises', 2.5, { count: heard })] : []), ...(share >= REFUNDED ? [reason('churn.why.refunds', 'raises', 0.5 + 2 * share, { share })] : [])];
}

/** A warning as a reason. */
export const warned = ({ code, recent, usual, change }: Warning): ScoreReason => ({ code, effect: 'raises', params: { recent, usual, change }, contribution: null });

/** Reasons by rule with their numbers, the weightiest first: never fewer than three. */
export function ruleReasons(books: Books, row: number, known: Case, warnings: readonly Warning[]): ScoreReason[] {
  const [start, end] = [books.offsets[row] as number, books.offsets[row + 1] as number], days = books.days.subarray(start, end), paid = books.paid.subarray(start, end);
  const gaps = Array.from(days.subarray(1), (day, at) => day - (days[at] as number)), { baseline } = known;
  const found = [
    silence(known.asOf - (days.at(-1) as number), known), habit(days.length), ...rhythm(gaps, known), ...spending(paid), ...troubles(books, row, paid.reduce((sum, one) => sum + one, 0)),
    ...warnings.map((one): Weighed => ({ ...warned(one), weight: 3 })), ...(baseline >= 0 ? [reason('churn.why.like_others', baseline >= 0.5 ? 'raises' : 'lowers', 0.4, { share: baseline })] : []),
  ];
  return found.toSorted((a, b) => b.weight - a.weight).slice(0, REASONS_MOST).map(({ code, effect, params, contribution }) => ({ code, effect, params, contribution }));
}
