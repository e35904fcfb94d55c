import { refuse, type Refused } from './refused.ts';
import { betaShare, studentShare } from './tails.ts';

/** What can warn: logins and the like, money spent, satisfaction scores, complaints. */
export const SIGNALS = ['activity', 'spend', 'satisfaction', 'complaints'] as const;
export type Signal = (typeof SIGNALS)[number];

/** One value a week, oldest first, ending with the newest whole week. Weeks without a satisfaction answer are NaN. */
export type WeeklySeries = Partial<Record<Signal, Float64Array>>;

/** A change against the customer's own past: mean a week lately, mean a week before, and how likely chance alone would do as much. */
export type Warning = {
  code: 'churn.activity_fell' | 'churn.spend_fell' | 'churn.satisfaction_fell' | 'churn.complaints_rose';
  signal: Signal;
  recent: number;
  usual: number;
  /** Share of the usual by which it changed (−0.45: fell by 45 %); null where the usual is zero. */
  change: number | null;
  recentWeeks: number;
  usualWeeks: number;
  /** One-sided. */
  pValue: number;
};

export type WarningSettings = {
  recentWeeks?: number;
  /** Weeks before these that tell what is usual: no fewer, no more. */
  usualWeeksLeast?: number;
  usualWeeksMost?: number;
  /** For each signal the change (a share of the usual) that matters, and the chance below which it is not noise. */
  limits?: Partial<Record<Signal, { change: number; chance: number }>>;
};

export const WARNING_LIMITS: Readonly<Record<Signal, { change: number; chance: number }>> = {
  activity: { change: 0.3, chance: 0.01 },
  spend: { change: 0.3, chance: 0.01 },
  satisfaction: { change: 0.1, chance: 0.01 },
  complaints: { change: 0.5, chance: 0.05 },
};

const CODES = { activity: 'churn.activity_fell', spend: 'churn.spend_fell', satisfaction: 'churn.satisfaction_fell', complaints: 'churn.complaints_rose' } as const;

/**
 * Early warnings of one customer against their own baseline (R125), least likely by chance first. Each must be large and
 * more than noise. Counts: two Poisson rates by the conditional binomial (Przyborowski & Wilenski 1940), both counts
 * divided by the baseline's dispersion where that is above one (quasi-Poisson; McCullagh & Nelder 1989, §6.2). Money:
 * quasi-Poisson difference over its error against Student's t. Scores: pooled t, a spread below 5 % of the mean read as 5 %.
 * Signals that cannot be judged are in `skipped`: `churn.few_weeks` under 8 usual weeks (scores: 4 and 2 answers),
 * `churn.not_finite`, `churn.bad_setting`.
 */
export function earlyWarnings(series: WeeklySeries, settings: WarningSettings = {}): { warnings: Warning[]; skipped: Refused[] } {
  const answers = SIGNALS.flatMap((signal) => {
    const values = series[signal];
    return values ? [judgeSignal(signal, values, settings)] : [];
  });
  return {
    warnings: answers.flatMap((answer) => (answer && 'code' in answer ? [answer] : [])).toSorted((a, b) => a.pValue - b.pValue),
    skipped: answers.flatMap((answer) => (answer && 'refused' in answer ? [answer] : [])),
  };
}

const SCORES_LEAST = { usual: 4, recent: 2 };

function judgeSignal(signal: Signal, values: Float64Array, { recentWeeks = 4, usualWeeksLeast = 8, usualWeeksMost = 52, limits = {} }: WarningSettings): Warning | Refused | null {
  const isScore = signal === 'satisfaction';
  if (!(recentWeeks >= 1 && usualWeeksLeast >= 2 && usualWeeksMost >= usualWeeksLeast)) return refuse('churn.bad_setting', { signal });
  if (values.length < recentWeeks + usualWeeksLeast) return refuse('churn.few_weeks', { signal, weeks: values.length, needed: recentWeeks + usualWeeksLeast });
  if (!values.every((value) => (value >= 0 && value < Infinity) || (isScore && Number.isNaN(value)))) return refuse('churn.not_finite', { signal });
  const known = (weeks: Float64Array): Float64Array => (isScore ? weeks.filter((value) => !Number.isNaN(value)) : weeks);
  const [recent, usual] = [known(values.subarray(-recentWeeks)), known(values.subarray(Math.max(0, values.length - recentWeeks - usualWeeksMost), values.length - recentWeeks))];
  if (isScore && (usual.length < SCORES_LEAST.usual || recent.length < SCORES_LEAST.recent)) return refuse('churn.few_weeks', { signal, answers: usual.length, recentAnswers: recent.length });
  const [now, before] = [mean(recent), mean(usual)];
  const rises = signal === 'complaints';
  const pValue = isScore ? scoresFell(recent, usual) : signal === 'spend' ? moneyFell(recent, usual) : countsMoved(recent, usual, rises);
  const { change: most, chance } = limits[signal] ?? WARNING_LIMITS[signal];
  const change = before > 0 ? now / before - 1 : null;
  const isLarge = rises ? now > 0 && (change === null || change >= most) : change !== null && change <= -most;
  return isLarge && pValue <= chance ? { code: CODES[signal], signal, recent: now, usual: before, change, recentWeeks: recent.length, usualWeeks: usual.length, pValue } : null;
}

// Loops, since they run some dozen times for each customer of a million.
function sumOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
const mean = (values: Float64Array): number => sumOf(values) / values.length;
const squares = (values: Float64Array): number => {
  const middle = mean(values);
  let sum = 0;
  for (const value of values) sum += (value - middle) ** 2;
  return sum;
};

/** Pearson's dispersion of the usual weeks: variance over mean. */
const dispersionOf = (usual: Float64Array): number => (mean(usual) > 0 ? squares(usual) / (usual.length - 1) / mean(usual) : 0);

function countsMoved(recent: Float64Array, usual: Float64Array, rises: boolean): number {
  const scale = Math.max(1, dispersionOf(usual));
  const [now, before] = [sumOf(recent) / scale, sumOf(usual) / scale];
  const share = recent.length / (recent.length + usual.length);
  // Binomial tails as incomplete beta functions, which also take counts that are no longer whole.
  if (rises) return now > 0 ? betaShare(share, now, before + 1) : 1;
  return before > 0 ? betaShare(1 - share, before, now + 1) : 1;
}

function moneyFell(recent: Float64Array, usual: Float64Array): number {
  const [m, n, expected] = [recent.length, usual.length, mean(usual)];
  const fall = sumOf(recent) - m * expected;
  const error = Math.sqrt(dispersionOf(usual) * expected * (m + (m * m) / n));
  if (error === 0) return fall < 0 ? 0 : 1;
  return studentShare(fall / error, n - 1);
}

function scoresFell(recent: Float64Array, usual: Float64Array): number {
  const freedom = recent.length + usual.length - 2;
  const spread = Math.max(Math.sqrt((squares(recent) + squares(usual)) / freedom), 0.05 * mean(usual));
  if (spread === 0) return 1;
  return studentShare((mean(recent) - mean(usual)) / (spread * Math.sqrt(1 / recent.length + 1 / usual.length)), freedom);
}
