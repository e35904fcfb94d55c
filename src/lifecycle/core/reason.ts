import { own } from '../../kernel/own.ts';
import { silentDays, type Judge, type StageHistory } from './stage.ts';
import type { ReturnStep, State } from './rules.ts';

/** One sentence why: a code of kernel/words (`why.…`) and its numbers. Sentences are made where they are read. */
export type Reason = { code: `why.${string}`; params: Record<string, number> };

/** Share (0–1) of people this silent who came back within the horizon; null where nothing was learned. */
export const returnShareAt = (returns: readonly ReturnStep[], silent: number): number | null =>
  returns.findLast((step) => step.fromDays <= silent)?.share ?? null;

/** Why a customer stands where they stand on `day`. */
export function reasonOf(judge: Judge, history: StageHistory, day: number): Reason {
  const { entries, course, known } = history;
  const now = entries.findLast((entry) => entry.day <= day);
  if (!course || !now || now.state === 'prospect') return { code: 'why.prospect', params: { days: day - (entries[0]?.day ?? day) } };
  const silent = silentDays(judge, known.lastDay, day);
  const share = returnShareAt(course.cuts.returns, silent / course.scale);
  const { horizonDays = 90, cycleDays = null } = own(judge.rules.categories, course.category) ?? judge.rules.categories[''] ?? {};
  const facts = { silentDays: silent, promoDays: day - known.lastDay - silent, occasions: known.occasions, horizonDays, ...gapOf(course.usualGapDays), ...(share === null ? {} : { returnPercent: Math.round(100 * share) }) };
  if (now.state === 'repeat.won_back') return { code: 'why.won_back', params: { ...facts, cycle: now.cycle } };
  if (course.branch === 'gift') return { code: 'why.gift', params: { silentDays: silent, occasions: known.occasions } };
  if (course.branch === 'durable' && cycleDays !== null) return { code: 'why.durable', params: { silentDays: silent, cycleDays } };
  return { code: codeOf(now.state, course.usualGapDays, share), params: facts };
}

const gapOf = (usualGapDays: number | null): { gapDays?: number } => (usualGapDays === null ? {} : { gapDays: Math.max(1, Math.round(usualGapDays)) });

function codeOf(state: State, usualGapDays: number | null, share: number | null): Reason['code'] {
  const kind = state.startsWith('one_time.') ? 'one_time' : 'repeat';
  if (usualGapDays === null) return `why.${kind}.few_data`;
  return share === null ? `why.${kind}.no_share` : `why.${kind}`;
}
