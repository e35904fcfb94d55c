import type { Habit } from './habits.ts';
import { learnRules, pastCutoffs, LEARN, type LearnInput, type LearnSettings } from './learn.ts';
import type { NoChurn, StageRules } from './rules.ts';
import { entryOn, judgeWith, rulesOf, stageHistory } from './stage.ts';

/** Of those called churned on a past day, how many bought within the horizon after all. */
export type JudgedCutoff = { day: number; called: number; returned: number; share: number | null; customers: number };

/**
 * calibrated: those called churned stay away. uncalibrated: too many came back. no_churn: nobody is called churned
 * (`reason` says why). unproven: churn is called today, but on no past day was anyone called, so nothing shows it right.
 */
export const VERDICTS = ['calibrated', 'uncalibrated', 'unproven', 'no_churn'] as const;
export type Verdict = (typeof VERDICTS)[number];

export type CalibrationReport = {
  asOf: number;
  horizonDays: number;
  customers: number;
  judged: JudgedCutoff[];
  called: number;
  returned: number;
  /** Share (0–1) of all called churned on the judged days who bought within the horizon. */
  returnShare: number | null;
  verdict: Verdict;
  reason: NoChurn | null;
};

/** Above this share the label is 未校准 and starts no win-back. */
export const UNCALIBRATED_ABOVE = 0.15;
const JUDGED_CUTOFFS = 3;
/** Fewer called than this on one day is too few to condemn that day alone; the pooled share still counts them. */
const CALLED_MIN = 30;

/**
 * Judges rules by hindsight and without peeking: on each of the newest three past days whose outcome is known, the
 * rules are learned again from what was known on that day alone, applied to that day, and held against what followed.
 */
export function judgeRules(input: LearnInput, rules: StageRules): CalibrationReport {
  const settings: LearnSettings = { ...LEARN, ...input.settings };
  const { horizonDays, noChurn } = rulesOf(rules, '');
  const days = pastCutoffs(input.habits, input.asOf, horizonDays, settings).slice(0, JUDGED_CUTOFFS);
  const judged = days.map((day) => judgeDay(input, rules.basis === 'configured' ? rules : learnRules({ ...input, asOf: day }), { day, horizonDays }));
  const called = judged.reduce((sum, cutoff) => sum + cutoff.called, 0);
  const returned = judged.reduce((sum, cutoff) => sum + cutoff.returned, 0);
  const returnShare = called === 0 ? null : returned / called;
  const callsChurn = Object.values(rules.categories).some((own) => Object.values(own.groups).some((cuts) => cuts.churnedDays !== null));
  return { asOf: input.asOf, horizonDays, customers: input.habits.length, judged, called, returned, returnShare, verdict: verdictOf(judged, returnShare, callsChurn), reason: callsChurn ? null : noChurn };
}

export function verdictOf(judged: readonly JudgedCutoff[], returnShare: number | null, callsChurn: boolean): Verdict {
  const isTooHigh = (share: number | null): boolean => share !== null && share > UNCALIBRATED_ABOVE;
  if (isTooHigh(returnShare) || judged.some(({ called, share }) => called >= CALLED_MIN && isTooHigh(share))) return 'uncalibrated';
  if (!callsChurn) return 'no_churn';
  return returnShare === null || judged.length < JUDGED_CUTOFFS ? 'unproven' : 'calibrated';
}

function judgeDay({ habits }: LearnInput, rules: StageRules, { day, horizonDays }: { day: number; horizonDays: number }): JudgedCutoff {
  const judge = judgeWith(rules);
  let customers = 0;
  let called = 0;
  let returned = 0;
  for (const habit of habits) {
    const first = habit.purchases[0];
    if (!first || first.day > day) continue;
    customers++;
    const { entries } = stageHistory(judge, habit, day);
    if (entryOn(entries, day)?.stage !== 'churned') continue;
    called++;
    if (habit.purchases.some((purchase) => purchase.day > day && purchase.day <= day + horizonDays)) returned++;
  }
  return { day, called, returned, share: called === 0 ? null : returned / called, customers };
}

/** Of those in each stage on a past day, the share who bought within the horizon: what the labels are worth. */
export function returnShareByStage(habits: readonly Habit[], rules: StageRules, { day, horizonDays }: { day: number; horizonDays: number }): Map<string, { people: number; returned: number }> {
  const judge = judgeWith(rules);
  const found = new Map<string, { people: number; returned: number }>();
  for (const habit of habits) {
    const { entries } = stageHistory(judge, habit, day);
    const stage = entryOn(entries, day)?.stage;
    if (!stage || !habit.purchases[0] || habit.purchases[0].day > day) continue;
    const at = found.get(stage) ?? { people: 0, returned: 0 };
    at.people++;
    if (habit.purchases.some((purchase) => purchase.day > day && purchase.day <= day + horizonDays)) at.returned++;
    found.set(stage, at);
  }
  return found;
}

