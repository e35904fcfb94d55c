/** How many waits ended on each day of waiting, and how many were still open when last seen. Index = days waited. */
export type Waits = { ended: number[]; open: number[] };

export const noWaits = (): Waits => ({ ended: [], open: [] });

/** Adds waits of `days`, one unless told; `ended` is false where the next purchase has not come (yet). */
export function addWait(waits: Waits, days: number, ended: boolean, count = 1): void {
  const side = ended ? waits.ended : waits.open;
  side[days] = (side[days] ?? 0) + count;
}

export type SurvivalStep = { days: number; surviving: number };

/**
 * Product-limit estimate of the share still waiting after each day (Kaplan & Meier 1958, eq. 2b).
 * An open wait counts as at risk until the day it was last seen, so young data do not hide long gaps.
 */
export function survivalOf({ ended, open }: Waits): SurvivalStep[] {
  const length = Math.max(ended.length, open.length);
  let atRisk = 0;
  for (let days = 0; days < length; days++) atRisk += (ended[days] ?? 0) + (open[days] ?? 0);
  const steps: SurvivalStep[] = [];
  let surviving = 1;
  for (let days = 0; days < length; days++) {
    const left = ended[days] ?? 0;
    if (left > 0) {
      surviving *= 1 - left / atRisk;
      steps.push({ days, surviving });
    }
    atRisk -= left + (open[days] ?? 0);
  }
  return steps;
}

/** Days by which `share` (0–1) of all who wait have come; null while that many have not. */
export const quantileDays = (steps: readonly SurvivalStep[], share: number): number | null =>
  steps.find((step) => step.surviving <= 1 - share + 1e-12)?.days ?? null;

/** Days by which `share` of those who ever come have come: the gap quantile, corrected for gaps still open. */
export function gapQuantileDays(steps: readonly SurvivalStep[], share: number): number | null {
  const everComing = 1 - (steps.at(-1)?.surviving ?? 1);
  return everComing === 0 ? null : quantileDays(steps, share * everComing);
}

/** Gap quantile of the closed gaps alone, as a spreadsheet counts it; shown beside the corrected one. */
export function closedGapQuantileDays({ ended }: Waits, share: number): number | null {
  const total = ended.reduce((sum, count) => sum + (count ?? 0), 0);
  if (total === 0) return null;
  const rank = Math.min(total - 1, Math.floor(share * total));
  let seen = 0;
  for (let days = 0; days < ended.length; days++) {
    seen += ended[days] ?? 0;
    if (seen > rank) return days;
  }
  return null;
}

export const endedWaits = ({ ended }: Waits): number => ended.reduce((sum, count) => sum + (count ?? 0), 0);
