import type { ValueReport } from '../contract.ts';
import { type Books, rowsWhere } from './books.ts';
import { learnBusiness } from './business.ts';
import { ceilingDays, HORIZON_SHARE, learnHorizons } from './cutoffs.ts';
import { type LearnedChurn, learnChurn } from './churn.ts';
import { learnValue, type ValueModel } from './value.ts';

/** `margin`: profit over sales where costs are known. `fallbackDays`: H where no rhythm can be learned. */
export type Setting = { asOf: number; margin: number | null; fallbackDays: number; traits: boolean };
export type Tell = (step: 'fit' | 'judge' | 'refit' | 'train', share: number) => void;
export type Learned = { value: ValueModel; churn: LearnedChurn; usualGapDays: number };

const quantile = (rising: Float64Array, share: number): number => rising[Math.min(rising.length - 1, Math.floor(share * rising.length))] ?? 0;

/** The middle gap between purchase days of everybody; −1 where nobody came back. */
function usualGap({ offsets, days, customers }: Books): number {
  const gaps = new Float64Array(Math.max(0, days.length - customers));
  let count = 0;
  for (let row = 0; row < customers; row++) for (let at = (offsets[row] as number) + 1; at < (offsets[row + 1] as number); at++) gaps[count++] = (days[at] as number) - (days[at - 1] as number);
  return count === 0 ? -1 : quantile(gaps.subarray(0, count).sort(), 0.5);
}

const EVERYBODY_MOST = 200_000;

/** Learns everything from the books: horizons, value, churn. Takes seconds for thousands and half a minute for a million customers, so it belongs in a thread. */
export function learn(books: Books, { asOf, margin, fallbackDays, traits }: Setting, tell: Tell): Learned {
  const firstDay = books.days.reduce((least, day) => Math.min(least, day), asOf), ceiling = ceilingDays(asOf - firstDay + 1);
  const every = Math.max(1, Math.ceil(books.customers / EVERYBODY_MOST)), { rule, found } = learnHorizons(books, rowsWhere(books.customers, (row) => row % every === 0), asOf, { ceiling, fallbackDays });
  const rising = found?.days.slice().sort();
  const horizons: ValueReport['horizons'] = rising && rising.length > 0 ? { share: HORIZON_SHARE, medianDays: quantile(rising, 0.5), lowDays: quantile(rising, 0.05), highDays: quantile(rising, 0.95), priorGaps: rule.learned?.priorGaps ?? null } : null;
  const value = learnValue({ books, asOf, margin, horizons, tell });
  tell('train', 0);
  const churn = learnChurn({ books, asOf, firstDay, law: value.scorer.law, horizon: rule, traits, tell: (share) => tell('train', share) });
  const business = learnBusiness({ books, asOf, firstDay, horizon: rule, recency: churn.scorer.recency });
  return { value: { ...value, scorer: { ...value.scorer, business: business?.rule ?? null } }, churn: { ...churn, report: { ...churn.report, groups: [...churn.report.groups, ...(business ? [business.group] : [])] } }, usualGapDays: usualGap(books) };
}
