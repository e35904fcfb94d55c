/** People who reached each step, in step order. */
export type StepCounts = readonly number[];

export type FunnelStep = { people: number; fromPrevious: number | null; fromFirst: number | null; lost: number };

/** What each step kept of the one before and of the first. */
export const funnelSteps = (counts: StepCounts): FunnelStep[] =>
  counts.map((people, at) => {
    const before = at === 0 ? people : counts[at - 1] ?? 0;
    const first = counts[0] ?? 0;
    return { people, fromPrevious: before === 0 ? null : people / before, fromFirst: first === 0 ? null : people / first, lost: before - people };
  });

/** Index of the step that keeps the smallest share of the one before it (R43); of equals, the one that loses more people. Null without a loss. */
export function weakestStep(counts: StepCounts): number | null {
  const steps = funnelSteps(counts);
  let weakest: number | null = null;
  steps.forEach((step, at) => {
    if (at === 0 || step.fromPrevious === null || step.lost <= 0) return;
    const known = weakest === null ? undefined : steps[weakest];
    const share = known?.fromPrevious ?? 2;
    if (step.fromPrevious < share || (step.fromPrevious === share && step.lost > (known?.lost ?? 0))) weakest = at;
  });
  return weakest;
}
